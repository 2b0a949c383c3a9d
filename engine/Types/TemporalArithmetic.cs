namespace Vectorized.Engine.Types;

/// <summary>Sums and differences of dates, times, timestamps and intervals, as PostgreSQL's; overflow is 22008.</summary>
public static class TemporalArithmetic
{
    /// <summary>timestamp + interval: months first (the day clamped to the month's last), then days, then time.</summary>
    public static ValueStatus Add(long timestamp, IntervalValue span, out long result)
    {
        result = timestamp;
        if (!Temporal.IsFinite(timestamp))
        {
            return ValueStatus.Ok;
        }

        if ((span.Months | span.Days) == 0)
        {
            result = unchecked(timestamp + span.Micros);
            return ((timestamp ^ result) & (span.Micros ^ result)) < 0 || !Temporal.InRange(result)
                ? ValueStatus.DatetimeOverflow : ValueStatus.Ok;
        }

        long day = Temporal.DayOf(timestamp);
        long time = timestamp - (day * Temporal.MicrosPerDay);
        day = AddMonths(day, span.Months) + span.Days;
        if (day is < Temporal.DateMin or > Temporal.TimestampMax / Temporal.MicrosPerDay)
        {
            return ValueStatus.DatetimeOverflow;
        }

        // Days in range and time cannot overflow the sum by more than the interval's own microseconds.
        long moved = (day * Temporal.MicrosPerDay) + time;
        result = unchecked(moved + span.Micros);
        return ((moved ^ result) & (span.Micros ^ result)) < 0 || !Temporal.InRange(result)
            ? ValueStatus.DatetimeOverflow : ValueStatus.Ok;
    }

    public static ValueStatus Subtract(long timestamp, IntervalValue span, out long result)
    {
        var status = IntervalArithmetic.Negate(span, out var negated);
        if (status != ValueStatus.Ok)
        {
            result = timestamp;
            return Temporal.IsFinite(timestamp) ? status : ValueStatus.Ok;
        }

        return Add(timestamp, negated, out result);
    }

    /// <summary>timestamptz + interval: months and days move the local time in the zone, microseconds the instant.</summary>
    public static ValueStatus AddTz(long utc, IntervalValue span, ZoneRules zone, out long result)
    {
        if (!Temporal.IsFinite(utc) || (span.Months | span.Days) == 0)
        {
            return Add(utc, span, out result);
        }

        result = utc;
        var status = Temporal.ToLocal(utc, zone, out long local);
        if (status == ValueStatus.Ok)
        {
            status = Add(local, new IntervalValue(span.Months, span.Days, 0), out local);
        }

        if (status == ValueStatus.Ok)
        {
            status = Temporal.ToUtc(local, zone, out long moved);
            result = moved;
        }

        return status == ValueStatus.Ok ? Add(result, new IntervalValue(0, 0, span.Micros), out result) : status;
    }

    /// <summary>timestamp - timestamp: days and time, no months. Infinite operands are out of range.</summary>
    public static ValueStatus Difference(long a, long b, out IntervalValue result)
    {
        result = default;
        if (!Temporal.IsFinite(a) || !Temporal.IsFinite(b))
        {
            return ValueStatus.DatetimeOverflow;
        }

        long micros = unchecked(a - b);
        if (((a ^ b) & (a ^ micros)) < 0)
        {
            return ValueStatus.DatetimeOverflow;
        }

        return IntervalArithmetic.JustifyHours(new IntervalValue(0, 0, micros), out result);
    }

    public static ValueStatus AddDays(int date, int days, out int result)
    {
        result = date;
        if (!Temporal.IsFinite(date))
        {
            return ValueStatus.Ok;
        }

        long sum = (long)date + days;
        result = (int)Math.Clamp(sum, Temporal.DateMin, Temporal.DateMax);
        return sum == result ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>date - date in days.</summary>
    public static ValueStatus DaysBetween(int a, int b, out int days)
    {
        long difference = (long)a - b;
        days = (int)Math.Clamp(difference, int.MinValue, int.MaxValue);
        return Temporal.IsFinite(a) && Temporal.IsFinite(b) && days == difference ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>time + interval, round the clock; months and days do not count.</summary>
    public static long AddToTime(long time, IntervalValue span)
    {
        long sum = (time + (span.Micros % Temporal.MicrosPerDay)) % Temporal.MicrosPerDay;
        return sum < 0 ? sum + Temporal.MicrosPerDay : sum;
    }

    /// <summary>The interval's time of day (interval '50 h'::time is 02:00:00).</summary>
    public static long TimeOfInterval(IntervalValue span) => AddToTime(0, span);

    /// <summary>age(a, b): years, months and days by the calendar, counted back from a.</summary>
    public static ValueStatus Age(long a, long b, out IntervalValue result)
    {
        result = default;
        if (!Temporal.IsFinite(a) || !Temporal.IsFinite(b))
        {
            return ValueStatus.DatetimeOverflow;
        }

        bool negative = a < b;
        (long late, long early) = negative ? (b, a) : (a, b);
        CivilDate.FromDays(Temporal.DayOf(late), out int year1, out int month1, out int day1);
        CivilDate.FromDays(Temporal.DayOf(early), out int year2, out int month2, out int day2);
        long time = Temporal.TimeOf(late) - Temporal.TimeOf(early);
        long days = day1 - day2;
        long months = ((year1 - (long)year2) * 12) + month1 - month2;
        if (time < 0)
        {
            time += Temporal.MicrosPerDay;
            days--;
        }

        while (days < 0)
        {
            // As PostgreSQL: borrow the length of the month the earlier one lies in.
            days += CivilDate.DaysInMonth(year2, month2);
            months--;
        }

        result = negative ? new IntervalValue((int)-months, (int)-days, -time) : new IntervalValue((int)months, (int)days, time);
        return ValueStatus.Ok;
    }

    private static long AddMonths(long day, int months)
    {
        if (months == 0)
        {
            return day;
        }

        CivilDate.FromDays(day, out int year, out int month, out int dayOfMonth);
        long index = (year * 12L) + month - 1 + months;
        long newYear = index / 12;
        int newMonth = (int)(index - (newYear * 12));
        if (newMonth < 0)
        {
            newMonth += 12;
            newYear--;
        }

        int clamped = Math.Min(dayOfMonth, CivilDate.DaysInMonth((int)newYear, newMonth + 1));
        return CivilDate.ToDays((int)newYear, newMonth + 1, clamped);
    }
}
