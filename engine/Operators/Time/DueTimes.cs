namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// When the time operators of one part have something to do without input: the lane starts a tick then. Instants are
/// rounded up to <see cref="GrainMicros"/>, so that many rows that are due one after the other share ticks. The part's
/// thread; the lane reads between ticks.
/// </summary>
internal sealed class DueTimes
{
    internal const long GrainMicros = 100_000;

    private readonly List<DueTime> _all = [];
    private readonly List<DueTime> _held = [];

    /// <summary>What is added meanwhile starts no tick before <see cref="Admit"/>: it belongs to a view that is being built.</summary>
    internal bool IsHolding { get; set; }

    /// <summary>The earliest instant in microseconds since 1970; long.MaxValue: none.</summary>
    internal long NextMicros
    {
        get
        {
            long next = long.MaxValue;
            foreach (var due in _all)
            {
                next = Math.Min(next, due.Micros);
            }

            return next;
        }
    }

    internal DueTime Add()
    {
        var due = new DueTime();
        (IsHolding ? _held : _all).Add(due);
        return due;
    }

    internal void Remove(DueTime due)
    {
        _all.Remove(due);
        _held.Remove(due);
    }

    internal void Admit()
    {
        _all.AddRange(_held);
        _held.Clear();
    }

    /// <summary>The grain's end at or after an instant.</summary>
    internal static long RoundUp(long micros)
    {
        long past = micros % GrainMicros;
        past = past < 0 ? past + GrainMicros : past;
        return past == 0 || micros > long.MaxValue - GrainMicros ? micros : micros + GrainMicros - past;
    }
}

/// <summary>One operator's next instant: set by it at the end of each tick.</summary>
internal sealed class DueTime
{
    /// <summary>Microseconds since 1970; long.MaxValue: nothing will happen by time alone.</summary>
    internal long Micros { get; set; } = long.MaxValue;
}
