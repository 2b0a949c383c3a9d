namespace Vectorized.Engine.Types;

/// <summary>Arithmetic on intervals as PostgreSQL's: fractions cascade from months to days (30) to hours (24); overflow is 22008.</summary>
public static class IntervalArithmetic
{
    private const double SecondsPerDay = 86_400;

    public static ValueStatus Add(IntervalValue a, IntervalValue b, out IntervalValue result)
    {
        result = new IntervalValue(unchecked(a.Months + b.Months), unchecked(a.Days + b.Days), unchecked(a.Micros + b.Micros));
        bool overflow = (((a.Months ^ result.Months) & (b.Months ^ result.Months)) | ((a.Days ^ result.Days) & (b.Days ^ result.Days))) < 0
            || ((a.Micros ^ result.Micros) & (b.Micros ^ result.Micros)) < 0;
        return overflow ? ValueStatus.DatetimeOverflow : ValueStatus.Ok;
    }

    public static ValueStatus Subtract(IntervalValue a, IntervalValue b, out IntervalValue result)
    {
        result = new IntervalValue(unchecked(a.Months - b.Months), unchecked(a.Days - b.Days), unchecked(a.Micros - b.Micros));
        bool overflow = (((a.Months ^ b.Months) & (a.Months ^ result.Months)) | ((a.Days ^ b.Days) & (a.Days ^ result.Days))) < 0
            || ((a.Micros ^ b.Micros) & (a.Micros ^ result.Micros)) < 0;
        return overflow ? ValueStatus.DatetimeOverflow : ValueStatus.Ok;
    }

    public static ValueStatus Negate(IntervalValue a, out IntervalValue result) => Subtract(default, a, out result);

    public static ValueStatus Multiply(IntervalValue span, double factor, out IntervalValue result) =>
        Scale(span.Months * factor, span.Days * factor, span.Micros * factor, out result);

    public static ValueStatus Divide(IntervalValue span, double divisor, out IntervalValue result)
    {
        result = default;
        return divisor == 0 ? ValueStatus.DivisionByZero
            : Scale(span.Months / divisor, span.Days / divisor, span.Micros / divisor, out result);
    }

    /// <summary>Whole days of 24 hours move from the time to the days.</summary>
    public static ValueStatus JustifyHours(IntervalValue a, out IntervalValue result)
    {
        long days = (a.Micros / Temporal.MicrosPerDay) + a.Days;
        long micros = a.Micros % Temporal.MicrosPerDay;
        AlignSigns(ref days, ref micros, Temporal.MicrosPerDay);
        return Checked(a.Months, days, micros, out result);
    }

    /// <summary>Whole months of 30 days move from the days to the months.</summary>
    public static ValueStatus JustifyDays(IntervalValue a, out IntervalValue result)
    {
        long months = (a.Days / IntervalValue.DaysPerMonth) + (long)a.Months;
        long days = a.Days % IntervalValue.DaysPerMonth;
        AlignSigns(ref months, ref days, IntervalValue.DaysPerMonth);
        return Checked(months, days, a.Micros, out result);
    }

    /// <summary>Both, and the signs made equal.</summary>
    public static ValueStatus JustifyInterval(IntervalValue a, out IntervalValue result)
    {
        long days = (a.Micros / Temporal.MicrosPerDay) + a.Days;
        long micros = a.Micros % Temporal.MicrosPerDay;
        long months = (days / IntervalValue.DaysPerMonth) + a.Months;
        days %= IntervalValue.DaysPerMonth;
        if (months > 0 && (days < 0 || (days == 0 && micros < 0)))
        {
            days += IntervalValue.DaysPerMonth;
            months--;
        }
        else if (months < 0 && (days > 0 || (days == 0 && micros > 0)))
        {
            days -= IntervalValue.DaysPerMonth;
            months++;
        }

        AlignSigns(ref days, ref micros, Temporal.MicrosPerDay);
        return Checked(months, days, micros, out result);
    }

    private static void AlignSigns(ref long large, ref long small, long unit)
    {
        if (large > 0 && small < 0)
        {
            small += unit;
            large--;
        }
        else if (large < 0 && small > 0)
        {
            small -= unit;
            large++;
        }
    }

    private static ValueStatus Checked(long months, long days, long micros, out IntervalValue result)
    {
        result = new IntervalValue(unchecked((int)months), unchecked((int)days), micros);
        return months == result.Months && days == result.Days ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    private static ValueStatus Scale(double months, double days, double micros, out IntervalValue result)
    {
        result = default;
        if (!IsInt32(months) || !IsInt32(days))
        {
            return ValueStatus.DatetimeOverflow;
        }

        int wholeMonths = (int)months;
        int wholeDays = (int)days;
        double daysOfMonth = RoundMicros((months - wholeMonths) * IntervalValue.DaysPerMonth);
        int wholeDaysOfMonth = (int)daysOfMonth;
        double seconds = RoundMicros((days - wholeDays + daysOfMonth - wholeDaysOfMonth) * SecondsPerDay);
        long total = wholeDays + (long)wholeDaysOfMonth;
        if (Math.Abs(seconds) >= SecondsPerDay)
        {
            int carried = (int)(seconds / SecondsPerDay);
            total += carried;
            seconds -= carried * SecondsPerDay;
        }

        double time = Math.Round(micros + (seconds * Temporal.MicrosPerSecond), MidpointRounding.ToEven);
        if (!(time is >= long.MinValue and < 9223372036854775808.0))
        {
            return ValueStatus.DatetimeOverflow;
        }

        return Checked(wholeMonths, total, (long)time, out result);
    }

    private static bool IsInt32(double value) => value is >= int.MinValue and <= int.MaxValue;

    private static double RoundMicros(double seconds) => Math.Round(seconds * 1_000_000, MidpointRounding.ToEven) / 1_000_000;
}
