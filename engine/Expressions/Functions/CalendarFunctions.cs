using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Making dates, times, timestamps and intervals from numbers; age, isfinite, justify.</summary>
internal static class CalendarFunctions
{
    internal static void Register(FunctionFamily family)
    {
        SqlType[] date = [SqlType.Int32, SqlType.Int32, SqlType.Int32];
        SqlType[] time = [SqlType.Int32, SqlType.Int32, SqlType.Float64];
        family.Add("make_date", date, SqlType.Date, MakeDate);
        family.Add("make_time", time, SqlType.Time, MakeTime);
        family.Add("make_timestamp", [.. date, .. time], SqlType.Timestamp, MakeTimestamp);
        family.Add("make_timestamptz", [.. date, .. time], SqlType.TimestampTz, MakeTimestamp, volatility: Volatility.Stable);
        family.Add("make_timestamptz", [.. date, .. time, SqlType.Varchar], SqlType.TimestampTz, MakeTimestamp);
        for (int count = 1; count <= 6; count++)
        {
            family.Add("make_interval", [.. Enumerable.Repeat(SqlType.Int32, count)], SqlType.Interval, MakeInterval);
        }

        family.Add("make_interval", [.. Enumerable.Repeat(SqlType.Int32, 6), SqlType.Float64], SqlType.Interval, MakeInterval);
        family.Add("to_timestamp", [SqlType.Float64], SqlType.TimestampTz, FromUnixSeconds);
        family.Map<long, long, IntervalValue, Age>("age", SqlType.Timestamp, SqlType.Timestamp, SqlType.Interval);
        family.Add(
            "age", [SqlType.TimestampTz, SqlType.TimestampTz], SqlType.Interval, AgeOfInstants, volatility: Volatility.Stable);
        family.Add("age", [SqlType.Timestamp], SqlType.Interval, AgeToday, volatility: Volatility.Stable);
        family.Add("age", [SqlType.TimestampTz], SqlType.Interval, AgeToday, volatility: Volatility.Stable);
        family.Map<IntervalValue, IntervalValue, JustifyHours>("justify_hours", SqlType.Interval, SqlType.Interval);
        family.Map<IntervalValue, IntervalValue, JustifyDays>("justify_days", SqlType.Interval, SqlType.Interval);
        family.Map<IntervalValue, IntervalValue, JustifyInterval>("justify_interval", SqlType.Interval, SqlType.Interval);
        IsFinite<int, FiniteDate>(family, SqlType.Date);
        IsFinite<long, FiniteTimestamp>(family, SqlType.Timestamp);
        IsFinite<long, FiniteTimestamp>(family, SqlType.TimestampTz);
        IsFinite<IntervalValue, FiniteInterval>(family, SqlType.Interval);
    }

