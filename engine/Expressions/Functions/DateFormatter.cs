using System.Globalization;
using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>The fields of an instant or interval that a template may show.</summary>
internal struct DateFields
{
    internal int Year;
    internal int Month;
    internal int Day;

    /// <summary>Days since 1970; what week and year-day fields need.</summary>
    internal long Date;

    internal long Hour;
    internal int Minute;
    internal int Second;
    internal int Microsecond;

    /// <summary>Seconds east of Greenwich.</summary>
    internal int Offset;

    internal string ZoneName;
    internal bool IsInterval;

    internal static DateFields OfTimestamp(long timestamp)
    {
        long day = Temporal.DayOf(timestamp);
        CivilDate.FromDays(day, out int year, out int month, out int dayOfMonth);
        var fields = OfTime(timestamp - (day * Temporal.MicrosPerDay));
        fields.Date = day;
        fields.Year = year;
        fields.Month = month;
        fields.Day = dayOfMonth;
        return fields;
    }

    internal static DateFields OfTime(long micros) => new()
    {
        Hour = micros / Temporal.MicrosPerHour,
        Minute = (int)(micros / Temporal.MicrosPerMinute % 60),
        Second = (int)(micros / Temporal.MicrosPerSecond % 60),
        Microsecond = (int)(micros % Temporal.MicrosPerSecond),
        ZoneName = "",
    };

    internal static DateFields OfInterval(IntervalValue span)
    {
        var fields = OfTime(span.Micros);
        fields.Year = span.Months / 12;
        fields.Month = span.Months % 12;
        fields.Day = span.Days;
        fields.IsInterval = true;
        return fields;
    }
}

/// <summary>Writes fields by a template: to_char of dates, times and intervals.</summary>
internal static class DateFormatter
{
    internal static readonly string[] MonthNames =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    internal static readonly string[] DayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    internal static readonly string[] RomanMonths = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    internal static void Append(DateTemplate template, in DateFields f, ref TextSink sink)
    {
        foreach (var token in template.Tokens)
        {
            Append(token, f, ref sink);
        }
    }

    private static void Append(in DateToken token, in DateFields f, ref TextSink sink)
    {
        // An interval counts hours past 24 and has no hour 12 at midnight of its own.
        switch (token.Field)
        {
            case DateField.Literal: Write(token.Text, ref sink); break;
            case DateField.Hour12: Number(token, f.Hour % 12 == 0 ? 12 : f.Hour % 12, 2, ref sink); break;
            case DateField.Hour24: Number(token, f.Hour, 2, ref sink); break;
            case DateField.Minute: Number(token, f.Minute, 2, ref sink); break;
            case DateField.Second: Number(token, f.Second, 2, ref sink); break;
            case DateField.Millisecond: Number(token, f.Microsecond / 1000, 3, ref sink, always: true); break;
            case DateField.Microsecond: Number(token, f.Microsecond, 6, ref sink, always: true); break;
            case DateField.Fraction:
                Number(token, f.Microsecond / PowersOfTen.Int64[6 - token.Digits], token.Digits, ref sink, always: true);
                break;
            case DateField.SecondOfDay: Number(token, (f.Hour * 3600) + (f.Minute * 60) + f.Second, 1, ref sink); break;
            case DateField.Meridiem: Write(Cased(token, f.Hour % 24 >= 12 ? "PM" : "AM"), ref sink); break;
            case DateField.MeridiemDots: Write(Cased(token, f.Hour % 24 >= 12 ? "P.M." : "A.M."), ref sink); break;
            default: AppendDate(token, f, ref sink); break;
        }
    }

    private static void AppendDate(in DateToken token, in DateFields f, ref TextSink sink)
    {
        int shownYear = f.IsInterval || f.Year > 0 ? f.Year : 1 - f.Year;
        switch (token.Field)
        {
            case DateField.Year: AppendYear(token, shownYear, ref sink); break;
            case DateField.YearWithComma:
                Write($"{shownYear / 1000},{shownYear % 1000:000}", ref sink);
                Ordinal(token, shownYear, ref sink);
                break;
            case DateField.Era: Write(Cased(token, f.Year > 0 ? "AD" : "BC"), ref sink); break;
            case DateField.EraDots: Write(Cased(token, f.Year > 0 ? "A.D." : "B.C."), ref sink); break;
            case DateField.Month: Number(token, f.Month, 2, ref sink); break;
            case DateField.Day: Number(token, f.Day, 2, ref sink); break;
            case DateField.Quarter when f.Month > 0: Number(token, ((f.Month - 1) / 3) + 1, 1, ref sink); break;
            case DateField.MonthName when f.Month > 0: Name(token, MonthNames[f.Month - 1], 9, ref sink); break;
            case DateField.MonthShort when f.Month > 0: Name(token, MonthNames[f.Month - 1][..3], 0, ref sink); break;
            case DateField.RomanMonth when f.Month > 0: Name(token, RomanMonths[f.Month - 1], 4, ref sink); break;
            case DateField.Century: Number(token, Century(f), 2, ref sink); break;
            default:
                if (!f.IsInterval)
                {
                    AppendCalendar(token, f, ref sink);
                }

                break;
        }
    }

