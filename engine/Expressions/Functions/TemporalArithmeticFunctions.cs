using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// + - * / between dates, times, timestamps and intervals. Months and days of an interval move a timestamptz's local time
/// in the session's zone, the rest moves the instant.
/// </summary>
internal static class TemporalArithmeticFunctions
{
    internal static void Register(FunctionFamily family)
    {
        RegisterDates(family);
        RegisterTimestamps(family);
        family.Map<long, IntervalValue, long, TimePlus>("+", SqlType.Time, SqlType.Interval, SqlType.Time, canFail: false);
        family.Map<IntervalValue, long, long, Swapped<long, IntervalValue, long, TimePlus>>(
            "+", SqlType.Interval, SqlType.Time, SqlType.Time, canFail: false);
        family.Map<long, IntervalValue, long, TimeMinus>("-", SqlType.Time, SqlType.Interval, SqlType.Time, canFail: false);
        family.Map<long, long, IntervalValue, TimeDifference>("-", SqlType.Time, SqlType.Time, SqlType.Interval, canFail: false);
        family.Map<IntervalValue, IntervalValue, IntervalValue, AddIntervals>("+", SqlType.Interval, SqlType.Interval, SqlType.Interval);
        family.Map<IntervalValue, IntervalValue, IntervalValue, SubtractIntervals>(
            "-", SqlType.Interval, SqlType.Interval, SqlType.Interval);
        family.Map<IntervalValue, IntervalValue, NegateInterval>("-", SqlType.Interval, SqlType.Interval);
        family.Map<IntervalValue, double, IntervalValue, MultiplyInterval>("*", SqlType.Interval, SqlType.Float64, SqlType.Interval);
        family.Map<double, IntervalValue, IntervalValue, Swapped<IntervalValue, double, IntervalValue, MultiplyInterval>>(
            "*", SqlType.Float64, SqlType.Interval, SqlType.Interval);
        family.Map<IntervalValue, double, IntervalValue, DivideInterval>("/", SqlType.Interval, SqlType.Float64, SqlType.Interval);
    }

    private static void RegisterDates(FunctionFamily family)
    {
        family.Map<int, int, int, DatePlusDays>("+", SqlType.Date, SqlType.Int32, SqlType.Date);
        family.Map<int, int, int, Swapped<int, int, int, DatePlusDays>>("+", SqlType.Int32, SqlType.Date, SqlType.Date);
        family.Map<int, int, int, DateMinusDays>("-", SqlType.Date, SqlType.Int32, SqlType.Date);
        family.Map<int, int, int, DaysBetween>("-", SqlType.Date, SqlType.Date, SqlType.Int32);
        family.Map<int, IntervalValue, long, DatePlus>("+", SqlType.Date, SqlType.Interval, SqlType.Timestamp);
        family.Map<IntervalValue, int, long, Swapped<int, IntervalValue, long, DatePlus>>(
            "+", SqlType.Interval, SqlType.Date, SqlType.Timestamp);
        family.Map<int, IntervalValue, long, DateMinus>("-", SqlType.Date, SqlType.Interval, SqlType.Timestamp);
        family.Map<int, long, long, DateAndTime>("+", SqlType.Date, SqlType.Time, SqlType.Timestamp);
        family.Map<long, int, long, Swapped<int, long, long, DateAndTime>>("+", SqlType.Time, SqlType.Date, SqlType.Timestamp);
    }

