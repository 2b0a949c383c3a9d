using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>
/// A thread that runs only while the scheduler lets it: it waits for the token at every seam. Fields are touched by whoever has
/// the token.
/// </summary>
internal sealed class SimulatedThread(int id, string name, SimulatedProcess process) : IRunningThread
{
    public string Name => name;

    internal int Id => id;

    internal SimulatedProcess Process => process;

    internal Carrier? Carrier { get; set; }

    internal bool HasEnded { get; set; }

    /// <summary>What it waits for; null: nothing, or only for time.</summary>
    internal SimulatedSignal? WaitsFor { get; set; }

    internal SimulatedThread? Joins { get; set; }

    /// <summary>When it goes on at the latest; <see cref="long.MaxValue"/>: only when told.</summary>
    internal long WakesAtNanos { get; set; }

    internal bool Waits { get; set; }

    public void Join() => process.Scheduler.Join(this);

    /// <summary>Whether it can go on now. In a process that has died every wait is over, but for threads that end.</summary>
    internal bool IsReady(long nowNanos)
    {
        if (process.IsAsleep)
        {
            return false;
        }

        if (Joins is { } other)
        {
            return other.HasEnded || (other.Process != process && other.Process.IsAsleep);
        }

        return !Waits || process.IsDead || WaitsFor is { IsSet: true } || WakesAtNanos <= nowNanos;
    }

    public override string ToString() => $"{process.Name}/{name}" + (Joins is { } other ? $" waits for the end of {other.Name}"
        : WaitsFor is { } signal ? $" waits for {signal.Name}" : Waits ? " sleeps" : "");
}
