using System.Collections.Concurrent;

namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>A thread of the machine that carries simulated threads, one after the other: starting real ones is slow.</summary>
internal sealed class Carrier
{
    private static readonly ConcurrentStack<Carrier> _idle = new();

    private readonly object _gate = new();
    private bool _mayGoOn;
    private Action? _body;

    private Carrier() => new Thread(Serve) { IsBackground = true, Name = "simulated" }.Start();

    /// <summary>A carrier that runs the body once <see cref="Resume"/> is called.</summary>
    internal static Carrier For(Action body)
    {
        var carrier = _idle.TryPop(out var idle) ? idle : new Carrier();
        carrier._body = body;
        return carrier;
    }

    /// <summary>Lets it go on.</summary>
    internal void Resume()
    {
        lock (_gate)
        {
            _mayGoOn = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Called on it: waits for the next <see cref="Resume"/>.</summary>
    internal void Pause()
    {
        lock (_gate)
        {
            while (!_mayGoOn)
            {
                Monitor.Wait(_gate);
            }

            _mayGoOn = false;
        }
    }

    private void Serve()
    {
        while (true)
        {
            Pause();
            _body!();
            _body = null;
            _idle.Push(this);
        }
    }
}
