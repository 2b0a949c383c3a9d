using System.Runtime.InteropServices;

namespace Vectorized.Bench;

/// <summary>
/// CPU time of the calling thread and of the whole process, to the nanosecond: what work costs even where others share the
/// machine. (What /proc says of a process counts in hundredths of a second.)
/// </summary>
internal static partial class CpuClock
{
    private const int ProcessCpuTime = 2;
    private const int ThreadCpuTime = 3;

    internal static long ThreadNanos => Read(ThreadCpuTime);

    /// <summary>Of all threads since the process started, the compiler's and the collector's among them.</summary>
    internal static long ProcessNanos => Read(ProcessCpuTime);

    internal static double ProcessSeconds => ProcessNanos / 1e9;

    private static long Read(int clock)
    {
        if (!OperatingSystem.IsLinux() || GetTime(clock, out var time) != 0)
        {
            return System.Diagnostics.Stopwatch.GetTimestamp() * 1_000_000_000 / System.Diagnostics.Stopwatch.Frequency;
        }

        return (time.Seconds * 1_000_000_000) + time.Nanos;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        internal long Seconds;
        internal long Nanos;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);
}
