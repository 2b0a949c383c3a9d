using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>Casts among dates, times, timestamps and intervals; what involves a time zone uses the session's.</summary>
internal static class TemporalCasts
{
    internal static CastKernel? Find(SqlType from, SqlType to) => (from.Id, to.Id) switch
    {
        (TypeId.Date, TypeId.Timestamp) => NumberCasts.Checked<int, long, DateToTimestamp>(),
        (TypeId.Date, TypeId.TimestampTz) => new(DateToTimestampTz, true, true),
        (TypeId.Timestamp, TypeId.Date) => NumberCasts.Checked<long, int, TimestampToDate>(canFail: false),
        (TypeId.Timestamp, TypeId.Time) => NumberCasts.Checked<long, long, TimestampToTime>(canFail: false),
        (TypeId.Timestamp, TypeId.TimestampTz) => new(ToUtc, true, true),
        (TypeId.TimestampTz, TypeId.Timestamp) => new(ToLocal, true, true),
        (TypeId.TimestampTz, TypeId.Date) => new(
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                MapKernel.Apply<long, int, TimestampToDate>(default, Local(c, a, n), n, c.Active, ref r),
            true, true),
        (TypeId.TimestampTz, TypeId.Time) => new(
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
                MapKernel.Apply<long, long, TimestampToTime>(default, Local(c, a, n), n, c.Active, ref r),
            true, true),
        (TypeId.Time, TypeId.Interval) => NumberCasts.Checked<long, IntervalValue, TimeToInterval>(canFail: false),
        (TypeId.Interval, TypeId.Time) => NumberCasts.Checked<IntervalValue, long, IntervalToTime>(canFail: false),
        _ => null,
    };

    private static void DateToTimestampTz(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var local = Vector.Allocate(context.Arena, SqlType.Timestamp, rowCount);
        MapKernel.Apply<int, long, DateToTimestamp>(default, arguments[0], rowCount, context.Active, ref local);
        ToUtc(context, [local], rowCount, ref result);
    }

    private static void ToUtc(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result) =>
        MapKernel.Apply<long, long, LocalToUtc>(
            new(context.Session.TimeZone), arguments[0], rowCount, context.Active, ref result);

    private static void ToLocal(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result) =>
        MapKernel.Apply<long, long, UtcToLocal>(
            new(context.Session.TimeZone), arguments[0], rowCount, context.Active, ref result);

    private static Vector Local(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount)
    {
        var local = Vector.Allocate(context.Arena, SqlType.Timestamp, rowCount);
        ToLocal(context, arguments, rowCount, ref local);
        return local;
    }

    internal readonly struct LocalToUtc(ZoneRules zone) : IMap<long, long>
    {
        public ValueStatus Apply(long value, out long result) => Temporal.ToUtc(value, zone, out result);
    }

    internal readonly struct UtcToLocal(ZoneRules zone) : IMap<long, long>
    {
        public ValueStatus Apply(long value, out long result) => Temporal.ToLocal(value, zone, out result);
    }

    internal readonly struct DateToTimestamp : IMap<int, long>
    {
        public ValueStatus Apply(int value, out long result) => Temporal.ToTimestamp(value, out result);

        public static SqlException Error(ValueStatus status, SqlType type) =>
            new(SqlState.DatetimeFieldOverflow, "date out of range for timestamp");
    }

    private readonly struct TimestampToDate : IMap<long, int>
    {
        public ValueStatus Apply(long value, out int result)
        {
            result = Temporal.ToDate(value);
            return ValueStatus.Ok;
        }
    }

    private readonly struct TimestampToTime : IMap<long, long>
    {
        public ValueStatus Apply(long value, out long result)
        {
            result = Temporal.IsFinite(value) ? Temporal.TimeOf(value) : 0;
            return ValueStatus.Ok;
        }
    }

    private readonly struct TimeToInterval : IMap<long, IntervalValue>
    {
        public ValueStatus Apply(long value, out IntervalValue result)
        {
            result = new IntervalValue(0, 0, value);
            return ValueStatus.Ok;
        }
    }

    private readonly struct IntervalToTime : IMap<IntervalValue, long>
    {
        public ValueStatus Apply(IntervalValue value, out long result)
        {
            result = TemporalArithmetic.TimeOfInterval(value);
            return ValueStatus.Ok;
        }
    }
}
