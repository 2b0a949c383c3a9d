using System.Security.Cryptography;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>
/// Objects as files of a directory. An object is written to a file of its own under `.upload`, synced, renamed to its
/// key, and the folder synced: after a crash it is there whole or not at all. A create that must find nothing is a
/// link(2), which has one winner among processes; If-Match compares and renames under the directory's lock, so it is
/// exact among such puts. A failed sync leaves open what the device holds: from then on every change is refused
/// (Rebello et al., 2020). The entity tag is a hash of the bytes.
/// </summary>
internal sealed class DirectoryObjectStore : IObjectStore
{
    private const string UploadFolder = ".upload";
    private const int HashBufferBytes = 256 << 10;
    private static readonly TimeSpan _lockPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan _lockPatience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly Host _host;
    private readonly string _root;
    private volatile string? _broken;

    internal DirectoryObjectStore(Host host, string root)
    {
        _host = host;
        _root = root;
    }

    public string Name => _root;

    private IFiles Files => _host.Files;

    public byte[] Get(string key) => Guarded("read", key, () => Files.ReadAll(PathOf(key)));

    public void Read(string key, long offset, Span<byte> into)
    {
        try
        {
            using var file = Files.Open(PathOf(key), FileUse.Read);
            while (into.Length > 0)
            {
                int count = file.Read(into, offset);
                if (count == 0)
                {
                    throw new ObjectStoreException(
                        ObjectErrorKind.Corrupt, $"{_root}/{key} ends at {file.Length}; bytes from {offset} are due");
                }

                into = into[count..];
                offset += count;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed("read", key, e);
        }
    }

    public ObjectInfo? Head(string key)
    {
        string path = PathOf(key);
        return Guarded("read", key, () => Files.FileExists(path) ? new ObjectInfo(key, Files.Length(path), TagOf(path)) : null);
    }

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        using var upload = Upload(key);
        upload.Write(bytes);
        upload.Commit(condition);
        return Tag(SHA256.HashData(bytes));
    }

