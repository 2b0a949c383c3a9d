using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Text to date, time, timestamp, timestamp with time zone. The ISO forms clients send are read in one pass; the rest
/// of PostgreSQL's input (month names, AM/PM, BC, compact digits, zone names, infinity, epoch) by
/// <see cref="DateTimeScanner"/>. As in RisingWave, a numeric date has four or more digits of year first and two each
/// of month and day: 1900-1-1 and 02-02-1992 are refused. Words that would read the clock (now, today) are refused.
/// </summary>
public static class TemporalParser
{
    public static ValueStatus TryParseDate(ReadOnlySpan<byte> text, out int date)
    {
        if (text.Length == 10 && TryReadIsoDate(text, out long days) == ValueStatus.Ok)
        {
            date = (int)days;
            return ValueStatus.Ok;
        }

        date = 0;
        var status = DateTimeScanner.Scan(text, out var scan);
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        if (scan.Special != 0)
        {
            date = scan.Special switch { 1 => Temporal.DateInfinity, -1 => Temporal.DateNegativeInfinity, _ => 0 };
            return ValueStatus.Ok;
        }

        if (!scan.HasDate)
        {
            return ValueStatus.InvalidDatetime;
        }

        if (scan.Days is < Temporal.DateMin or > Temporal.DateMax)
        {
            return ValueStatus.DatetimeOverflow;
        }

        date = (int)scan.Days;
        return ValueStatus.Ok;
    }

    public static ValueStatus TryParseTime(ReadOnlySpan<byte> text, out long time)
    {
        if (TryReadIsoTime(text, out time, out int end) == ValueStatus.Ok && end == text.Length)
        {
            return ValueStatus.Ok;
        }

        time = 0;
        var status = DateTimeScanner.Scan(text, out var scan);
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        if (!scan.HasTime || scan.Special != 0)
        {
            return ValueStatus.InvalidDatetime;
        }

        time = scan.Time;
        return ValueStatus.Ok;
    }

    /// <summary>Without time zone: one in the text is read and ignored, as PostgreSQL does.</summary>
    public static ValueStatus TryParseTimestamp(ReadOnlySpan<byte> text, out long timestamp)
    {
        if (TryReadIsoTimestamp(text, out timestamp, out int end) && end == text.Length)
        {
            return ValueStatus.Ok;
        }

        return Combine(text, out timestamp, out _);
    }

