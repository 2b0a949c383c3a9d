using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Files;

/// <summary>
/// A file system in memory that knows what a device would keep: writes count only once synced, creations, renames and
/// deletions only once their directory is. A crash may be planned at any I/O point, before or after its effect; from then on every call
/// fails. <see cref="Crash"/> gives what a machine would find after power loss: of what was not synced, any part, in any
/// order, torn at 512 bytes. Any thread.
/// </summary>
internal sealed class SimulatedFiles : IFiles
{
    internal const int SectorBytes = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedFile> _durableNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);

    /// <summary>I/O points passed so far, by kind, in order.</summary>
    internal List<string> Points { get; } = [];

    /// <summary>The point (from 0) at which the machine dies, or -1.</summary>
    internal int CrashAt { get; set; } = -1;

    /// <summary>It dies once the point's effect has happened.</summary>
    internal bool CrashAfterEffect { get; set; }

    /// <summary>Syncs fail with an I/O error from now on.</summary>
    internal bool SyncsFail { get; set; }

    internal bool HasCrashed { get; private set; }

    public string TemporaryDirectory => Path.GetTempPath();

    public bool FileExists(string path) => Reading(() => _files.ContainsKey(path));

    public bool DirectoryExists(string path) => Reading(() => _directories.Contains(path));

    public void CreateDirectory(string path) => Reading(() => _directories.Add(path));

    public void Delete(string path) => Point("delete", () =>
    {
        if (!_files.Remove(path))
        {
            throw new FileNotFoundException(path);
        }
    });

    public void Move(string from, string to) => Point("move", () =>
    {
        _files.Remove(from, out var file);
        _files[to] = file ?? throw new FileNotFoundException(from);
    });

    public bool TryMoveNew(string from, string to)
    {
        bool moved = false;
        Point("move", () =>
        {
            var file = Existing(from);
            moved = _files.TryAdd(to, file);
            if (moved)
            {
                _files.Remove(from);
            }
        });
        return moved;
    }

    public IReadOnlyList<string> List(string directory, string pattern) => Reading(() =>
    {
        string suffix = pattern.TrimStart('*');
        return _files.Keys.Where(f => Path.GetDirectoryName(f) == directory && f.EndsWith(suffix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
    });

    public long Length(string path) => Reading(() => (long)Existing(path).Bytes.Length);

    public byte[] ReadAll(string path) => Reading(() => Existing(path).Bytes.ToArray());

    public void WriteAll(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = Open(path, FileUse.Write);
        file.SetLength(0);
        file.Write(bytes, 0);
    }

    public void SyncDirectory(string path) => Point("sync directory", () =>
    {
        FailSync();
        foreach (string name in _durableNames.Keys.Where(n => Path.GetDirectoryName(n) == path).ToList())
        {
            _durableNames.Remove(name);
        }

        foreach (var (name, file) in _files.Where(f => Path.GetDirectoryName(f.Key) == path))
        {
            _durableNames[name] = file;
        }
    });

    public IDisposable? TryLock(string path) => Reading(() => _locks.Add(path) ? new Held(this, path) : null);

    public string RealPath(string path) => path;

    public IFile Open(string path, FileUse use)
    {
        if (use == FileUse.Read)
        {
            return Reading(() => new Handle(this, Existing(path)));
        }

        IFile? opened = null;
        if (use == FileUse.Write && Reading(() => _files.ContainsKey(path)))
        {
            return Reading(() => new Handle(this, Existing(path)));
        }

        Point("create", () =>
        {
            var file = new SimulatedFile();
            if (!_files.TryAdd(path, file))
            {
                throw new IOException($"{path} exists");
            }

            opened = new Handle(this, file);
        });
        return opened!;
    }

    /// <summary>What the machine finds when it comes back.</summary>
    internal SimulatedFiles Crash(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        lock (_lock)
        {
            HasCrashed = true;
            var after = new SimulatedFiles();
            after._directories.UnionWith(_directories);
            // Names that were not synced may or may not have made it, each by itself.
            var names = new Dictionary<string, SimulatedFile>(_durableNames, StringComparer.Ordinal);
            foreach (var (name, file) in _files)
            {
                if (random.Next(2) == 0)
                {
                    names[name] = file;
                }
            }

            foreach (string gone in _durableNames.Keys.Where(n => !_files.ContainsKey(n) && random.Next(2) == 0))
            {
                names.Remove(gone);
            }

            foreach (var (name, file) in names)
            {
                var kept = file.AfterCrash(random);
                after._files.Add(name, kept);
                after._durableNames.Add(name, kept);
            }

            return after;
        }
    }

    /// <summary>Whoever held locks has ended.</summary>
    internal void ReleaseLocks() => _locks.Clear();

    /// <summary>Turns one bit of a file over.</summary>
    internal void FlipBit(string path, long position, int bit) => Existing(path).Flip(position, bit);

    private SimulatedFile Existing(string path) =>
        _files.GetValueOrDefault(path) ?? throw new FileNotFoundException($"{path} does not exist");

    private void FailSync()
    {
        if (SyncsFail)
        {
            throw new IOException("simulated: the device reports an error");
        }
    }

    private T Reading<T>(Func<T> action)
    {
        lock (_lock)
        {
            CheckAlive();
            return action();
        }
    }

    /// <summary>A call with an effect on the device: the machine may die before or after it.</summary>
    private void Point(string kind, Action effect)
    {
        lock (_lock)
        {
            CheckAlive();
            bool dies = Points.Count == CrashAt;
            Points.Add(kind);
            if (!dies || CrashAfterEffect)
            {
                effect();
            }

            if (dies)
            {
                HasCrashed = true;
                throw new SimulatedCrashException();
            }
        }
    }

    private void CheckAlive()
    {
        if (HasCrashed)
        {
            throw new SimulatedCrashException();
        }
    }

    private sealed class Held(SimulatedFiles files, string path) : IDisposable
    {
        public void Dispose() => files._locks.Remove(path);
    }

    private sealed class Handle(SimulatedFiles files, SimulatedFile file) : IFile
    {
        public long Length => files.Reading(() => (long)file.Bytes.Length);

        public int Read(Span<byte> into, long position)
        {
            byte[] bytes = files.Reading(() => file.Bytes);
            int count = (int)Math.Clamp(bytes.Length - position, 0, into.Length);
            bytes.AsSpan((int)Math.Min(position, bytes.Length), count).CopyTo(into);
            return count;
        }

        public void SetLength(long length) => files.Point("set length", () => file.SetLength(length));

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            byte[] copy = bytes.ToArray();
            files.Point("write", () => file.Write(copy, position));
        }

        public void Sync() => files.Point("sync", () =>
        {
            files.FailSync();
            file.Sync();
        });

        public void Dispose()
        {
        }
    }
}
