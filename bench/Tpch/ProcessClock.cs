using System.Diagnostics;

namespace Vectorized.Bench.Tpch;

/// <summary>Processor time of this whole process: what work cost, whoever else uses the machine.</summary>
internal static class ProcessClock
{
    internal static double Seconds
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }
}