    private static void RegisterTimestamps(FunctionFamily family)
    {
        family.Map<long, IntervalValue, long, TimestampPlus>("+", SqlType.Timestamp, SqlType.Interval, SqlType.Timestamp);
        family.Map<IntervalValue, long, long, Swapped<long, IntervalValue, long, TimestampPlus>>(
            "+", SqlType.Interval, SqlType.Timestamp, SqlType.Timestamp);
        family.Map<long, IntervalValue, long, TimestampMinus>("-", SqlType.Timestamp, SqlType.Interval, SqlType.Timestamp);
        family.Map<long, long, IntervalValue, Difference>("-", SqlType.Timestamp, SqlType.Timestamp, SqlType.Interval);
        family.Map<long, long, IntervalValue, Difference>("-", SqlType.TimestampTz, SqlType.TimestampTz, SqlType.Interval);
        family.Add(
            "+", [SqlType.TimestampTz, SqlType.Interval], SqlType.TimestampTz,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => AddTz(c, a[0], a[1], false, n, ref r),
            volatility: Binding.Volatility.Stable);
        family.Add(
            "+", [SqlType.Interval, SqlType.TimestampTz], SqlType.TimestampTz,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => AddTz(c, a[1], a[0], false, n, ref r),
            volatility: Binding.Volatility.Stable);
        family.Add(
            "-", [SqlType.TimestampTz, SqlType.Interval], SqlType.TimestampTz,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => AddTz(c, a[0], a[1], true, n, ref r),
            volatility: Binding.Volatility.Stable);
    }

    private static void AddTz(
        EvaluationContext context, in Vector instants, in Vector spans, bool negated, int rowCount, ref Vector result) =>
        MapKernel.Apply<long, IntervalValue, long, InstantPlus>(
            new(context.Session.TimeZone, negated), instants, spans, rowCount, context.Active, ref result);

    /// <summary>An operation with its operands exchanged.</summary>
    private readonly struct Swapped<TLeft, TRight, TOut, TOp> : IMap<TRight, TLeft, TOut>
        where TLeft : unmanaged
        where TRight : unmanaged
        where TOut : unmanaged
        where TOp : struct, IMap<TLeft, TRight, TOut>
    {
        public ValueStatus Apply(TRight left, TLeft right, out TOut result) => default(TOp).Apply(right, left, out result);

        public static SqlException Error(ValueStatus status, SqlType type) => TOp.Error(status, type);
    }

    private readonly struct InstantPlus(ZoneRules zone, bool negated) : IMap<long, IntervalValue, long>
    {
        public ValueStatus Apply(long left, IntervalValue right, out long result)
        {
            result = 0;
            if (negated && IntervalArithmetic.Negate(right, out right) is not ValueStatus.Ok and var status)
            {
                return status;
            }

            return TemporalArithmetic.AddTz(left, right, zone, out result);
        }

        public static SqlException Error(ValueStatus status, SqlType type) => new(SqlState.DatetimeFieldOverflow, "timestamp out of range");
    }

    private readonly struct TimestampPlus : IMap<long, IntervalValue, long>
    {
        public ValueStatus Apply(long left, IntervalValue right, out long result) => TemporalArithmetic.Add(left, right, out result);

        public static SqlException Error(ValueStatus status, SqlType type) => new(SqlState.DatetimeFieldOverflow, "timestamp out of range");
    }

    private readonly struct TimestampMinus : IMap<long, IntervalValue, long>
    {
        public ValueStatus Apply(long left, IntervalValue right, out long result) => TemporalArithmetic.Subtract(left, right, out result);

        public static SqlException Error(ValueStatus status, SqlType type) => new(SqlState.DatetimeFieldOverflow, "timestamp out of range");
    }

    private readonly struct Difference : IMap<long, long, IntervalValue>
    {
        public ValueStatus Apply(long left, long right, out IntervalValue result) =>
            TemporalArithmetic.Difference(left, right, out result);

        public static SqlException Error(ValueStatus status, SqlType type) =>
            new(SqlState.DatetimeFieldOverflow, "cannot subtract infinite timestamps");
    }

    private readonly struct DatePlusDays : IMap<int, int, int>
    {
        public ValueStatus Apply(int left, int right, out int result) => TemporalArithmetic.AddDays(left, right, out result);
    }

    private readonly struct DateMinusDays : IMap<int, int, int>
    {
        public ValueStatus Apply(int left, int right, out int result)
        {
            // -(-2^31) does not fit, and no date is that far from another.
            return right == int.MinValue
                ? Overflow(out result)
                : TemporalArithmetic.AddDays(left, -right, out result);
        }

        private static ValueStatus Overflow(out int result)
        {
            result = 0;
            return ValueStatus.DatetimeOverflow;
        }
    }

