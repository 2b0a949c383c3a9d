using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>What a template pattern stands for.</summary>
internal enum DateField : byte
{
    Literal,
    Hour12,
    Hour24,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Fraction,
    SecondOfDay,
    Meridiem,
    MeridiemDots,
    Year,
    YearWithComma,
    IsoYear,
    Era,
    EraDots,
    MonthName,
    MonthShort,
    Month,
    DayName,
    DayShort,
    DayOfYear,
    IsoDayOfYear,
    Day,
    DayOfWeek,
    IsoDayOfWeek,
    WeekOfMonth,
    WeekOfYear,
    IsoWeek,
    Century,
    Julian,
    Quarter,
    RomanMonth,
    ZoneName,
    ZoneHours,
    ZoneMinutes,
    ZoneOffset,
}

/// <summary>How a pattern was spelled: decides the case of names.</summary>
internal enum LetterCase : byte
{
    Upper,
    Capital,
    Lower,
}

/// <summary>One pattern or piece of text of a template.</summary>
/// <param name="Field">What it stands for.</param>
/// <param name="Digits">Digits of a year or a fraction.</param>
/// <param name="Case">Case of a name.</param>
/// <param name="Fill">FM: no padding.</param>
/// <param name="Ordinal">TH (1) or th (2) follows; 0: neither.</param>
/// <param name="Text">The characters of literal text.</param>
internal readonly record struct DateToken(
    DateField Field, int Digits = 0, LetterCase Case = LetterCase.Upper, bool Fill = false, int Ordinal = 0, string Text = "");

/// <summary>
/// A to_char, to_date or to_timestamp template, taken apart once: PostgreSQL's patterns with the modifiers FM, TH and
/// quotes; anything else is text. Immutable.
/// </summary>
internal sealed class DateTemplate
{
    /// <summary>Longest first, so that the first that fits is the longest that fits.</summary>
    private static readonly (string Pattern, DateField Field, int Digits)[] _patterns =
    [
        ("SSSSS", DateField.SecondOfDay, 0), ("SSSS", DateField.SecondOfDay, 0), ("Y,YYY", DateField.YearWithComma, 4),
        ("IYYY", DateField.IsoYear, 4), ("IDDD", DateField.IsoDayOfYear, 0), ("YYYY", DateField.Year, 4), ("HH24", DateField.Hour24, 0),
        ("HH12", DateField.Hour12, 0), ("A.M.", DateField.MeridiemDots, 0), ("P.M.", DateField.MeridiemDots, 0),
        ("B.C.", DateField.EraDots, 0), ("A.D.", DateField.EraDots, 0), ("MONTH", DateField.MonthName, 0), ("IYY", DateField.IsoYear, 3),
        ("YYY", DateField.Year, 3), ("DDD", DateField.DayOfYear, 0), ("DAY", DateField.DayName, 0), ("MON", DateField.MonthShort, 0),
        ("TZH", DateField.ZoneHours, 0), ("TZM", DateField.ZoneMinutes, 0), ("FF1", DateField.Fraction, 1), ("FF2", DateField.Fraction, 2),
        ("FF3", DateField.Fraction, 3), ("FF4", DateField.Fraction, 4), ("FF5", DateField.Fraction, 5), ("FF6", DateField.Fraction, 6),
        ("HH", DateField.Hour12, 0), ("MI", DateField.Minute, 0), ("SS", DateField.Second, 0), ("MS", DateField.Millisecond, 0),
        ("US", DateField.Microsecond, 0), ("AM", DateField.Meridiem, 0), ("PM", DateField.Meridiem, 0), ("YY", DateField.Year, 2),
        ("IY", DateField.IsoYear, 2), ("BC", DateField.Era, 0), ("AD", DateField.Era, 0), ("MM", DateField.Month, 0),
        ("DY", DateField.DayShort, 0), ("DD", DateField.Day, 0), ("ID", DateField.IsoDayOfWeek, 0), ("WW", DateField.WeekOfYear, 0),
        ("IW", DateField.IsoWeek, 0), ("CC", DateField.Century, 0), ("RM", DateField.RomanMonth, 0), ("TZ", DateField.ZoneName, 0),
        ("OF", DateField.ZoneOffset, 0), ("Y", DateField.Year, 1), ("I", DateField.IsoYear, 1), ("D", DateField.DayOfWeek, 0),
        ("W", DateField.WeekOfMonth, 0), ("J", DateField.Julian, 0), ("Q", DateField.Quarter, 0),
    ];