    private static void IsFinite<T, TOp>(FunctionFamily family, SqlType type)
        where T : unmanaged
        where TOp : struct, ITest<T> => family.Add(
            "isfinite", [type], SqlType.Boolean,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) => MapKernel.Test<T, TOp>(default, a[0], n, ref r),
            canFail: false);

    private static void MakeDate(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            int year = arguments[0].Value<int>(row);
            int month = arguments[1].Value<int>(row);
            int day = arguments[2].Value<int>(row);
            if (Temporal.MakeDate(year, month, day, out result.Values<int>()[row]) != ValueStatus.Ok)
            {
                throw new SqlException(SqlState.DatetimeFieldOverflow, $"date field value out of range: {year}-{month:00}-{day:00}");
            }
        }
    }

    private static void MakeTime(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            int hour = arguments[0].Value<int>(row);
            int minute = arguments[1].Value<int>(row);
            double second = arguments[2].Value<double>(row);
            if (Temporal.MakeTime(hour, minute, second, out result.Values<long>()[row]) != ValueStatus.Ok)
            {
                throw new SqlException(
                    SqlState.DatetimeFieldOverflow, $"time field value out of range: {hour}:{minute:00}:{Seconds(second)}");
            }
        }
    }

    private static void MakeTimestamp(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        bool isInstant = result.Type.Id == TypeId.TimestampTz;
        foreach (int row in context.Active.Rows(rowCount))
        {
            int year = arguments[0].Value<int>(row);
            int month = arguments[1].Value<int>(row);
            int day = arguments[2].Value<int>(row);
            int hour = arguments[3].Value<int>(row);
            int minute = arguments[4].Value<int>(row);
            double second = arguments[5].Value<double>(row);
            if (Temporal.MakeDate(year, month, day, out _) != ValueStatus.Ok)
            {
                throw new SqlException(SqlState.DatetimeFieldOverflow, $"date field value out of range: {year}-{month:00}-{day:00}");
            }

            if (Temporal.MakeTime(hour, minute, second, out _) != ValueStatus.Ok)
            {
                throw new SqlException(
                    SqlState.DatetimeFieldOverflow, $"time field value out of range: {hour}:{minute:00}:{Seconds(second)}");
            }

            var status = Temporal.MakeTimestamp(year, month, day, hour, minute, second, out long local);
            if (status == ValueStatus.Ok && isInstant)
            {
                var zone = arguments.Length > 6 ? ZoneFunctions.Find(arguments[6].Bytes(row)) : context.Session.TimeZone;
                status = Temporal.ToUtc(local, zone, out local);
            }

            if (status != ValueStatus.Ok)
            {
                throw new SqlException(SqlState.DatetimeFieldOverflow, "timestamp out of range");
            }

            result.Values<long>()[row] = local;
        }
    }

    private static string Seconds(double seconds) => seconds.ToString("00.######", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>years, months, weeks, days, hours, minutes, seconds; those left out are 0.</summary>
    private static void MakeInterval(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            long months = (Part(arguments, 0, row) * 12) + Part(arguments, 1, row);
            long days = (Part(arguments, 2, row) * 7) + Part(arguments, 3, row);
            double seconds = arguments.Length > 6 ? arguments[6].Value<double>(row) : 0;
            double micros = Math.Round(seconds * Temporal.MicrosPerSecond, MidpointRounding.ToEven);
            var time = ((Int128)Part(arguments, 4, row) * Temporal.MicrosPerHour)
                + ((Int128)Part(arguments, 5, row) * Temporal.MicrosPerMinute);
            bool fits = months == (int)months && days == (int)days && Math.Abs(micros) < 9e18;
            time += fits ? (long)micros : 0;
            if (!fits || time != (long)time)
            {
                throw ValueErrors.Operation(ValueStatus.DatetimeOverflow, SqlType.Interval);
            }

            result.Values<IntervalValue>()[row] = new IntervalValue((int)months, (int)days, (long)time);
        }
    }

    private static long Part(ReadOnlySpan<Vector> arguments, int index, int row) =>
        index < arguments.Length ? arguments[index].Value<int>(row) : 0;

    private static void FromUnixSeconds(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var seconds = new FixedColumn<double>(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (Temporal.FromUnixSeconds(seconds[row], out result.Values<long>()[row]) != ValueStatus.Ok)
            {
                throw new SqlException(SqlState.DatetimeFieldOverflow, double.IsNaN(seconds[row])
                    ? "timestamp cannot be NaN" : $"timestamp out of range: \"{TextFormat.ToText(Datum.OfFloat64(seconds[row]))}\"");
            }
        }
    }

    private static void AgeOfInstants(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            Put(Local(context, arguments[0], row), Local(context, arguments[1], row), row, ref result);
        }
    }

    /// <summary>From a time to this midnight.</summary>
    private static void AgeToday(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        Temporal.ToLocal(context.NowMicros, context.Session.TimeZone, out long now);
        long midnight = Temporal.DayOf(now) * Temporal.MicrosPerDay;
        foreach (int row in context.Active.Rows(rowCount))
        {
            Put(midnight, Local(context, arguments[0], row), row, ref result);
        }
    }

    private static long Local(EvaluationContext context, in Vector vector, int row)
    {
        long value = vector.Value<long>(row);
        if (vector.Type.Id == TypeId.TimestampTz && Temporal.ToLocal(value, context.Session.TimeZone, out value) != ValueStatus.Ok)
        {
            throw new SqlException(SqlState.DatetimeFieldOverflow, "timestamp out of range");
        }

        return value;
    }

    private static void Put(long later, long earlier, int row, ref Vector result)
    {
        if (TemporalArithmetic.Age(later, earlier, out result.Values<IntervalValue>()[row]) != ValueStatus.Ok)
        {
            throw new SqlException(SqlState.DatetimeFieldOverflow, "timestamp out of range");
        }
    }

    private readonly struct Age : IMap<long, long, IntervalValue>
    {
        public ValueStatus Apply(long left, long right, out IntervalValue result) => TemporalArithmetic.Age(left, right, out result);

        public static SqlException Error(ValueStatus status, SqlType type) => new(SqlState.DatetimeFieldOverflow, "timestamp out of range");
    }

    private readonly struct JustifyHours : IMap<IntervalValue, IntervalValue>
    {
        public ValueStatus Apply(IntervalValue value, out IntervalValue result) => IntervalArithmetic.JustifyHours(value, out result);
    }

    private readonly struct JustifyDays : IMap<IntervalValue, IntervalValue>
    {
        public ValueStatus Apply(IntervalValue value, out IntervalValue result) => IntervalArithmetic.JustifyDays(value, out result);
    }

    private readonly struct JustifyInterval : IMap<IntervalValue, IntervalValue>
    {
        public ValueStatus Apply(IntervalValue value, out IntervalValue result) =>
            IntervalArithmetic.JustifyInterval(value, out result);
    }

    private readonly struct FiniteDate : ITest<int>
    {
        public bool Apply(int value) => Temporal.IsFinite(value);
    }

    private readonly struct FiniteTimestamp : ITest<long>
    {
        public bool Apply(long value) => Temporal.IsFinite(value);
    }

    private readonly struct FiniteInterval : ITest<IntervalValue>
    {
        public bool Apply(IntervalValue value) => true;
    }
}