    private readonly struct DaysBetween : IMap<int, int, int>
    {
        public ValueStatus Apply(int left, int right, out int result) => TemporalArithmetic.DaysBetween(left, right, out result);

        public static SqlException Error(ValueStatus status, SqlType type) =>
            new(SqlState.DatetimeFieldOverflow, "cannot subtract infinite dates");
    }

    private readonly struct DatePlus : IMap<int, IntervalValue, long>
    {
        public ValueStatus Apply(int left, IntervalValue right, out long result)
        {
            var status = Temporal.ToTimestamp(left, out long timestamp);
            result = timestamp;
            return status == ValueStatus.Ok ? TemporalArithmetic.Add(timestamp, right, out result) : status;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => new(SqlState.DatetimeFieldOverflow, "timestamp out of range");
    }

    private readonly struct DateMinus : IMap<int, IntervalValue, long>
    {
        public ValueStatus Apply(int left, IntervalValue right, out long result)
        {
            var status = Temporal.ToTimestamp(left, out long timestamp);
            result = timestamp;
            return status == ValueStatus.Ok ? TemporalArithmetic.Subtract(timestamp, right, out result) : status;
        }

        public static SqlException Error(ValueStatus status, SqlType type) => new(SqlState.DatetimeFieldOverflow, "timestamp out of range");
    }

    private readonly struct DateAndTime : IMap<int, long, long>
    {
        public ValueStatus Apply(int left, long right, out long result)
        {
            var status = Temporal.ToTimestamp(left, out result);
            if (status != ValueStatus.Ok || !Temporal.IsFinite(left))
            {
                return status;
            }

            result += right;
            return Temporal.InRange(result) ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
        }
    }

    private readonly struct TimePlus : IMap<long, IntervalValue, long>
    {
        public ValueStatus Apply(long left, IntervalValue right, out long result)
        {
            result = TemporalArithmetic.AddToTime(left, right);
            return ValueStatus.Ok;
        }
    }

    private readonly struct TimeMinus : IMap<long, IntervalValue, long>
    {
        public ValueStatus Apply(long left, IntervalValue right, out long result)
        {
            result = TemporalArithmetic.AddToTime(left, new IntervalValue(0, 0, -(right.Micros % Temporal.MicrosPerDay)));
            return ValueStatus.Ok;
        }
    }

    private readonly struct TimeDifference : IMap<long, long, IntervalValue>
    {
        public ValueStatus Apply(long left, long right, out IntervalValue result)
        {
            result = new IntervalValue(0, 0, left - right);
            return ValueStatus.Ok;
        }
    }

    private readonly struct AddIntervals : IMap<IntervalValue, IntervalValue, IntervalValue>
    {
        public ValueStatus Apply(IntervalValue left, IntervalValue right, out IntervalValue result) =>
            IntervalArithmetic.Add(left, right, out result);
    }

    private readonly struct SubtractIntervals : IMap<IntervalValue, IntervalValue, IntervalValue>
    {
        public ValueStatus Apply(IntervalValue left, IntervalValue right, out IntervalValue result) =>
            IntervalArithmetic.Subtract(left, right, out result);
    }

    private readonly struct NegateInterval : IMap<IntervalValue, IntervalValue>
    {
        public ValueStatus Apply(IntervalValue value, out IntervalValue result) => IntervalArithmetic.Negate(value, out result);
    }

    private readonly struct MultiplyInterval : IMap<IntervalValue, double, IntervalValue>
    {
        public ValueStatus Apply(IntervalValue left, double right, out IntervalValue result) =>
            IntervalArithmetic.Multiply(left, right, out result);
    }

    private readonly struct DivideInterval : IMap<IntervalValue, double, IntervalValue>
    {
        public ValueStatus Apply(IntervalValue left, double right, out IntervalValue result) =>
            IntervalArithmetic.Divide(left, right, out result);
    }
}
