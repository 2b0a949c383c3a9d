using System.Runtime.InteropServices;

namespace Vectorized.Bench;

/// <summary>CPU time of the calling thread: what a kernel costs even where others share the machine.</summary>
internal static partial class CpuClock
{
    private const int ThreadCpuTime = 3;

    internal static long ThreadNanos
    {
        get
        {
            if (!OperatingSystem.IsLinux() || GetTime(ThreadCpuTime, out var time) != 0)
            {
                return System.Diagnostics.Stopwatch.GetTimestamp() * 1_000_000_000 / System.Diagnostics.Stopwatch.Frequency;
            }

            return (time.Seconds * 1_000_000_000) + time.Nanos;
        }
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