    public IObjectUpload Upload(string key)
    {
        string path = PathOf(key);
        return Guarded("write", key, () =>
        {
            CheckWhole();
            EnsureFolder(UploadFolder);
            return new DirectoryUpload(this, Files, key, path, NewUploadPath());
        });
    }

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax)
    {
        ObjectKeys.CheckPrefix(prefix);
        var (folder, start) = ObjectKeys.Split(prefix);
        string directory = folder.Length == 0 ? _root : PathOf(folder.TrimEnd('/'));
        return Guarded("list", prefix, () =>
        {
            var entries = new List<ObjectEntry>();
            if (!Files.DirectoryExists(directory))
            {
                return new ObjectPage(entries, false);
            }

            foreach (string path in Files.List(directory, "*"))
            {
                string name = Path.GetFileName(path);
                string key = folder + name;
                if (name.StartsWith('.') || !name.StartsWith(start, StringComparison.Ordinal)
                    || string.CompareOrdinal(key, after) <= 0)
                {
                    continue;
                }

                if (entries.Count == countMax)
                {
                    return new ObjectPage(entries, true);
                }

                try
                {
                    entries.Add(new ObjectEntry(key, Files.Length(path)));
                }
                catch (FileNotFoundException)
                {
                    // Deleted since it was listed.
                }
            }

            return new ObjectPage(entries, false);
        });
    }

    public void Delete(string key)
    {
        string path = PathOf(key);
        Guarded("delete", key, () =>
        {
            CheckWhole();
            if (Files.FileExists(path))
            {
                // Gone for every reader before it gets shorter; what a crash leaves is an abandoned upload.
                EnsureFolder(UploadFolder);
                string removed = NewUploadPath();
                Files.Move(path, removed);
                Sync(() => Files.SyncDirectory(Path.GetDirectoryName(path)!));
                Files.DeleteGradually(removed, Sync);
            }

            return 0;
        });
    }

    public void RemoveAbandonedUploads() => Guarded("clean", UploadFolder, () =>
    {
        string directory = Path.Combine(_root, UploadFolder);
        if (Files.DirectoryExists(directory))
        {
            foreach (string path in Files.List(directory, "*"))
            {
                Files.DeleteGradually(path, Sync);
            }
        }

        return 0;
    });

    public void Dispose()
    {
    }

    /// <summary>Gives a written and synced file its key, if the condition holds.</summary>
    internal void Publish(string from, string key, string to, PutCondition condition)
    {
        EnsureFolder(ObjectKeys.Split(key).Folder.TrimEnd('/'));
        Rename(from, key, to, condition);
        Sync(() => Files.SyncDirectory(Path.GetDirectoryName(to)!));
    }

    /// <summary>A sync: a failure is final for the store.</summary>
    internal void Sync(Action sync)
    {
        CheckWhole();
        try
        {
            sync();
        }
        catch (IOException e)
        {
            _broken = e.Message;
            throw new ObjectStoreException(
                ObjectErrorKind.Broken, $"{_root} cannot be synced: {e.Message}", e, outcomeIsUnknown: true);
        }
    }

    internal ObjectStoreException Failed(string what, string key, Exception e)
    {
        const int NoSpace = 28;
        var kind = e switch
        {
            FileNotFoundException or DirectoryNotFoundException => ObjectErrorKind.NotFound,
            UnauthorizedAccessException => ObjectErrorKind.Denied,
            _ when e.HResult == NoSpace => ObjectErrorKind.Full,
            _ => ObjectErrorKind.Unavailable,
        };
        return new ObjectStoreException(kind, $"cannot {what} {_root}/{key}: {e.Message}", e);
    }

    private static string Tag(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..16]);

    private void Rename(string from, string key, string to, PutCondition condition)
    {
        if (condition.IsAbsent)
        {
            if (!Files.TryMoveNew(from, to))
            {
                throw new ObjectStoreException(ObjectErrorKind.PreconditionFailed, $"{_root}/{key} exists already");
            }
        }
        else if (condition.Tag is { } tag)
        {
            using var held = Exclusive();
            string? found = Files.FileExists(to) ? TagOf(to) : null;
            if (found != tag)
            {
                throw new ObjectStoreException(
                    ObjectErrorKind.PreconditionFailed, $"{_root}/{key} has tag {found ?? "none"}, not {tag}");
            }

            Files.Move(from, to);
        }
        else
        {
            Files.Move(from, to);
        }
    }

    private T Guarded<T>(string what, string key, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(what, key, e);
        }
    }

    private void CheckWhole()
    {
        if (_broken is { } reason)
        {
            throw new ObjectStoreException(
                ObjectErrorKind.Broken, $"{_root} takes no more changes since a sync failed ({reason}); restart the server");
        }
    }

    private string PathOf(string key)
    {
        ObjectKeys.Check(key);
        return Path.Combine(_root, key);
    }

    private string NewUploadPath() =>
        Path.Combine(_root, UploadFolder, _host.Random.NextUInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture));

    private string TagOf(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = Files.Open(path, FileUse.Read);
        byte[] buffer = new byte[HashBufferBytes];
        for (long at = 0; ;)
        {
            int count = file.Read(buffer, at);
            if (count == 0)
            {
                return Tag(hash.GetHashAndReset());
            }

            hash.AppendData(buffer, 0, count);
            at += count;
        }
    }

    /// <summary>
    /// The folder exists, durably, with those above it, and so do the names in it: a process may have died before it had synced one, and
    /// what is written next builds on what was read.
    /// </summary>
    private void EnsureFolder(string folder)
    {
        lock (_gate)
        {
            if (!_folders.Add(folder))
            {
                return;
            }

            string path = Path.Combine(_root, folder);
            Files.CreateDirectory(path);
            Sync(() => Files.SyncDirectory(path));
            for (string at = path; at.Length > _root.Length;)
            {
                at = Path.GetDirectoryName(at)!;
                string synced = at;
                Sync(() => Files.SyncDirectory(synced));
            }
        }
    }

    private IDisposable Exclusive()
    {
        long until = _host.Clock.MonotonicNanos + (long)_lockPatience.TotalNanoseconds;
        while (true)
        {
            if (Files.TryLock(Path.Combine(_root, ".lock")) is { } held)
            {
                return held;
            }

            if (_host.Clock.MonotonicNanos > until)
            {
                throw new ObjectStoreException(ObjectErrorKind.Conflict, $"{_root} is locked by another writer");
            }

            _host.Clock.Pause(_lockPause);
        }
    }
}
