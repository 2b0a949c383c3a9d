using System.Runtime.CompilerServices;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// Event times of consecutive events, in microseconds of whole milliseconds, without a division each.
/// </summary>
internal struct EventClock
{
    private const long NanosPerMs = 1_000_000;

    private readonly long _stepMs;
    private readonly long _stepNanos;
    private long _ms;
    private long _nanos;

    internal EventClock(NexmarkOptions options, long eventNumber)
    {
        (_stepMs, _stepNanos) = Math.DivRem(options.EventGapNanos, NanosPerMs);
        (_ms, _nanos) = Math.DivRem(eventNumber * options.EventGapNanos, NanosPerMs);
        _ms += options.BaseTimeMs;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long Next()
    {
        long now = _ms * 1000;
        _ms += _stepMs;
        _nanos += _stepNanos;
        if (_nanos >= NanosPerMs)
        {
            _nanos -= NanosPerMs;
            _ms++;
        }

        return now;
    }
}
