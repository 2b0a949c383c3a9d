using Vectorized.Engine.Columns;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Charges the time of a part's thread to the operator that runs: control goes downstream within a push, so each entry and return
/// ends one operator's share and begins another's. Two readings of the clock a push, hence only while somebody asks.
/// One part's thread.
/// </summary>
/// <param name="clock">Monotonic.</param>
/// <param name="untilMicros">It ends with the first tick that begins later, in microseconds since 1970.</param>
internal sealed class OperatorTiming(IClock clock, long untilMicros)
{
    private Operator? _running;
    private long _since;

    internal long UntilMicros => untilMicros;

    internal void Push(Operator target, int input, Batch batch)
    {
        var caller = Switch(target);
        try
        {
            target.Push(input, batch);
        }
        finally
        {
            Switch(caller);
        }
    }

    internal void EndTick(Operator target, int input)
    {
        var caller = Switch(target);
        try
        {
            target.EndTick(input);
        }
        finally
        {
            Switch(caller);
        }
    }

    /// <summary>The time from here on is the operator's (null: nobody's); gives whose it was.</summary>
    internal Operator? Switch(Operator? next)
    {
        long now = clock.MonotonicNanos;
        var last = _running;
        if (last is not null)
        {
            last.Counters.BusyNanos += now - _since;
        }

        (_running, _since) = (next, now);
        return last;
    }
}
