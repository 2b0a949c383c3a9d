namespace Vectorized.Engine.Types;

/// <summary>
/// Reads intervals token by token: numbers with units in any order (1 year 2 mons, 1.5 days, 5minute, ... ago), clock
/// times with a sign (1 2:03:04 is one day and a time), years-months (1-2), ISO 8601 (P1Y2M3DT4H5M6.7S, P0001-02-03T04:05:06).
/// Fractions cascade as in PostgreSQL.
/// </summary>
internal ref struct IntervalParser
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly IntervalField _lastField;
    private int _at;
    private long _months;
    private long _days;
    private Int128 _micros;
    private int _seen;
    private bool _bareSeen;

    private IntervalParser(ReadOnlySpan<byte> text, IntervalField lastField)
    {
        _text = text;
        _lastField = lastField;
    }

    private enum Unit : byte
    {
        None, Microsecond, Millisecond, Second, Minute, Hour, Day, Week, Month, Year, Decade, Century, Millennium, Ago, Skip,
    }

    /// <summary>A signed number: whole part, fraction as a float of the same sign, digits behind the point.</summary>
    private ref struct Number
    {
        internal bool Negative;
        internal long Whole;
        internal double Fraction;
        internal ReadOnlySpan<byte> FractionDigits;
    }

    internal static ValueStatus Parse(ReadOnlySpan<byte> text, IntervalField lastField, out IntervalValue value)
    {
        value = default;
        var parser = new IntervalParser(TextScan.Trim(text), lastField);
        var status = parser._text.Length > 1 && parser._text[0] == (byte)'P' ? parser.ScanIso() : parser.ScanTokens();
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        if (parser._months != (int)parser._months || parser._days != (int)parser._days || parser._micros != (long)parser._micros)
        {
            return ValueStatus.IntervalOverflow;
        }

        value = new IntervalValue((int)parser._months, (int)parser._days, (long)parser._micros);
        return ValueStatus.Ok;
    }

    private ValueStatus ScanTokens()
    {
        if (_text.IsEmpty)
        {
            return ValueStatus.InvalidDatetime;
        }

        bool ago = false;
        while (true)
        {
            SkipBlanks();
            if (_at == _text.Length)
            {
                break;
            }

            if (ago)
            {
                return ValueStatus.InvalidDatetime;
            }

            if (TextScan.IsLetter(_text[_at]) || _text[_at] == '@')
            {
                var unit = ScanUnit();
                ago = unit == Unit.Ago;
                if (!ago && unit != Unit.Skip)
                {
                    return ValueStatus.InvalidDatetime;
                }

                continue;
            }

            var status = ScanField();
            if (status != ValueStatus.Ok)
            {
                return status;
            }
        }

        if (ago)
        {
            _months = -_months;
            _days = -_days;
            _micros = -_micros;
        }

        return _seen != 0 ? ValueStatus.Ok : ValueStatus.InvalidDatetime;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && (TextScan.IsSpace(_text[_at]) || _text[_at] == ','))
        {
            _at++;
        }
    }

    /// <summary>A number and what it counts, or a clock time.</summary>
    private ValueStatus ScanField()
    {
        bool negative = false;
        bool signed = _text[_at] is (byte)'+' or (byte)'-';
        if (signed)
        {
            negative = _text[_at++] == (byte)'-';
            SkipBlanks();
        }

        int start = _at;
        var status = ScanNumber(negative, out var number);
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        byte next = _at < _text.Length ? _text[_at] : (byte)0;
        if (next == ':')
        {
            return number.FractionDigits.IsEmpty ? ScanClock(start, negative) : ValueStatus.InvalidDatetime;
        }

        if (next == '-' && _at + 1 < _text.Length && TextScan.IsDigit(_text[_at + 1]))
        {
            return ScanYearMonth(ref number);
        }

        SkipBlanks();
        var unit = Unit.None;
        if (_at < _text.Length && TextScan.IsLetter(_text[_at]))
        {
            unit = ScanUnit();
            if (unit is Unit.None or Unit.Skip)
            {
                return ValueStatus.InvalidDatetime;
            }

            if (unit == Unit.Ago)
            {
                // The word stays for the loop; the number before it counts seconds.
                _at -= 3;
                unit = Unit.None;
            }
        }

        if (unit == Unit.None)
        {
            unit = ClockFollows() ? Unit.Day : BareUnit();
            if (_bareSeen)
            {
                return ValueStatus.InvalidDatetime;
            }

            _bareSeen = true;
        }

        return Take(unit, ref number);
    }

    private ValueStatus ScanNumber(bool negative, out Number number)
    {
        number = new Number { Negative = negative };
        int start = _at;
        Int128 whole = 0;
        while (_at < _text.Length && TextScan.IsDigit(_text[_at]))
        {
            whole = (whole * 10) + _text[_at++] - '0';
            if (whole > long.MaxValue)
            {
                return ValueStatus.IntervalOverflow;
            }
        }

        int digits = _at - start;
        number.Whole = negative ? -(long)whole : (long)whole;
        if (_at < _text.Length && _text[_at] == '.')
        {
            int fraction = ++_at;
            while (_at < _text.Length && TextScan.IsDigit(_text[_at]))
            {
                _at++;
            }

            number.FractionDigits = _text[fraction.._at];
            digits += _at - fraction;
            number.Fraction = FractionOf(number.FractionDigits) * (negative ? -1 : 1);
        }

        return digits > 0 ? ValueStatus.Ok : ValueStatus.InvalidDatetime;
    }

    private static double FractionOf(ReadOnlySpan<byte> digits)
    {
        Span<byte> text = stackalloc byte[20];
        digits = digits[..Math.Min(digits.Length, 17)];
        "0."u8.CopyTo(text);
        digits.CopyTo(text[2..]);
        return digits.IsEmpty || FloatText.TryParse(text[..(digits.Length + 2)], out double value) != ValueStatus.Ok ? 0 : value;
    }

    /// <summary>h:mm[:ss[.f]], or mm:ss.f; the digits before the first colon are read.</summary>
    private ValueStatus ScanClock(int start, bool negative)
    {
        if (IntegerText.TryParseInt64(_text[start.._at], out long first) != ValueStatus.Ok)
        {
            return ValueStatus.IntervalOverflow;
        }

        _at++;
        long second = Digits(out _);
        long third = 0;
        bool hasThird = false;
        if (_at < _text.Length && _text[_at] == ':')
        {
            _at++;
            hasThird = true;
            third = Digits(out _);
        }

        int fraction = 0;
        if (_at < _text.Length && _text[_at] == '.')
        {
            int from = ++_at;
            Digits(out _);
            fraction = DateTimeScanner.FractionMicros(_text[from.._at]);
            if (!hasThird)
            {
                (first, second, third) = (0, first, second);
            }
        }

        if (second > 59 || third > 60)
        {
            return ValueStatus.IntervalOverflow;
        }

        if ((_seen & (1 << (int)Unit.Hour)) != 0)
        {
            return ValueStatus.InvalidDatetime;
        }

        _seen |= (1 << (int)Unit.Hour) | (1 << (int)Unit.Minute) | (1 << (int)Unit.Second);
        Int128 micros = ((Int128)first * Temporal.MicrosPerHour) + (second * Temporal.MicrosPerMinute)
            + (third * Temporal.MicrosPerSecond) + fraction;
        _micros += negative ? -micros : micros;
        return ValueStatus.Ok;
    }

    private ValueStatus ScanYearMonth(ref Number years)
    {
        _at++;
        long months = Digits(out _);
        if (months > 11 || !years.FractionDigits.IsEmpty || Math.Abs(years.Whole) > int.MaxValue)
        {
            return ValueStatus.IntervalOverflow;
        }

        _seen |= (1 << (int)Unit.Year) | (1 << (int)Unit.Month);
        _months += (years.Whole * 12) + (years.Negative ? -months : months);
        return ValueStatus.Ok;
    }

    private long Digits(out int count)
    {
        long value = 0;
        int start = _at;
        while (_at < _text.Length && TextScan.IsDigit(_text[_at]))
        {
            value = Math.Min((value * 10) + _text[_at++] - '0', 1_000_000_000);
        }

        count = _at - start;
        return value;
    }

    private readonly bool ClockFollows()
    {
        int at = _at;
        if (at < _text.Length && _text[at] is (byte)'+' or (byte)'-')
        {
            at++;
        }

        int start = at;
        while (at < _text.Length && TextScan.IsDigit(_text[at]))
        {
            at++;
        }

        return at > start && at < _text.Length && _text[at] == ':';
    }

    private readonly Unit BareUnit() => _lastField switch
    {
        IntervalField.Year => Unit.Year,
        IntervalField.Month => Unit.Month,
        IntervalField.Day => Unit.Day,
        IntervalField.Hour => Unit.Hour,
        IntervalField.Minute => Unit.Minute,
        _ => Unit.Second,
    };

    private ValueStatus Take(Unit unit, ref Number number)
    {
        int bit = 1 << (int)unit;
        if ((_seen & bit) != 0)
        {
            return ValueStatus.InvalidDatetime;
        }

        _seen |= bit;
        switch (unit)
        {
            case Unit.Microsecond: AddMicros(number.Whole, number.Fraction, 1); break;
            case Unit.Millisecond: AddMicros(number.Whole, number.Fraction, 1000); break;
            case Unit.Second:
                int micros = DateTimeScanner.FractionMicros(number.FractionDigits);
                _micros += ((Int128)number.Whole * Temporal.MicrosPerSecond) + (number.Negative ? -micros : micros);
                break;
            case Unit.Minute: AddMicros(number.Whole, number.Fraction, Temporal.MicrosPerMinute); break;
            case Unit.Hour: AddMicros(number.Whole, number.Fraction, Temporal.MicrosPerHour); break;
            case Unit.Day: return AddDays(number.Whole, number.Fraction, 1);
            case Unit.Week: return AddDays(number.Whole, number.Fraction, 7);
            case Unit.Month:
                if (Math.Abs(number.Whole) > int.MaxValue + 1L)
                {
                    return ValueStatus.IntervalOverflow;
                }

                _months += number.Whole;
                return AddDays(0, number.Fraction, IntervalValue.DaysPerMonth);
            case Unit.Year: return AddYears(number.Whole, number.Fraction, 1);
            case Unit.Decade: return AddYears(number.Whole, number.Fraction, 10);
            case Unit.Century: return AddYears(number.Whole, number.Fraction, 100);
            default: return AddYears(number.Whole, number.Fraction, 1000);
        }

        return ValueStatus.Ok;
    }

    private void AddMicros(long whole, double fraction, long scale)
    {
        _micros += ((Int128)whole * scale) + (long)Math.Round(fraction * scale, MidpointRounding.ToEven);
    }

    private ValueStatus AddDays(long whole, double fraction, int scale)
    {
        if (Math.Abs(whole) > int.MaxValue + 1L)
        {
            return ValueStatus.IntervalOverflow;
        }

        double days = fraction * scale;
        int extra = (int)days;
        _days += (whole * scale) + extra;
        AddMicros(0, days - extra, Temporal.MicrosPerDay);
        return ValueStatus.Ok;
    }

    private ValueStatus AddYears(long whole, double fraction, int scale)
    {
        if (Math.Abs(whole) > int.MaxValue)
        {
            return ValueStatus.IntervalOverflow;
        }

        _months += (whole * scale * 12) + (long)Math.Round(fraction * scale * 12, MidpointRounding.ToEven);
        return ValueStatus.Ok;
    }

    private Unit ScanUnit()
    {
        int start = _at;
        if (_text[_at] == '@')
        {
            _at++;
            return Unit.Skip;
        }

        while (_at < _text.Length && TextScan.IsLetter(_text[_at]))
        {
            _at++;
        }

        return UnitOf(_text[start.._at]);
    }

    private static Unit UnitOf(ReadOnlySpan<byte> word)
    {
        Span<byte> lower = stackalloc byte[16];
        if (word.Length > 12)
        {
            return Unit.None;
        }

        for (int i = 0; i < word.Length; i++)
        {
            lower[i] = (byte)(word[i] | 0x20);
        }

        lower = lower[..word.Length];
        return lower switch
        {
            _ when lower.SequenceEqual("ago"u8) => Unit.Ago,
            _ when Any(lower, "d day days"u8) => Unit.Day,
            _ when Any(lower, "h hr hrs hour hours"u8) => Unit.Hour,
            _ when Any(lower, "m min mins minute minutes"u8) => Unit.Minute,
            _ when Any(lower, "s sec secs second seconds"u8) => Unit.Second,
            _ when Any(lower, "mon mons month months"u8) => Unit.Month,
            _ when Any(lower, "y yr yrs year years"u8) => Unit.Year,
            _ when Any(lower, "w week weeks"u8) => Unit.Week,
            _ when Any(lower, "ms msec msecs mseconds millisecond milliseconds"u8) => Unit.Millisecond,
            _ when Any(lower, "us usec usecs useconds microsecond microseconds"u8) => Unit.Microsecond,
            _ when Any(lower, "dec decs decade decades"u8) => Unit.Decade,
            _ when Any(lower, "c cent century centuries"u8) => Unit.Century,
            _ when Any(lower, "mil mils millennia millennium millenniums"u8) => Unit.Millennium,
            _ => Unit.None,
        };
    }

    private static bool Any(scoped ReadOnlySpan<byte> word, ReadOnlySpan<byte> words)
    {
        while (!words.IsEmpty)
        {
            int end = words.IndexOf((byte)' ');
            var one = end < 0 ? words : words[..end];
            if (word.SequenceEqual(one))
            {
                return true;
            }

            words = end < 0 ? default : words[(end + 1)..];
        }

        return false;
    }

    private ValueStatus ScanIso()
    {
        _at = 1;
        bool isTime = false;
        while (_at < _text.Length)
        {
            if (_text[_at] == 'T' && !isTime)
            {
                isTime = true;
                _at++;
                continue;
            }

            bool negative = _text[_at] == '-';
            if (_text[_at] is (byte)'-' or (byte)'+')
            {
                _at++;
            }

            int start = _at;
            var status = ScanNumber(negative, out var number);
            if (status != ValueStatus.Ok)
            {
                return status;
            }

            byte designator = _at < _text.Length ? _text[_at] : (byte)0;
            status = designator switch
            {
                (byte)'-' when !isTime && _seen == 0 => ScanIsoDate(ref number),
                (byte)':' when isTime => ScanClock(start, negative),
                _ => TakeIso(designator, isTime, ref number),
            };
            if (status != ValueStatus.Ok)
            {
                return status;
            }
        }

        return _seen != 0 ? ValueStatus.Ok : ValueStatus.InvalidDatetime;
    }

    private ValueStatus TakeIso(byte designator, bool isTime, ref Number number)
    {
        _at++;
        var unit = (designator, isTime) switch
        {
            ((byte)'Y', false) => Unit.Year,
            ((byte)'M', false) => Unit.Month,
            ((byte)'W', false) => Unit.Week,
            ((byte)'D', false) => Unit.Day,
            ((byte)'H', true) => Unit.Hour,
            ((byte)'M', true) => Unit.Minute,
            ((byte)'S', true) => Unit.Second,
            _ => Unit.None,
        };
        if (unit == Unit.None)
        {
            return ValueStatus.InvalidDatetime;
        }

        if (unit == Unit.Second && number.FractionDigits.Length > 6)
        {
            // RisingWave cuts an ISO 8601 second after microseconds where the verbose form rounds.
            number.FractionDigits = number.FractionDigits[..6];
        }

        return Take(unit, ref number);
    }

    /// <summary>yyyy-mm-dd of the alternative form; the years are read.</summary>
    private ValueStatus ScanIsoDate(ref Number years)
    {
        _at++;
        long months = Digits(out int monthDigits);
        long days = 0;
        int dayDigits = 1;
        if (_at < _text.Length && _text[_at] == '-')
        {
            _at++;
            days = Digits(out dayDigits);
        }

        if (monthDigits == 0 || dayDigits == 0 || !years.FractionDigits.IsEmpty)
        {
            return ValueStatus.InvalidDatetime;
        }

        _seen |= 1 << (int)Unit.Year;
        _months += years.Negative ? -months : months;
        _days += years.Negative ? -days : days;
        return AddYears(years.Whole, 0, 1);
    }
}
