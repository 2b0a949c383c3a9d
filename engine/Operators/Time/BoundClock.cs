using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Time;

/// <summary>
/// The now() side of a <see cref="TimeBound"/>: its value at an instant, the least value it will ever have from then on, and
/// when it will reach a row's value. Values are days or microseconds, as the type has them. One thread.
/// </summary>
internal sealed class BoundClock(OperatorContext context, TimeBound bound)
{
    /// <summary>Beyond this the lane looks again rather than further ahead.</summary>
    private const long HorizonMicros = 100L * 365 * Temporal.MicrosPerDay;

    private readonly CompiledExpression _function = CompiledExpression.Compile(bound.Now);
    private readonly bool _isDate = bound.Now.Type.Id == TypeId.Date;
    private readonly Batch _one = new();

    internal TimeBound Bound => bound;

    /// <summary>The function's value at an instant.</summary>
    internal long At(long nowMicros)
    {
        var evaluation = context.Evaluation;
        long saved = evaluation.NowMicros;
        var mark = evaluation.Arena.Position;
        evaluation.NowMicros = nowMicros;
        try
        {
            Vector result = default;
            _function.Evaluate(evaluation, _one.Reset(1, 0), ref result);
            return _isDate ? result.Value<int>(0) : result.Value<long>(0);
        }
        finally
        {
            evaluation.NowMicros = saved;
            evaluation.Arena.Release(mark);
        }
    }

    /// <summary>No value from this instant on is below.</summary>
    internal long Floor(long nowMicros) => At(bound.FallsBack ? DayOf(nowMicros) : nowMicros);

    /// <summary>Whether a value of the bound has got to where a row's comparison changes.</summary>
    internal bool HasReached(long boundValue, long rowValue) => bound.Inclusive ? boundValue >= rowValue : boundValue > rowValue;

    /// <summary>
    /// The first instant of the lane's grain after now at which the value of a row is reached, or at which the function may
    /// have fallen back.
    /// </summary>
    internal long WhenReached(long nowMicros, long rowValue) => bound.FallsBack
        ? Math.Min(FirstReached(nowMicros, rowValue), DayOf(nowMicros) + Temporal.MicrosPerDay)
        : FirstReached(nowMicros, rowValue);

    /// <summary>The start of an instant's day.</summary>
    private static long DayOf(long micros) => Temporal.DayOf(micros) * Temporal.MicrosPerDay;

    private long FirstReached(long nowMicros, long rowValue)
    {
        // Nearly always the function is now() and a fixed distance: tried first.
        long guess = _isDate ? DayOf(nowMicros) : nowMicros + Math.Clamp(rowValue - At(nowMicros), 0, HorizonMicros);
        guess = Math.Max(guess, nowMicros) + (bound.Inclusive ? 0 : 1);
        if (!_isDate && Reached(guess) && !Reached(guess - 1))
        {
            return DueTimes.RoundUp(guess);
        }

        // Else the first grain's end at which it is, by doubling and halving (the function is monotone up to the end looked at).
        long low = nowMicros;
        long end = bound.FallsBack ? DayOf(nowMicros) + Temporal.MicrosPerDay : nowMicros + HorizonMicros;
        long step = DueTimes.GrainMicros;
        while (low + step < end && !Reached(low + step))
        {
            low += step;
            step *= 2;
        }

        long high = Math.Min(low + step, end);
        while (high - low > 1)
        {
            long middle = low + ((high - low) / 2);
            (low, high) = Reached(middle) ? (low, middle) : (middle, high);
        }

        return DueTimes.RoundUp(high);

        bool Reached(long instant) => HasReached(At(instant), rowValue);
    }
}
