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
                ago = unit == IntervalUnit.Ago;
                if (!ago && unit != IntervalUnit.Skip)
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
        var unit = IntervalUnit.None;
        if (_at < _text.Length && TextScan.IsLetter(_text[_at]))
        {
            unit = ScanUnit();
            if (unit is IntervalUnit.None or IntervalUnit.Skip)
            {
                return ValueStatus.InvalidDatetime;
            }

            if (unit == IntervalUnit.Ago)
            {
                // The word stays for the loop; the number before it counts seconds.
                _at -= 3;
                unit = IntervalUnit.None;
            }
        }

        if (unit == IntervalUnit.None)
        {
            unit = ClockFollows() ? IntervalUnit.Day : BareUnit();
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
        return digits.IsEmpty || FloatParser.TryParse(text[..(digits.Length + 2)], out double value) != ValueStatus.Ok ? 0 : value;
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
            fraction = DateTimeWords.FractionMicros(_text[from.._at]);
            if (!hasThird)
            {
                (first, second, third) = (0, first, second);
            }
        }

        if (second > 59 || third > 60)
        {
            return ValueStatus.IntervalOverflow;
        }

        if ((_seen & (1 << (int)IntervalUnit.Hour)) != 0)
        {
            return ValueStatus.InvalidDatetime;
        }

        _seen |= (1 << (int)IntervalUnit.Hour) | (1 << (int)IntervalUnit.Minute) | (1 << (int)IntervalUnit.Second);
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

        _seen |= (1 << (int)IntervalUnit.Year) | (1 << (int)IntervalUnit.Month);
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

    private readonly IntervalUnit BareUnit() => _lastField switch
    {
        IntervalField.Year => IntervalUnit.Year,
        IntervalField.Month => IntervalUnit.Month,
        IntervalField.Day => IntervalUnit.Day,
        IntervalField.Hour => IntervalUnit.Hour,
        IntervalField.Minute => IntervalUnit.Minute,
        _ => IntervalUnit.Second,
    };

    private ValueStatus Take(IntervalUnit unit, ref Number number)
    {
        int bit = 1 << (int)unit;
        if ((_seen & bit) != 0)
        {
            return ValueStatus.InvalidDatetime;
        }

        _seen |= bit;
        switch (unit)
        {
            case IntervalUnit.Microsecond: AddMicros(number.Whole, number.Fraction, 1); break;
            case IntervalUnit.Millisecond: AddMicros(number.Whole, number.Fraction, 1000); break;
            case IntervalUnit.Second:
                int micros = DateTimeWords.FractionMicros(number.FractionDigits);
                _micros += ((Int128)number.Whole * Temporal.MicrosPerSecond) + (number.Negative ? -micros : micros);
                break;
            case IntervalUnit.Minute: AddMicros(number.Whole, number.Fraction, Temporal.MicrosPerMinute); break;
            case IntervalUnit.Hour: AddMicros(number.Whole, number.Fraction, Temporal.MicrosPerHour); break;
            case IntervalUnit.Day: return AddDays(number.Whole, number.Fraction, 1);
            case IntervalUnit.Week: return AddDays(number.Whole, number.Fraction, 7);
            case IntervalUnit.Month:
                if (Math.Abs(number.Whole) > int.MaxValue + 1L)
                {
                    return ValueStatus.IntervalOverflow;
                }

                _months += number.Whole;
                return AddDays(0, number.Fraction, IntervalValue.DaysPerMonth);
            case IntervalUnit.Year: return AddYears(number.Whole, number.Fraction, 1);
            case IntervalUnit.Decade: return AddYears(number.Whole, number.Fraction, 10);
            case IntervalUnit.Century: return AddYears(number.Whole, number.Fraction, 100);
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

    private IntervalUnit ScanUnit()
    {
        int start = _at;
        if (_text[_at] == '@')
        {
            _at++;
            return IntervalUnit.Skip;
        }

        while (_at < _text.Length && TextScan.IsLetter(_text[_at]))
        {
            _at++;
        }

        return IntervalUnits.Find(_text[start.._at]);
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
            ((byte)'Y', false) => IntervalUnit.Year,
            ((byte)'M', false) => IntervalUnit.Month,
            ((byte)'W', false) => IntervalUnit.Week,
            ((byte)'D', false) => IntervalUnit.Day,
            ((byte)'H', true) => IntervalUnit.Hour,
            ((byte)'M', true) => IntervalUnit.Minute,
            ((byte)'S', true) => IntervalUnit.Second,
            _ => IntervalUnit.None,
        };
        if (unit == IntervalUnit.None)
        {
            return ValueStatus.InvalidDatetime;
        }

        if (unit == IntervalUnit.Second && number.FractionDigits.Length > 6)
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

        _seen |= 1 << (int)IntervalUnit.Year;
        _months += years.Negative ? -months : months;
        _days += years.Negative ? -days : days;
        return AddYears(years.Whole, 0, 1);
    }
}
