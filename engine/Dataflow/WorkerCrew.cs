using System.Runtime.ExceptionServices;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Runs one step on every worker at once and waits for all: the barrier between exchange levels. The caller is worker 0;
/// the others are threads that spin for a short while after a step (a tick has several within microseconds) and then
/// sleep. Where threads may not spin they sleep at once, and so does the caller. One caller at a time.
/// </summary>
internal sealed class WorkerCrew : IDisposable
{
    private const int SpinsBeforeSleep = 20_000;

    private readonly Seat[] _seats;
    private readonly ISignal? _done;
    private Action<int> _step = static _ => { };
    private int _stepNumber;
    private int _running;
    private volatile bool _stopping;
    private ExceptionDispatchInfo? _failure;

    internal WorkerCrew(int workerCount, IThreads threads)
    {
        WorkerCount = workerCount;
        _done = threads.MaySpin ? null : threads.CreateSignal();
        _seats = new Seat[workerCount - 1];
        for (int i = 0; i < _seats.Length; i++)
        {
            var seat = new Seat(threads.CreateSignal(), threads.MaySpin ? SpinsBeforeSleep : 0);
            _seats[i] = seat;
            int worker = i + 1;
            seat.Thread = threads.Start($"worker-{worker}", () => Serve(worker, seat));
        }
    }

    internal int WorkerCount { get; }

    /// <summary>Runs step(0..WorkerCount-1), each on its worker; returns when all have; rethrows the first failure.</summary>
    internal void Run(Action<int> step)
    {
        _step = step;
        _failure = null;
        Volatile.Write(ref _running, _seats.Length);
        Volatile.Write(ref _stepNumber, _stepNumber + 1);
        foreach (var seat in _seats)
        {
            seat.WakeIfAsleep();
        }

        RunOne(0);
        AwaitOthers();
        _failure?.Throw();
    }

    public void Dispose()
    {
        _stopping = true;
        Volatile.Write(ref _stepNumber, _stepNumber + 1);
        foreach (var seat in _seats)
        {
            seat.WakeIfAsleep();
            seat.Thread?.Join();
            seat.Dispose();
        }

        _done?.Dispose();
    }

    private void AwaitOthers()
    {
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _running) > 0)
        {
            if (_done is null)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }
            else
            {
                _done.Wait();
            }
        }
    }

    private void RunOne(int worker)
    {
        try
        {
            _step(worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }

    private void Serve(int worker, Seat seat)
    {
        int seen = 0;
        while (true)
        {
            seat.WaitFor(ref _stepNumber, seen);
            seen++;
            if (_stopping)
            {
                return;
            }

            RunOne(worker);
            if (Interlocked.Decrement(ref _running) == 0)
            {
                _done?.Set();
            }
        }
    }

    /// <summary>Where one worker waits for the next step.</summary>
    private sealed class Seat(ISignal wake, int spinsBeforeSleep) : IDisposable
    {
        private int _asleep;

        internal IRunningThread? Thread { get; set; }

        public void Dispose() => wake.Dispose();

        internal void WakeIfAsleep()
        {
            if (Interlocked.Exchange(ref _asleep, 0) == 1)
            {
                wake.Set();
            }
        }

        internal void WaitFor(ref int stepNumber, int seen)
        {
            for (int i = 0; i < spinsBeforeSleep; i++)
            {
                if (Volatile.Read(ref stepNumber) != seen)
                {
                    return;
                }

                Spin.Pause();
            }

            while (true)
            {
                Interlocked.Exchange(ref _asleep, 1);
                if (Volatile.Read(ref stepNumber) != seen)
                {
                    // A waker that saw us asleep has released or will: take its permit so that none is left over.
                    if (Interlocked.Exchange(ref _asleep, 0) == 0)
                    {
                        wake.Wait();
                    }

                    return;
                }

                wake.Wait();
                if (Volatile.Read(ref stepNumber) != seen)
                {
                    return;
                }
            }
        }
    }
}
