using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>
/// Threads that live and die together. Killing it happens at a seam: no thread of it has an effect any more; each is let run on
/// with an exception at its next seam, so that it gives back its memory. The world outside is a process that never dies.
/// </summary>
internal sealed class SimulatedProcess : IThreads
{
    private readonly List<SimulatedThread> _threads = [];

    internal SimulatedProcess(Scheduler scheduler, string name)
    {
        Scheduler = scheduler;
        Name = name;
        Clock = new SimulatedClock(this);
    }

    public int ProcessorCount => 2;

    public bool MaySpin => false;

    internal Scheduler Scheduler { get; }

    internal string Name { get; }

    internal SimulatedClock Clock { get; }

    internal bool IsDead { get; private set; }

    /// <summary>Why it was killed.</summary>
    internal string? Cause { get; private set; }

    /// <summary>Seams it may still pass before it is killed, or falls asleep; negative: no end.</summary>
    internal long SeamsLeft { get; set; } = -1;

    /// <summary>It falls asleep where it would be killed: a virtual machine that is paused.</summary>
    internal bool FallsAsleep { get; set; }

    /// <summary>None of its threads goes on until it is woken or killed.</summary>
    internal bool IsAsleep { get; private set; }

    public IRunningThread Start(string name, Action body, ThreadUrgency urgency = ThreadUrgency.Normal)
    {
        if (IsDead)
        {
            throw new ProcessDeathException();
        }

        var thread = Scheduler.Start(this, name, body);
        _threads.Add(thread);
        return thread;
    }

    public Task RunPooled(Func<Task> body)
    {
        var done = new TaskCompletionSource();
        Start("pool", () => body().ContinueWith(
            t =>
            {
                if (t.IsFaulted)
                {
                    done.SetException(t.Exception.InnerExceptions);
                }
                else
                {
                    done.SetResult();
                }
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
        return done.Task;
    }

    public ISignal CreateSignal() => new SimulatedSignal(Scheduler, "a signal");

    public ICompletion CreateCompletion() => new SimulatedCompletion(this);

    /// <summary>
    /// A point where another thread may go on, or the process may be killed. Only the process's own threads stop here: what others
    /// (who clear up after it) do counts for nothing.
    /// </summary>
    internal void Seam(string what)
    {
        if (Scheduler.Current?.Process != this)
        {
            return;
        }

        CheckAlive();
        if (SeamsLeft > 0 && --SeamsLeft == 0)
        {
            if (!FallsAsleep)
            {
                Kill($"at {what}");
                throw new ProcessDeathException();
            }

            Scheduler.Trace.Add("asleep", $"{Name} at {what}");
            IsAsleep = true;
        }

        Scheduler.Yield();
        CheckAlive();
    }

    internal void Kill(string cause)
    {
        if (!IsDead)
        {
            Scheduler.Trace.Add("kill", $"{Name} {cause}");
            IsDead = true;
            IsAsleep = false;
            Cause = cause;
        }
    }

    /// <summary>It goes on as if nothing had happened. By a thread of another process.</summary>
    internal void WakeUp()
    {
        if (IsAsleep)
        {
            Scheduler.Trace.Add("awake", Name);
            IsAsleep = false;
        }
    }

    internal void CheckAlive()
    {
        if (IsDead)
        {
            throw new ProcessDeathException();
        }
    }

    /// <summary>Waits until its last thread has ended, or it has fallen asleep: by a thread of another process.</summary>
    internal void AwaitEnd()
    {
        while (_threads.Count > 0 && !IsAsleep)
        {
            Scheduler.Join(_threads[0]);
        }
    }

    internal void ThreadEnded(SimulatedThread thread) => _threads.Remove(thread);
}
