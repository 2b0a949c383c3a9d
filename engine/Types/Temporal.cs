using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Dates are days and timestamps microseconds since 1970-01-01 (with time zone: UTC), times microseconds since
/// midnight (24:00:00 is legal). The extreme integers are the infinities. Finite values reach from 4714 BC, as in
/// PostgreSQL, to what the integer holds (timestamps: the year 294246; PostgreSQL, counting from 2000, ends 30 years later).
/// </summary>
public static class Temporal
{
    public const long MicrosPerSecond = 1_000_000;
    public const long MicrosPerMinute = 60 * MicrosPerSecond;
    public const long MicrosPerHour = 60 * MicrosPerMinute;
    public const long MicrosPerDay = 24 * MicrosPerHour;

    public const int DateInfinity = int.MaxValue;
    public const int DateNegativeInfinity = int.MinValue;
    public const long TimestampInfinity = long.MaxValue;
    public const long TimestampNegativeInfinity = long.MinValue;

    /// <summary>4714-11-24 BC, Julian day 0.</summary>
    public const int DateMin = -2_440_588;

    /// <summary>5874897-12-31.</summary>
    public const int DateMax = 2_145_042_905;

    public const long TimestampMin = DateMin * MicrosPerDay;

    /// <summary>The last whole day that fits: 294247-01-09.</summary>
    public const long TimestampMax = (106_751_991L * MicrosPerDay) - 1;

    /// <summary>2000-01-01, where PostgreSQL's binary formats count from.</summary>
    public const int PostgresEpochDays = 10_957;

    public const long PostgresEpochMicros = PostgresEpochDays * MicrosPerDay;

    public static bool IsFinite(long timestamp) => timestamp is not (long.MaxValue or long.MinValue);

    public static bool IsFinite(int date) => date is not (int.MaxValue or int.MinValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool InRange(long timestamp) => timestamp is >= TimestampMin and <= TimestampMax;

    /// <summary>The day a timestamp falls on; only for finite ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long DayOf(long timestamp)
    {
        long day = timestamp / MicrosPerDay;
        return day - (timestamp < day * MicrosPerDay ? 1 : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long TimeOf(long timestamp) => timestamp - (DayOf(timestamp) * MicrosPerDay);

    public static int ToDate(long timestamp) => timestamp switch
    {
        TimestampInfinity => DateInfinity,
        TimestampNegativeInfinity => DateNegativeInfinity,
        _ => (int)DayOf(timestamp),
    };

    public static ValueStatus ToTimestamp(int date, out long timestamp)
    {
        if (!IsFinite(date))
        {
            timestamp = date == DateInfinity ? TimestampInfinity : TimestampNegativeInfinity;
            return ValueStatus.Ok;
        }

        bool fits = date <= TimestampMax / MicrosPerDay;
        timestamp = fits ? date * MicrosPerDay : 0;
        return fits ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>Local time in a zone to UTC.</summary>
    public static ValueStatus ToUtc(long local, ZoneRules zone, out long utc)
    {
        utc = local;
        if (!IsFinite(local))
        {
            return ValueStatus.Ok;
        }

        utc = local - (zone.OffsetSecondsAtLocal(local) * MicrosPerSecond);
        return InRange(utc) ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>UTC to local time in a zone.</summary>
    public static ValueStatus ToLocal(long utc, ZoneRules zone, out long local)
    {
        local = utc;
        if (!IsFinite(utc))
        {
            return ValueStatus.Ok;
        }

        local = utc + (zone.OffsetSecondsAtUtc(utc) * MicrosPerSecond);
        return InRange(local) ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>Negative years are BC (there is no year 0), as PostgreSQL's make_date.</summary>
    public static ValueStatus MakeDate(int year, int month, int day, out int date)
    {
        date = 0;
        int astronomical = year < 0 ? year + 1 : year;
        if (year == 0 || year > 5_874_897 || !CivilDate.IsValid(astronomical, month, day))
        {
            return ValueStatus.DatetimeOverflow;
        }

        long days = CivilDate.ToDays(astronomical, month, day);
        date = (int)Math.Clamp(days, int.MinValue, int.MaxValue);
        return days is >= DateMin and <= DateMax ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    public static ValueStatus MakeTime(int hour, int minute, double seconds, out long time)
    {
        time = 0;
        if ((uint)hour > 24 || (uint)minute > 59 || !(seconds >= 0 && seconds <= 60))
        {
            return ValueStatus.DatetimeOverflow;
        }

        time = (hour * MicrosPerHour) + (minute * MicrosPerMinute) + (long)Math.Round(seconds * MicrosPerSecond, MidpointRounding.ToEven);
        return time <= MicrosPerDay ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    public static ValueStatus MakeTimestamp(
        int year, int month, int day, int hour, int minute, double seconds, out long timestamp)
    {
        timestamp = 0;
        var status = MakeDate(year, month, day, out int date);
        if (status != ValueStatus.Ok || (status = MakeTime(hour, minute, seconds, out long time)) != ValueStatus.Ok
            || (status = ToTimestamp(date, out long midnight)) != ValueStatus.Ok)
        {
            return status;
        }

        timestamp = midnight + time;
        return InRange(timestamp) ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>Seconds since 1970 as a timestamp with time zone (to_timestamp); rounds to microseconds.</summary>
    public static ValueStatus FromUnixSeconds(double seconds, out long timestamp)
    {
        if (double.IsInfinity(seconds))
        {
            timestamp = seconds > 0 ? TimestampInfinity : TimestampNegativeInfinity;
            return ValueStatus.Ok;
        }

        timestamp = 0;
        if (!(seconds is > -3e11 and < 1e13))
        {
            return ValueStatus.DatetimeOverflow;
        }

        // Rounded where PostgreSQL does: in microseconds since 2000.
        double micros = Math.Round((seconds - (PostgresEpochMicros / MicrosPerSecond)) * MicrosPerSecond, MidpointRounding.ToEven);
        timestamp = (long)micros + PostgresEpochMicros;
        return InRange(timestamp) ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }
}