    private DateTemplate(List<DateToken> tokens)
    {
        Tokens = tokens;
        GrainMicros = tokens.Count == 0 ? Temporal.MicrosPerDay : tokens.Min(t => GrainOf(t.Field));
    }

    internal IReadOnlyList<DateToken> Tokens { get; }

    /// <summary>Timestamps without zone in one such stretch since 1970 are all shown alike.</summary>
    internal long GrainMicros { get; }

    private static long GrainOf(DateField field) => field switch
    {
        DateField.Hour12 or DateField.Hour24 or DateField.Meridiem or DateField.MeridiemDots => Temporal.MicrosPerHour,
        DateField.Minute => Temporal.MicrosPerMinute,
        DateField.Second or DateField.SecondOfDay => Temporal.MicrosPerSecond,
        DateField.Millisecond => 1000,
        DateField.Microsecond or DateField.Fraction => 1,
        _ => Temporal.MicrosPerDay,
    };

    internal static DateTemplate Parse(ReadOnlySpan<byte> template)
    {
        string text = Encoding.UTF8.GetString(template);
        var tokens = new List<DateToken>();
        int at = 0;
        while (at < text.Length)
        {
            if (text[at] == '"')
            {
                at = Quoted(text, at + 1, tokens);
                continue;
            }

            bool fill = Skip(text, ref at, "FM");
            fill |= Skip(text, ref at, "TM");
            var (pattern, field, digits) = Array.Find(_patterns, p => Matches(text, at, p.Pattern));
            if (pattern is null)
            {
                if (at < text.Length)
                {
                    int start = text[at] == '\\' && at + 1 < text.Length ? at + 1 : at;
                    tokens.Add(new DateToken(DateField.Literal, Text: text[start].ToString()));
                    at = start + 1;
                }

                continue;
            }

            string spelled = text.Substring(at, pattern.Length);
            at += pattern.Length;
            int ordinal = string.CompareOrdinal(text, at, "TH", 0, 2) == 0 ? 1 : string.CompareOrdinal(text, at, "th", 0, 2) == 0 ? 2 : 0;
            at += ordinal > 0 ? 2 : 0;
            var letters = char.IsLower(spelled[0]) ? LetterCase.Lower
                : spelled.Length > 1 && char.IsLower(spelled[1]) ? LetterCase.Capital : LetterCase.Upper;
            tokens.Add(new DateToken(field, digits, letters, fill, ordinal));
        }

        return new DateTemplate(tokens);
    }

    private static int Quoted(string text, int at, List<DateToken> tokens)
    {
        var literal = new StringBuilder();
        for (; at < text.Length && text[at] != '"'; at++)
        {
            at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
            literal.Append(text[at]);
        }

        tokens.Add(new DateToken(DateField.Literal, Text: literal.ToString()));
        return at + 1;
    }

    private static bool Skip(string text, ref int at, string modifier)
    {
        bool present = Matches(text, at, modifier);
        at += present ? modifier.Length : 0;
        return present;
    }

    /// <summary>Patterns match in any case; names take the case they are spelled in.</summary>
    private static bool Matches(string text, int at, string pattern) =>
        string.Compare(text, at, pattern, 0, pattern.Length, StringComparison.OrdinalIgnoreCase) == 0;
}
