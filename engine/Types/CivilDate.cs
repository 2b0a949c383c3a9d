using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// The proleptic Gregorian calendar: days since 1970-01-01 to and from year, month, day. Years are astronomical
/// (0 is 1 BC). Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
/// </summary>
public static class CivilDate
{
    private static ReadOnlySpan<byte> MonthDays => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ToDays(int year, int month, int day)
    {
        long y = month <= 2 ? year - 1L : year;
        long era = (y >= 0 ? y : y - 399) / 400;
        long yearOfEra = y - (era * 400);
        long dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        return (era * 146097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719468;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FromDays(long days, out int year, out int month, out int day)
    {
        long z = days + 719468;
        long era = (z >= 0 ? z : z - 146096) / 146097;
        uint dayOfEra = (uint)(z - (era * 146097));
        uint yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36524) - (dayOfEra / 146096)) / 365;
        uint dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        uint shifted = ((5 * dayOfYear) + 2) / 153;
        day = (int)(dayOfYear - (((153 * shifted) + 2) / 5) + 1);
        month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        year = (int)(yearOfEra + (era * 400)) + (month <= 2 ? 1 : 0);
    }

    public static bool IsLeap(int year) => (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);

    public static int DaysInMonth(int year, int month) => month == 2 && IsLeap(year) ? 29 : MonthDays[month - 1];

    public static bool IsValid(int year, int month, int day) =>
        (uint)(month - 1) < 12 && (uint)(day - 1) < 31 && (day <= 28 || day <= DaysInMonth(year, month));

    /// <summary>0 is Sunday.</summary>
    public static int DayOfWeek(long days)
    {
        int day = (int)((days + 4) % 7);
        return day < 0 ? day + 7 : day;
    }

    /// <summary>1 is Monday, 7 is Sunday.</summary>
    public static int IsoDayOfWeek(long days) => ((DayOfWeek(days) + 6) % 7) + 1;

    public static int DayOfYear(long days)
    {
        FromDays(days, out int year, out _, out _);
        return (int)(days - ToDays(year, 1, 1)) + 1;
    }

    /// <summary>ISO 8601: the week belongs to the year that holds its Thursday.</summary>
    public static void IsoWeek(long days, out int isoYear, out int week)
    {
        long thursday = days - IsoDayOfWeek(days) + 4;
        FromDays(thursday, out isoYear, out _, out _);
        week = (int)((thursday - ToDays(isoYear, 1, 1)) / 7) + 1;
    }
}
