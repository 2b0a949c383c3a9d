using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>
/// Runs simulated threads one at a time: who has the token runs, and hands it on at seams, to a thread drawn from the seed among
/// those that can go on. Time stands still while anyone can; it moves a little with every step and jumps when all wait. So a
/// run is a function of its seed (FoundationDB's simulation, TigerBeetle's VOPR are the models).
/// </summary>
internal sealed class Scheduler
{
    private const long StepsMax = 20_000_000;

    private readonly SeededRandom _random;
    private readonly List<SimulatedThread> _threads = [];
    private readonly List<SimulatedThread> _ready = [];
    private readonly TaskCompletionSource _finished = new();
    private readonly double _stickiness;
    private int _nextThread;
    private Exception? _failure;

    internal Scheduler(ulong seed)
    {
        _random = new SeededRandom(seed);
        // Between a switch at each seam and long stretches of one thread.
        _stickiness = _random.NextDouble() * 0.9;
        World = new SimulatedProcess(this, "world");
    }

    internal EventTrace Trace { get; } = new();

    internal SimulatedProcess World { get; }

    internal SimulatedThread? Current { get; private set; }

    internal long NowNanos { get; private set; }

    internal long Steps { get; private set; }

    /// <summary>
    /// Runs the body as the world's first thread until all threads have ended, or the first failure. Called once, by a thread
    /// outside of the simulation. After a failure threads are left standing where they are.
    /// </summary>
    internal void Run(Action body)
    {
        World.Start("driver", body);
        Current = _threads[0];
        Current.Carrier!.Resume();
        _finished.Task.Wait();
        if (_failure is not null)
        {
            throw new SimulationFailure(_failure is SimulationFailure ? _failure.Message : _failure.ToString());
        }
    }

    internal SimulatedThread Start(SimulatedProcess process, string name, Action body)
    {
        var thread = new SimulatedThread(_nextThread++, name, process);
        thread.Carrier = Carrier.For(() => Carry(thread, body));
        _threads.Add(thread);
        return thread;
    }

    /// <summary>Lets another thread go on, perhaps.</summary>
    internal void Yield()
    {
        if (_random.NextDouble() >= _stickiness || Current!.Process.IsAsleep)
        {
            Switch();
        }
    }

    /// <summary>Waits for a signal or a time; false: the time came first.</summary>
    internal bool Wait(SimulatedSignal signal, long wakesAtNanos)
    {
        var thread = Current!;
        while (true)
        {
            thread.Process.CheckAlive();
            if (signal.TryTake())
            {
                thread.Process.Seam("a signal");
                return true;
            }

            if (NowNanos >= wakesAtNanos)
            {
                return false;
            }

            thread.WaitsFor = signal;
            Wait(thread, wakesAtNanos);
            thread.WaitsFor = null;
        }
    }

    internal void Sleep(long nanos)
    {
        var thread = Current!;
        Wait(thread, NowNanos + nanos);
        thread.Process.CheckAlive();
    }

    internal void Join(SimulatedThread other)
    {
        var thread = Current!;
        while (!other.HasEnded)
        {
            thread.Joins = other;
            Switch();
            thread.Joins = null;
            if (other.Process != thread.Process && other.Process.IsAsleep)
            {
                return;
            }
        }
    }

    /// <summary>Ends the simulation: a promise was broken.</summary>
    internal void Fail(Exception failure)
    {
        _failure ??= failure;
        _finished.TrySetResult();
        // The token is gone: this thread and all others stay where they are.
        Thread.Sleep(Timeout.Infinite);
    }

    private void Wait(SimulatedThread thread, long wakesAtNanos)
    {
        thread.Waits = true;
        thread.WakesAtNanos = wakesAtNanos;
        Switch();
        thread.Waits = false;
    }

    private void Switch()
    {
        var from = Current!;
        var next = Choose();
        if (next != from)
        {
            Current = next;
            next.Carrier!.Resume();
            from.Carrier!.Pause();
        }
    }

    private SimulatedThread Choose()
    {
        if (++Steps > StepsMax)
        {
            Fail(new SimulationFailure($"no end after {StepsMax} steps:\n  {string.Join("\n  ", _threads)}"));
        }

        NowNanos += 200 + _random.Next(20_000);
        FindReady();
        if (_ready.Count == 0)
        {
            long wakes = _threads.Where(t => t.Waits && t.Joins is null && !t.Process.IsAsleep).Select(t => t.WakesAtNanos)
                .DefaultIfEmpty(long.MaxValue).Min();
            if (wakes == long.MaxValue)
            {
                Fail(new SimulationFailure($"all threads wait for each other:\n  {string.Join("\n  ", _threads)}"));
            }

            NowNanos = wakes;
            FindReady();
        }

        var next = _ready[(int)_random.Next(_ready.Count)];
        Trace.Switched(next.Id, NowNanos);
        return next;
    }

    private void FindReady()
    {
        _ready.Clear();
        foreach (var thread in _threads)
        {
            if (thread.IsReady(NowNanos))
            {
                _ready.Add(thread);
            }
        }
    }

    private void Carry(SimulatedThread thread, Action body)
    {
        try
        {
            body();
        }
        catch (Exception) when (thread.Process.IsDead)
        {
            // What a killed process's threads end with is nobody's concern.
        }
        catch (ConnectionGoneException)
        {
            // A client of a server that others have taken over from has turned to those.
        }
        catch (Exception e)
        {
            Fail(e is SimulationFailure ? e : new SimulationFailure($"thread {thread.Name} ended with {e}"));
        }

        thread.HasEnded = true;
        _threads.Remove(thread);
        thread.Process.ThreadEnded(thread);
        if (_threads.Count == 0)
        {
            _finished.TrySetResult();
            return;
        }

        Current = Choose();
        Current.Carrier!.Resume();
    }
}