    /// <summary>
    /// With time zone, to UTC; text without one is local time in <paramref name="zone"/>, or refused if that is null.
    /// </summary>
    public static ValueStatus TryParseTimestampTz(ReadOnlySpan<byte> text, ZoneRules? zone, out long utc)
    {
        if (TryReadIsoTimestamp(text, out utc, out int end))
        {
            if (end == text.Length)
            {
                return zone is null ? ValueStatus.InvalidDatetime : Temporal.ToUtc(utc, zone, out utc);
            }

            if (TryReadOffset(text[end..], out int offset))
            {
                utc -= offset * Temporal.MicrosPerSecond;
                return Temporal.InRange(utc) ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
            }
        }

        var status = Combine(text, out utc, out var scan);
        if (status != ValueStatus.Ok || scan.Special != 0)
        {
            return status;
        }

        if (scan.Zone is not null || !scan.HasOffset)
        {
            var used = scan.Zone ?? zone;
            return used is null ? ValueStatus.InvalidDatetime : Temporal.ToUtc(utc, used, out utc);
        }

        utc -= scan.OffsetSeconds * Temporal.MicrosPerSecond;
        return Temporal.InRange(utc) ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>yyyy-mm-dd in exactly ten bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ValueStatus TryReadIsoDate(ReadOnlySpan<byte> text, out long days)
    {
        days = 0;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-')
        {
            return ValueStatus.InvalidDatetime;
        }

        int high = Pair(text, 0);
        int low = Pair(text, 2);
        int month = Pair(text, 5);
        int day = Pair(text, 8);
        if ((high | low | month | day) < 0)
        {
            return ValueStatus.InvalidDatetime;
        }

        int year = (high * 100) + low;
        if (year == 0 || !CivilDate.IsValid(year, month, day))
        {
            return ValueStatus.DatetimeOverflow;
        }

        days = CivilDate.ToDays(year, month, day);
        return ValueStatus.Ok;
    }

    /// <summary>hh:mm:ss[.f...] from the start of the text; <paramref name="end"/> is where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ValueStatus TryReadIsoTime(ReadOnlySpan<byte> text, out long micros, out int end)
    {
        micros = 0;
        end = 0;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':')
        {
            return ValueStatus.InvalidDatetime;
        }

        int hour = Pair(text, 0);
        int minute = Pair(text, 3);
        int second = Pair(text, 6);
        if ((hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 59)
        {
            return ValueStatus.InvalidDatetime;
        }

        end = 8;
        int fraction = 0;
        if (text.Length > 8 && text[8] == '.')
        {
            int digits = 0;
            end = 9;
            while (end < text.Length && TextScan.IsDigit(text[end]))
            {
                if (digits == 6)
                {
                    // More than microseconds: the slow path rounds.
                    return ValueStatus.InvalidDatetime;
                }

                fraction = (fraction * 10) + text[end++] - '0';
                digits++;
            }

            fraction *= (int)PowersOfTen.Int64[6 - digits];
        }

        micros = ((((hour * 60L) + minute) * 60) + second) * Temporal.MicrosPerSecond + fraction;
        return ValueStatus.Ok;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadIsoTimestamp(ReadOnlySpan<byte> text, out long timestamp, out int end)
    {
        timestamp = 0;
        end = 0;
        if (text.Length < 19 || (text[10] != ' ' && text[10] != 'T')
            || TryReadIsoDate(text, out long days) != ValueStatus.Ok
            || TryReadIsoTime(text[11..], out long time, out int timeEnd) != ValueStatus.Ok)
        {
            return false;
        }

        timestamp = (days * Temporal.MicrosPerDay) + time;
        end = 11 + timeEnd;
        return true;
    }

    /// <summary>Z, +hh, +hhmm or +hh:mm, alone.</summary>
    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.Length == 1)
        {
            return text[0] == 'Z';
        }

        if (text[0] is not ((byte)'+' or (byte)'-') || text.Length < 3)
        {
            return false;
        }

        int hour = Pair(text, 1);
        int minute = text.Length switch
        {
            3 => 0,
            5 => Pair(text, 3),
            6 when text[3] == ':' => Pair(text, 4),
            _ => -1,
        };
        if ((hour | minute) < 0 || hour > 15 || minute > 59)
        {
            return false;
        }

        seconds = ((hour * 60) + minute) * (text[0] == '-' ? -60 : 60);
        return true;
    }

    private static ValueStatus Combine(ReadOnlySpan<byte> text, out long timestamp, out DateTimeScanner scan)
    {
        timestamp = 0;
        var status = DateTimeScanner.Scan(text, out scan);
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        if (scan.Special != 0)
        {
            timestamp = scan.Special switch { 1 => Temporal.TimestampInfinity, -1 => Temporal.TimestampNegativeInfinity, _ => 0 };
            return ValueStatus.Ok;
        }

        if (!scan.HasDate)
        {
            return ValueStatus.InvalidDatetime;
        }

        if (scan.Days is < Temporal.DateMin or > Temporal.TimestampMax / Temporal.MicrosPerDay)
        {
            return ValueStatus.DatetimeOverflow;
        }

        timestamp = (scan.Days * Temporal.MicrosPerDay) + scan.Time;
        return Temporal.InRange(timestamp) ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>Two digits as a number, negative if they are not digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(ReadOnlySpan<byte> text, int at)
    {
        uint high = (uint)(text[at] - '0');
        uint low = (uint)(text[at + 1] - '0');
        return high > 9 || low > 9 ? -1 : (int)((high * 10) + low);
    }
}