    private static void AppendCalendar(in DateToken token, in DateFields f, ref TextSink sink)
    {
        switch (token.Field)
        {
            case DateField.IsoYear:
                CivilDate.IsoWeek(f.Date, out int isoYear, out _);
                AppendYear(token, isoYear > 0 ? isoYear : 1 - isoYear, ref sink);
                break;
            case DateField.DayName: Name(token, DayNames[CivilDate.DayOfWeek(f.Date)], 9, ref sink); break;
            case DateField.DayShort: Name(token, DayNames[CivilDate.DayOfWeek(f.Date)][..3], 0, ref sink); break;
            case DateField.DayOfYear: Number(token, CivilDate.DayOfYear(f.Date), 3, ref sink); break;
            case DateField.IsoDayOfYear:
                CivilDate.IsoWeek(f.Date, out _, out int weekOfYear);
                Number(token, ((weekOfYear - 1) * 7) + CivilDate.IsoDayOfWeek(f.Date), 3, ref sink);
                break;
            case DateField.DayOfWeek: Number(token, CivilDate.DayOfWeek(f.Date) + 1, 1, ref sink); break;
            case DateField.IsoDayOfWeek: Number(token, CivilDate.IsoDayOfWeek(f.Date), 1, ref sink); break;
            case DateField.WeekOfMonth: Number(token, ((f.Day - 1) / 7) + 1, 1, ref sink); break;
            case DateField.WeekOfYear: Number(token, ((CivilDate.DayOfYear(f.Date) - 1) / 7) + 1, 2, ref sink); break;
            case DateField.IsoWeek:
                CivilDate.IsoWeek(f.Date, out _, out int week);
                Number(token, week, 2, ref sink);
                break;
            case DateField.Julian: Number(token, f.Date - Temporal.DateMin, 1, ref sink); break;
            case DateField.ZoneName: Write(token.Case == LetterCase.Lower ? f.ZoneName.ToLowerInvariant() : f.ZoneName, ref sink); break;
            case DateField.ZoneHours: Write($"{(f.Offset < 0 ? '-' : '+')}{Math.Abs(f.Offset) / 3600:00}", ref sink); break;
            case DateField.ZoneMinutes: Write($"{Math.Abs(f.Offset) / 60 % 60:00}", ref sink); break;
            case DateField.ZoneOffset:
                int minutes = Math.Abs(f.Offset) / 60;
                Write($"{(f.Offset < 0 ? '-' : '+')}{minutes / 60:00}{(minutes % 60 == 0 ? "" : $":{minutes % 60:00}")}", ref sink);
                break;
        }
    }

    private static int Century(in DateFields f) =>
        f.IsInterval ? f.Year / 100 : f.Year > 0 ? (f.Year + 99) / 100 : -((99 - (f.Year - 1)) / 100);

    private static void AppendYear(in DateToken token, int year, ref TextSink sink)
    {
        int shown = token.Digits == 4 ? year : year % (int)PowersOfTen.Int64[token.Digits];
        Number(token, shown, token.Digits, ref sink);
    }

    private static void Number(in DateToken token, long value, int digits, ref TextSink sink, bool always = false)
    {
        Span<char> text = stackalloc char[24];
        long magnitude = Math.Abs(value);
        magnitude.TryFormat(text, out int written, default, CultureInfo.InvariantCulture);
        if (value < 0)
        {
            sink.WriteByte((byte)'-');
        }

        for (int i = written; i < digits && (always || !token.Fill); i++)
        {
            sink.WriteByte((byte)'0');
        }

        for (int i = 0; i < written; i++)
        {
            sink.WriteByte((byte)text[i]);
        }

        Ordinal(token, value, ref sink);
    }

    private static void Ordinal(in DateToken token, long value, ref TextSink sink)
    {
        if (token.Ordinal == 0)
        {
            return;
        }

        long rest = Math.Abs(value) % 100;
        string suffix = rest is >= 11 and <= 13 ? "TH" : (rest % 10) switch { 1 => "ST", 2 => "ND", 3 => "RD", _ => "TH" };
        Write(token.Ordinal == 1 ? suffix : suffix.ToLowerInvariant(), ref sink);
    }

    private static void Name(in DateToken token, string name, int width, ref TextSink sink)
    {
        Write(token.Case switch
        {
            LetterCase.Upper => name.ToUpperInvariant(),
            LetterCase.Lower => name.ToLowerInvariant(),
            _ => name,
        }, ref sink);
        for (int i = name.Length; i < width && !token.Fill; i++)
        {
            sink.WriteByte((byte)' ');
        }
    }

    private static string Cased(in DateToken token, string text) =>
        token.Case == LetterCase.Lower ? text.ToLowerInvariant() : text;

    private static void Write(string text, ref TextSink sink)
    {
        int written = Encoding.UTF8.GetBytes(text, sink.GetSpan(text.Length * 3));
        sink.Advance(written);
    }
}
