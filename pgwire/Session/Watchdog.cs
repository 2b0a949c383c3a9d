using Vectorized.Storage.Platform;

namespace Vectorized.Pgwire.Session;

/// <summary>Something with a deadline, looked at by the <see cref="Watchdog"/>.</summary>
internal interface IWatched
{
    /// <summary>Monotonic nanoseconds of the next deadline; <see cref="long.MaxValue"/>: none. Read by any thread.</summary>
    long Deadline { get; }

    /// <summary>Called on the watchdog's thread when the deadline has passed; must not block.</summary>
    void DeadlinePassed(long now);
}

/// <summary>
/// One loop for all deadlines of all connections: it sleeps until the earliest known one and costs nothing while none
/// is set. Setting a deadline is a store; only one earlier than the next look wakes the loop. Deadlines are kept to
/// about <see cref="GrainNanos"/>.
/// </summary>
internal sealed class Watchdog(IClock clock)
{
    public const long GrainNanos = 5_000_000;

    private readonly Lock _gate = new();
    private readonly HashSet<IWatched> _watched = [];
    private readonly List<IWatched> _passed = [];
    private TaskCompletionSource _wake = NewWake();
    private long _nextLook = long.MaxValue;

    public void Add(IWatched watched)
    {
        lock (_gate)
        {
            _watched.Add(watched);
        }

        Consider(watched.Deadline);
    }

    public void Remove(IWatched watched)
    {
        lock (_gate)
        {
            _watched.Remove(watched);
        }
    }

    /// <summary>To be called after a watched thing has set a deadline.</summary>
    public void Consider(long deadline)
    {
        // The deadline's store must be seen by a look that starts after this load.
        Interlocked.MemoryBarrier();
        if (deadline < Volatile.Read(ref _nextLook))
        {
            lock (_gate)
            {
                _wake.TrySetResult();
            }
        }
    }

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Task wake;
            lock (_gate)
            {
                _wake = NewWake();
                wake = _wake.Task;
            }

            long next = Look();
            long now = clock.MonotonicNanos;
            if (next == long.MaxValue)
            {
                await wake.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else
            {
                using var nap = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var delay = TimeSpan.FromTicks(Math.Max(next - now, GrainNanos) / 100);
                var sleeping = clock.Delay(delay, nap.Token).AsTask();
                await Task.WhenAny(wake, sleeping);
                await nap.CancelAsync();
                await sleeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Handles what has passed and gives the earliest deadline ahead.</summary>
    private long Look()
    {
        // Deadlines set from here on, earlier than what the look will find, must wake the loop.
        Volatile.Write(ref _nextLook, long.MaxValue);
        Interlocked.MemoryBarrier();
        long now = clock.MonotonicNanos;
        long next = long.MaxValue;
        lock (_gate)
        {
            foreach (var watched in _watched)
            {
                long deadline = watched.Deadline;
                if (deadline <= now)
                {
                    _passed.Add(watched);
                }
                else
                {
                    next = Math.Min(next, deadline);
                }
            }
        }

        foreach (var watched in _passed)
        {
            watched.DeadlinePassed(now);
            next = Math.Min(next, Math.Max(watched.Deadline, now));
        }

        _passed.Clear();
        Volatile.Write(ref _nextLook, next);
        return next;
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
