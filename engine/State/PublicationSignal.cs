namespace Vectorized.Engine.State;

/// <summary>
/// Wakes readers when an epoch is published. Raise is one read where nobody waits and must follow a full fence after the
/// new epoch was stored; a waiter takes the task first and looks at the epoch then. Threads: any.
/// </summary>
internal sealed class PublicationSignal
{
    private TaskCompletionSource? _waiting;

    internal Task Next
    {
        get
        {
            if (Volatile.Read(ref _waiting) is { } waiting)
            {
                return waiting.Task;
            }

            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _waiting, mine, null) ?? mine).Task;
        }
    }

    internal void Raise()
    {
        if (Volatile.Read(ref _waiting) is not null)
        {
            Interlocked.Exchange(ref _waiting, null)?.TrySetResult();
        }
    }
}
