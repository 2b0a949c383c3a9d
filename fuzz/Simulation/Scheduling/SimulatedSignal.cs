using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>A signal whose waits are the scheduler's.</summary>
internal sealed class SimulatedSignal(Scheduler scheduler, string name) : ISignal
{
    internal string Name => name;

    internal bool IsSet { get; private set; }

    public void Set() => IsSet = true;

    public void Wait() => scheduler.Wait(this, long.MaxValue);

    public bool Wait(TimeSpan timeMax) => scheduler.Wait(this, scheduler.NowNanos + (timeMax.Ticks * 100));

    public void Dispose()
    {
    }

    /// <summary>Takes the signal, if it is set.</summary>
    internal bool TryTake()
    {
        bool taken = IsSet;
        IsSet = false;
        return taken;
    }
}
