using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>
/// A completion whose continuations run on a simulated pool thread. In a process that has died they run at once, to let go of what
/// they hold.
/// </summary>
internal sealed class SimulatedCompletion(SimulatedProcess process) : ICompletion
{
    private readonly TaskCompletionSource _source = new();
    private bool _hasEnded;

    public Task Task => _source.Task;

    public void Succeed() => End(() => _source.SetResult());

    public void Fail(Exception error) => End(() => _source.SetException(error));

    private void End(Action end)
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        if (process.IsDead)
        {
            end();
        }
        else
        {
            process.Start("pool", end);
        }
    }
}
