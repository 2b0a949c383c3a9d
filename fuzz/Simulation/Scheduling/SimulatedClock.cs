using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>
/// The scheduler's time as a process sees it. Wall time may be set to another one at any moment, as clocks are; what is measured by
/// the monotonic one only goes forward.
/// </summary>
internal sealed class SimulatedClock(SimulatedProcess process) : IClock
{
    /// <summary>2026-01-01.</summary>
    internal const long StartMicros = 1_767_225_600_000_000;

    public long WallMicros => StartMicros + (process.Scheduler.NowNanos / 1000) + WallOffsetMicros;

    public long MonotonicNanos => process.Scheduler.NowNanos;

    internal long WallOffsetMicros { get; set; }

    /// <summary>The calling simulated thread sleeps: a wait that is over when the call returns.</summary>
    public ValueTask Delay(TimeSpan delay, CancellationToken cancellation = default)
    {
        var over = process.CreateSignal();
        using (cancellation.Register(over.Set))
        {
            over.Wait(delay);
        }

        cancellation.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }
}
