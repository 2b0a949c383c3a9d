using Microsoft.Win32.SafeHandles;

namespace Vectorized.Storage.Platform;

/// <summary>
/// The machine's memory: /proc/self/statm on Linux (read into a buffer on the stack, some microseconds), what .NET knows elsewhere.
/// </summary>
internal sealed class SystemMemory : IMemory
{
    private const string Status = "/proc/self/statm";

    private static readonly string[] _groupLimits =
        ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    private readonly SafeFileHandle? _status = OperatingSystem.IsLinux() && File.Exists(Status) ? File.OpenHandle(Status) : null;

    public long ResidentBytes
    {
        get
        {
            Span<byte> text = stackalloc byte[128];
            int length = _status is null ? 0 : RandomAccess.Read(_status, text, 0);
            return ParseResident(text[..length], Environment.SystemPageSize) ?? Environment.WorkingSet;
        }
    }

    public long MachineBytes { get; } = FindMachineBytes();

    public long ManagedBytes => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    public void CollectGarbage() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>The second number of statm (see proc(5)), which counts pages.</summary>
    internal static long? ParseResident(ReadOnlySpan<byte> text, long pageBytes)
    {
        int start = text.IndexOf((byte)' ') + 1;
        int length = text[start..].IndexOf((byte)' ');
        return start > 0 && length > 0 && System.Buffers.Text.Utf8Parser.TryParse(text.Slice(start, length), out long pages, out _)
            ? pages * pageBytes
            : null;
    }

    private static long FindMachineBytes()
    {
        long bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        foreach (string path in _groupLimits)
        {
            if (OperatingSystem.IsLinux() && File.Exists(path) && long.TryParse(File.ReadAllText(path).Trim(), out long limit))
            {
                bytes = Math.Min(bytes, limit);
            }
        }

        return bytes;
    }
}
