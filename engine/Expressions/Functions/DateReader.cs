using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Reads text by a template: to_date and to_timestamp. As PostgreSQL: white space before a field is skipped, separators of
/// the template match any separator, names are read in any case, missing fields are the first of their kind.
/// </summary>
internal ref struct DateReader
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int? _year;
    private bool _isPartialYear;
    private bool _isBc;
    private int _month;
    private int _day;
    private int _dayOfYear;
    private int? _julian;
    private int? _isoYear;
    private int _isoWeek;
    private int _isoDay;
    private int _hour;
    private int _hour12;
    private bool? _isPm;
    private int _minute;
    private int _second;
    private int _micros;
    private int? _secondOfDay;
    private int? _offset;
    private int _offsetMinutes;

    private DateReader(ReadOnlySpan<char> text)
    {
        _text = text;
        _month = 1;
        _day = 1;
        _isoWeek = 1;
        _isoDay = 1;
        _hour12 = -1;
        _hour = -1;
    }

    /// <summary>The local timestamp, and its offset from UTC in seconds where the text has one.</summary>
    internal static long Read(DateTemplate template, ReadOnlySpan<byte> text, out int? offset)
    {
        string decoded = Encoding.UTF8.GetString(text);
        var reader = new DateReader(decoded);
        for (int i = 0; i < template.Tokens.Count; i++)
        {
            var token = template.Tokens[i];
            bool adjacent = i + 1 < template.Tokens.Count && template.Tokens[i + 1].Field != DateField.Literal;
            reader.Take(token, adjacent, decoded);
        }

        offset = reader._offset is { } hours ? hours + (Math.Sign(hours == 0 ? 1 : hours) * reader._offsetMinutes * 60) : null;
        return reader.Finish(decoded);
    }

    private void Take(in DateToken token, bool adjacent, string whole)
    {
        if (token.Field == DateField.Literal)
        {
            SkipLiteral(token.Text);
            return;
        }

        SkipSpaces();
        if (_at >= _text.Length)
        {
            return;
        }

        switch (token.Field)
        {
            case DateField.Hour12:
                _hour12 = Number(2, whole, token.Field);
                if (_hour12 is < 1 or > 12)
                {
                    throw new SqlException(
                        SqlState.InvalidDatetimeFormat, $"hour \"{_hour12}\" is invalid for the 12-hour clock",
                        hint: "Use the 24-hour clock, or give an hour between 1 and 12.");
                }

                break;
            case DateField.Hour24: _hour = Number(2, whole, token.Field); break;
            case DateField.Minute: _minute = Number(2, whole, token.Field); break;
            case DateField.Second: _second = Number(2, whole, token.Field); break;
            case DateField.Millisecond: _micros = Fraction(3, whole, token.Field) * 1000; break;
            case DateField.Microsecond: _micros = Fraction(6, whole, token.Field); break;
            case DateField.Fraction:
                _micros = Fraction(token.Digits, whole, token.Field) * (int)PowersOfTen.Int64[6 - token.Digits];
                break;
            case DateField.SecondOfDay: _secondOfDay = Number(5, whole, token.Field); break;
            case DateField.Meridiem or DateField.MeridiemDots: _isPm = Word(["am", "pm", "a.m.", "p.m."], whole) % 2 == 1; break;
            case DateField.ZoneHours: TakeOffset(whole); break;
            case DateField.ZoneMinutes: _offsetMinutes = Number(2, whole, token.Field); break;
            case DateField.ZoneOffset or DateField.ZoneName:
                throw new SqlException(
                    SqlState.FeatureNotSupported, "formatting field \"TZ\" or \"OF\" is only supported in to_char");
            default: TakeDate(token, adjacent, whole); break;
        }
    }

    private void TakeDate(in DateToken token, bool adjacent, string whole)
    {
        switch (token.Field)
        {
            case DateField.Year or DateField.YearWithComma: TakeYear(token, adjacent, whole); break;
            case DateField.Month: _month = Number(2, whole, token.Field); break;
            case DateField.Day: _day = Number(2, whole, token.Field); break;
            case DateField.DayOfYear: _dayOfYear = Number(3, whole, token.Field); break;
            case DateField.Julian: _julian = Number(9, whole, token.Field); break;
            case DateField.MonthName or DateField.MonthShort: _month = Month(whole); break;
            case DateField.RomanMonth:
                _month = Word([.. DateFormatter.RomanMonths.Reverse().Select(r => r.ToLowerInvariant())], whole);
                _month = 12 - _month;
                break;
            case DateField.DayName or DateField.DayShort: Word([.. DateFormatter.DayNames.SelectMany(Names)], whole); break;
            case DateField.Era or DateField.EraDots: _isBc = Word(["ad", "bc", "a.d.", "b.c."], whole) % 2 == 1; break;
            case DateField.IsoYear: _isoYear = Number(token.Digits, whole, token.Field); break;
            case DateField.IsoWeek: _isoWeek = Number(2, whole, token.Field); break;
            case DateField.IsoDayOfWeek: _isoDay = Number(1, whole, token.Field); break;
            case DateField.DayOfWeek or DateField.Quarter: Number(1, whole, token.Field); break;
            default:
                throw new SqlException(
                    SqlState.FeatureNotSupported, $"template pattern {token.Field} is not supported in to_date and to_timestamp");
        }

        SkipOrdinal(token);
    }

    private void TakeYear(in DateToken token, bool adjacent, string whole)
    {
        int start = _at;
        // As many digits as there are, unless the next pattern's digits follow at once.
        int value = Number(adjacent || token.Digits < 4 ? token.Digits : 9, whole, token.Field);
        if (token.Field == DateField.YearWithComma && _at < _text.Length && _text[_at] == ',')
        {
            _at++;
            value = (value * 1000) + Number(3, whole, token.Field);
        }

        _year = value;
        _isPartialYear = token.Digits < 4 && _at - start < 4;
    }

    private readonly long Finish(string whole)
    {
        long date;
        if (_julian is { } julian)
        {
            date = (long)julian + Temporal.DateMin;
        }
        else if (_isoYear is { } isoYear)
        {
            long january4 = CivilDate.ToDays(isoYear, 1, 4);
            date = january4 - CivilDate.IsoDayOfWeek(january4) + ((_isoWeek - 1) * 7) + _isoDay;
        }
        else
        {
            int year = FullYear();
            if (_dayOfYear > 0)
            {
                date = CivilDate.ToDays(year, 1, 1) + _dayOfYear - 1;
            }
            else if (CivilDate.IsValid(year, _month, _day))
            {
                date = CivilDate.ToDays(year, _month, _day);
            }
            else
            {
                throw OutOfRange(whole);
            }
        }

        long hour = _hour >= 0 ? _hour : _hour12 >= 0 ? (_hour12 % 12) + (_isPm == true ? 12 : 0) : 0;
        if (hour > 23 || _minute > 59 || _second > 59)
        {
            throw OutOfRange(whole);
        }

        long time = _secondOfDay is { } seconds
            ? seconds * Temporal.MicrosPerSecond
            : (hour * Temporal.MicrosPerHour) + (_minute * Temporal.MicrosPerMinute) + (_second * Temporal.MicrosPerSecond) + _micros;
        return (date * Temporal.MicrosPerDay) + time;
    }

    /// <summary>Years of the patterns YYY, YY and Y lie nearest to 2020, as PostgreSQL completes them.</summary>
    private readonly int FullYear()
    {
        // Without a year it is 1 BC, the year 0 of PostgreSQL's arithmetic.
        if (_year is not { } year)
        {
            return 0;
        }

        if (_isPartialYear)
        {
            year += year is < 70 or (>= 100 and < 520) ? 2000 : year < 100 ? 1900 : year < 1000 ? 1000 : 0;
        }

        return _isBc ? 1 - year : year == 0 ? 0 : year;
    }

    private static SqlException OutOfRange(string text) =>
        new(SqlState.DatetimeFieldOverflow, $"date/time field value out of range: \"{text}\"");

    private void SkipSpaces()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private void SkipLiteral(string literal)
    {
        foreach (char c in literal)
        {
            if (char.IsWhiteSpace(c))
            {
                SkipSpaces();
                // A space of the template also stands for one other separator.
                if (_at < _text.Length && IsSeparator(_text[_at]) && _text[_at] is not ('-' or '+'))
                {
                    _at++;
                }
            }
            else if (_at < _text.Length && (IsSeparator(c) ? IsSeparator(_text[_at]) || char.IsWhiteSpace(_text[_at]) : true))
            {
                _at++;
            }
        }
    }

    private static bool IsSeparator(char c) => char.IsAscii(c) && !char.IsLetterOrDigit(c) && !char.IsWhiteSpace(c);

    private void SkipOrdinal(in DateToken token)
    {
        if (token.Ordinal > 0 && _at + 1 < _text.Length && char.IsLetter(_text[_at]))
        {
            _at += 2;
        }
    }

    private int Number(int digitsMax, string whole, DateField field)
    {
        SkipSpaces();
        bool negative = _at < _text.Length && _text[_at] == '-' && field == DateField.Year;
        _at += negative ? 1 : 0;
        int value = 0;
        int start = _at;
        while (_at < _text.Length && _at - start < digitsMax && char.IsAsciiDigit(_text[_at]))
        {
            value = (value * 10) + _text[_at++] - '0';
        }

        if (_at == start)
        {
            throw new SqlException(
                SqlState.InvalidDatetimeFormat, $"invalid value \"{Rest(whole)}\" for \"{PatternOf(field)}\"",
                detail: "Value must be an integer.");
        }

        return negative ? -value : value;
    }

    private readonly string Rest(string whole) => whole.Substring(_at, Math.Min(2, whole.Length - _at));

    private static string PatternOf(DateField field) => field switch
    {
        DateField.Hour12 => "HH12",
        DateField.Hour24 => "HH24",
        DateField.Minute => "MI",
        DateField.Second => "SS",
        DateField.Year => "YYYY",
        DateField.Month => "MM",
        DateField.Day => "DD",
        DateField.DayOfYear => "DDD",
        _ => field.ToString(),
    };

    /// <summary>Digits after the point: missing ones are zeros.</summary>
    private int Fraction(int digits, string whole, DateField field)
    {
        int start = _at;
        int value = Number(digits, whole, field);
        for (int i = _at - start; i < digits; i++)
        {
            value *= 10;
        }

        return value;
    }

    private int Month(string whole) => (Word([.. DateFormatter.MonthNames.SelectMany(Names)], whole) / 2) + 1;

    private static string[] Names(string name) => [name.ToLowerInvariant(), name[..3].ToLowerInvariant()];

    private int Word(string[] words, string whole)
    {
        SkipSpaces();
        for (int i = 0; i < words.Length; i++)
        {
            if (_text[_at..].StartsWith(words[i], StringComparison.OrdinalIgnoreCase))
            {
                _at += words[i].Length;
                return i;
            }
        }

        throw new SqlException(
            SqlState.InvalidDatetimeFormat, $"invalid value \"{whole[_at..]}\" in the text \"{whole}\"",
            detail: "The given value did not match any of the allowed values for this field.");
    }

    private void TakeOffset(string whole)
    {
        int sign = _text[_at] == '-' ? -1 : 1;
        _at += _text[_at] is '+' or '-' ? 1 : 0;
        _offset = sign * Number(2, whole, DateField.ZoneHours) * 3600;
    }
}
