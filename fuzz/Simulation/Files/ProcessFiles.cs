using Vectorized.Fuzz.Simulation.Scheduling;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Files;

/// <summary>
/// The device as one process uses it: every call is a seam, and may be the process's last, before or after its effect, or fail. What
/// a process that has died still calls does nothing.
/// </summary>
internal sealed class ProcessFiles(SimulatedProcess process, SimulatedFiles device, FaultPlan plan, SeededRandom random) : IFiles
{
    private const int SyncNanosMax = 2_000_000;

    private readonly List<Action> _heldBack = [];
    private bool _mayFollow;

    public string TemporaryDirectory => device.TemporaryDirectory;

    /// <summary>Drawn: files are small here.</summary>
    public long DeletionStepBytes { get; init; } = 1 << 20;

    /// <summary>Bugs planted between the engine and the device; null: none.</summary>
    internal FilesMutant? Mutant { get; init; }

    public bool FileExists(string path) => Reading(() => device.FileExists(path));

    public bool DirectoryExists(string path) => Reading(() => device.DirectoryExists(path));

    public void CreateDirectory(string path) => Point("mkdir", path, [], () => device.CreateDirectory(path));

    public void Delete(string path) => Point("delete", path, [], () => device.Delete(path));

    public void Move(string from, string to) => Point("move", to, [], () => device.Move(from, to));

    public bool TryMoveNew(string from, string to)
    {
        bool moved = false;
        Point("link", to, [], () => moved = device.TryMoveNew(from, to));
        return moved;
    }

    public IReadOnlyList<string> List(string directory, string pattern) => Reading(() => device.List(directory, pattern));

    public long Length(string path) => Reading(() => device.Length(path));

    public byte[] ReadAll(string path)
    {
        FailRead(path);
        return Reading(() => device.ReadAll(path));
    }

    public void WriteAll(string path, ReadOnlySpan<byte> bytes)
    {
        using var file = Open(path, FileUse.Write);
        file.SetLength(0);
        file.Write(bytes, 0);
    }

    public void SyncDirectory(string path) => Point("syncdir", path, [], () => device.SyncDirectory(path));

    public IDisposable? TryLock(string path)
    {
        var held = Reading(() => device.TryLock(path));
        return held ?? (Mutant?.ForgetsLocks == true ? new MemoryStream() : null);
    }

    public string RealPath(string path) => device.RealPath(path);

    public IFile Open(string path, FileUse use)
    {
        if (use == FileUse.Read || (use == FileUse.Write && device.FileExists(path)))
        {
            return new Handle(this, path, Reading(() => device.Open(path, use)));
        }

        IFile? opened = null;
        Point("create", path, [], () => opened = device.Open(path, use));
        return new Handle(this, path, opened!);
    }

    private T Reading<T>(Func<T> action)
    {
        process.Seam("a look at files");
        process.CheckAlive();
        return action();
    }

    private void FailRead(string path)
    {
        if (plan.Reads++ == plan.ReadFailsAt)
        {
            plan.HasFailed = true;
            process.Scheduler.Trace.Add("fault", $"read of {path} fails");
            throw new IOException($"simulated: {path} cannot be read: input/output error");
        }
    }

    private int Shortened(int count) =>
        plan.ShortReads > 0 && count > 1 && random.Next(plan.ShortReads) == 0 ? (int)(1 + random.Next(count - 1)) : count;

    private void Point(string kind, string path, ReadOnlySpan<byte> bytes, Action effect)
    {
        Follow();
        bool dies = plan.Passes(kind, out long point);
        process.Scheduler.Trace.Add(kind, path, bytes);
        process.Seam(kind);
        process.CheckAlive();
        if (kind == "sync")
        {
            process.Scheduler.Sleep(random.Next(SyncNanosMax));
        }

        if (dies && !plan.DiesAfterEffect)
        {
            Die(kind, path, "before");
        }

        if (point == plan.FailsAt)
        {
            plan.HasFailed = true;
            string why = kind is "write" or "create" && random.Next(2) == 0 ? "no space left on device" : "input/output error";
            process.Scheduler.Trace.Add("fault", $"{kind} of {path} fails: {why}");
            throw new IOException($"simulated: {why}");
        }

        Effect(kind, path, effect);

        if (dies)
        {
            Die(kind, path, "after");
        }
    }

    private void Effect(string kind, string path, Action effect)
    {
        if (Mutant?.HoldsBack(kind, path) == true)
        {
            _heldBack.Add(effect);
            return;
        }

        if (Mutant?.Skips(kind, path) != true)
        {
            effect();
        }

        _mayFollow |= _heldBack.Count > 0 && Mutant!.Until(kind, path);
    }

    /// <summary>The effects that were held back, once the call they were to follow is over.</summary>
    private void Follow()
    {
        if (_mayFollow)
        {
            _mayFollow = false;
            _heldBack.ForEach(held => held());
            _heldBack.Clear();
        }
    }

    private void Die(string kind, string path, string when)
    {
        process.Kill($"{when} {kind} of {path}");
        throw new ProcessDeathException();
    }

    private sealed class Handle(ProcessFiles files, string path, IFile file) : IFile
    {
        public long Length => files.Reading(() => file.Length);

        public int Read(Span<byte> into, long position)
        {
            files.FailRead(path);
            int wanted = files.Shortened(into.Length);
            int count = file.Read(into[..wanted], position);
            files.Reading(() => count);
            return count;
        }

        public void SetLength(long length) => files.Point("cut", path, [], () => file.SetLength(length));

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            byte[] copy = bytes.ToArray();
            files.Point("write", path, bytes, () => file.Write(copy, position));
        }

        public void Sync() => files.Point("sync", path, [], file.Sync);

        public void Dispose() => file.Dispose();
    }
}
