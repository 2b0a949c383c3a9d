namespace Vectorized.Engine.Types;

/// <summary>
/// Reads date and time text token by token: the part of PostgreSQL's ParseDateTime/DecodeDateTime that
/// <see cref="TemporalParser"/> names. The slow path; still allocation-free but for zone names.
/// </summary>
internal ref struct DateTimeScanner
{
    internal bool HasDate;
    internal bool HasTime;
    internal bool HasOffset;
    internal long Days;

    /// <summary>Microseconds since midnight; 24:00:00 is a whole day.</summary>
    internal long Time;
    internal int OffsetSeconds;
    internal ZoneRules? Zone;

    /// <summary>1 infinity, -1 -infinity, 2 epoch, 0 none.</summary>
    internal int Special;

    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private int _month;
    private int _day;
    private int _year;
    private bool _yearIsSet;
    private bool _monthIsName;
    private bool _isBeforeChrist;
    private int _halfDay;

    private DateTimeScanner(ReadOnlySpan<byte> text) => _text = text;

    internal static ValueStatus Scan(ReadOnlySpan<byte> text, out DateTimeScanner result)
    {
        result = new DateTimeScanner(TextScan.Trim(text));
        var status = result.ScanTokens();
        return status == ValueStatus.Ok ? result.Finish() : status;
    }

    private ValueStatus ScanTokens()
    {
        if (_text.IsEmpty)
        {
            return ValueStatus.InvalidDatetime;
        }

        while (_at < _text.Length)
        {
            byte b = _text[_at];
            ValueStatus status;
            if (TextScan.IsSpace(b) || b == ',')
            {
                _at++;
                continue;
            }

            if (TextScan.IsDigit(b))
            {
                status = ScanDigits();
            }
            else if (TextScan.IsLetter(b))
            {
                status = ScanWord();
            }
            else if (b is (byte)'+' or (byte)'-')
            {
                status = ScanSign();
            }
            else
            {
                return ValueStatus.InvalidDatetime;
            }

            if (status != ValueStatus.Ok)
            {
                return status;
            }
        }

        return ValueStatus.Ok;
    }

    private ValueStatus Finish()
    {
        if (Special != 0)
        {
            return HasDate || HasTime || _year != 0 || _monthIsName ? ValueStatus.InvalidDatetime : ValueStatus.Ok;
        }

        if (_halfDay != 0)
        {
            if (!HasTime)
            {
                return ValueStatus.InvalidDatetime;
            }

            long hour = Time / Temporal.MicrosPerHour;
            if (hour is < 1 or > 12)
            {
                return ValueStatus.DatetimeOverflow;
            }

            Time += ((_halfDay == 2 ? 12 : 0) - (hour == 12 ? 12 : 0)) * Temporal.MicrosPerHour;
        }

        if (_monthIsName || _yearIsSet)
        {
            if (!_yearIsSet || _month == 0 || _day == 0)
            {
                return ValueStatus.InvalidDatetime;
            }

            int year = _isBeforeChrist ? 1 - _year : _year;
            if (_year == 0 || _year > 5_874_897 || !CivilDate.IsValid(year, _month, _day))
            {
                return ValueStatus.DatetimeOverflow;
            }

            Days = CivilDate.ToDays(year, _month, _day);
            HasDate = true;
        }
        else if (_isBeforeChrist)
        {
            return ValueStatus.InvalidDatetime;
        }

        return HasDate || HasTime ? ValueStatus.Ok : ValueStatus.InvalidDatetime;
    }

    private ValueStatus ScanDigits()
    {
        int start = _at;
        while (_at < _text.Length && TextScan.IsDigit(_text[_at]))
        {
            _at++;
        }

        int length = _at - start;
        byte next = _at < _text.Length ? _text[_at] : (byte)0;
        if (next == ':')
        {
            return HasTime ? ValueStatus.InvalidDatetime : ScanTime(start);
        }

        bool dateIsOpen = !_yearIsSet || (_monthIsName && _day == 0);
        if (next is (byte)'-' or (byte)'/' && !_yearIsSet && !_monthIsName)
        {
            return ScanDashedDate(start, next);
        }

        if (_monthIsName && dateIsOpen)
        {
            var digits = _text[start.._at];
            if (next == '-' && !HasTime && !_yearIsSet)
            {
                _at++;
            }

            return TakeDayOrYear(digits);
        }

        if (!_yearIsSet && length == 8)
        {
            _year = Number(start, 4);
            _month = Number(start + 4, 2);
            _day = Number(start + 6, 2);
            _yearIsSet = true;
            return ValueStatus.Ok;
        }

        if (_yearIsSet && !HasTime && length is 6 or 4 or 2)
        {
            return TakeCompactTime(start, length);
        }

        // A day or year before its month's name: 8 Jan 1999.
        if (!_yearIsSet && !_monthIsName && length <= 4 && FollowedByWord())
        {
            return TakeDayOrYear(_text[start.._at]);
        }

        return ValueStatus.InvalidDatetime;
    }

    private readonly bool FollowedByWord()
    {
        int at = _at;
        while (at < _text.Length && (TextScan.IsSpace(_text[at]) || _text[at] == ','))
        {
            at++;
        }

        return at < _text.Length && TextScan.IsLetter(_text[at]) && (_text[at] | 0x20) is not 't' and not 'z';
    }

    private ValueStatus TakeDayOrYear(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > 7 || IntegerText.TryParseInt32(digits, out int value) != ValueStatus.Ok)
        {
            return ValueStatus.DatetimeOverflow;
        }

        if (digits.Length <= 2 && _day == 0)
        {
            _day = value;
            return value is 0 or > 31 ? ValueStatus.DatetimeOverflow : ValueStatus.Ok;
        }

        if (_yearIsSet)
        {
            return ValueStatus.InvalidDatetime;
        }

        // Two digits of year, as PostgreSQL takes them: 70..99 are the last century's.
        _year = digits.Length > 2 ? value : value < 70 ? 2000 + value : 1900 + value;
        _yearIsSet = true;
        return ValueStatus.Ok;
    }

    /// <summary>yyyy-mm-dd, yyyy/mm/dd, or with a month's name between: 1999-Jan-08, 08-Jan-1999.</summary>
    private ValueStatus ScanDashedDate(int start, byte separator)
    {
        var first = _text[start.._at];
        _at++;
        int second = _at;
        if (_at < _text.Length && TextScan.IsLetter(_text[_at]))
        {
            while (_at < _text.Length && TextScan.IsLetter(_text[_at]))
            {
                _at++;
            }

            _month = DateTimeWords.MonthOf(_text[second.._at]);
            _monthIsName = true;
            if (_month == 0 || !Skip(separator))
            {
                return ValueStatus.InvalidDatetime;
            }

            var status = TakeDayOrYear(first);
            return status == ValueStatus.Ok ? TakeDayOrYear(TakeDigits()) : status;
        }

        var month = TakeDigits();
        if (first.Length < 4 || month.Length != 2 || !Skip(separator))
        {
            return ValueStatus.InvalidDatetime;
        }

        var day = TakeDigits();
        if (day.Length != 2)
        {
            return ValueStatus.InvalidDatetime;
        }

        if (first.Length > 9 || IntegerText.TryParseInt32(first, out _year) != ValueStatus.Ok)
        {
            return ValueStatus.DatetimeOverflow;
        }

        _month = ((month[0] - '0') * 10) + month[1] - '0';
        _day = ((day[0] - '0') * 10) + day[1] - '0';
        _yearIsSet = true;
        return _month is 0 or > 12 || _day is 0 or > 31 ? ValueStatus.DatetimeOverflow : ValueStatus.Ok;
    }

    private ValueStatus TakeCompactTime(int start, int length)
    {
        int hour = Number(start, 2);
        int minute = length >= 4 ? Number(start + 2, 2) : 0;
        int second = length == 6 ? Number(start + 4, 2) : 0;
        int fraction = 0;
        if (length == 6 && _at < _text.Length && _text[_at] == '.')
        {
            fraction = ScanFraction();
        }

        return SetTime(hour, minute, second, fraction);
    }

    /// <summary>h[h]:mm[:ss[.f...]].</summary>
    private ValueStatus ScanTime(int start)
    {
        int hourDigits = _at - start;
        if (hourDigits > 2)
        {
            return ValueStatus.DatetimeOverflow;
        }

        int hour = Number(start, hourDigits);
        _at++;
        var minute = TakeDigits();
        if (minute.Length is 0 or > 2)
        {
            return ValueStatus.InvalidDatetime;
        }

        int minutes = minute.Length == 2 ? ((minute[0] - '0') * 10) + minute[1] - '0' : minute[0] - '0';
        int seconds = 0;
        int fraction = 0;
        if (Skip((byte)':'))
        {
            var second = TakeDigits();
            if (second.Length is 0 or > 2)
            {
                return ValueStatus.InvalidDatetime;
            }

            seconds = second.Length == 2 ? ((second[0] - '0') * 10) + second[1] - '0' : second[0] - '0';
            if (_at < _text.Length && _text[_at] == '.')
            {
                fraction = ScanFraction();
            }
        }

        return SetTime(hour, minutes, seconds, fraction);
    }

    private ValueStatus SetTime(int hour, int minute, int second, int micros)
    {
        if (HasTime)
        {
            return ValueStatus.InvalidDatetime;
        }

        if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute | second | micros) != 0))
        {
            return ValueStatus.DatetimeOverflow;
        }

        HasTime = true;
        Time = ((((hour * 60L) + minute) * 60) + second) * Temporal.MicrosPerSecond + micros;
        return Time <= Temporal.MicrosPerDay ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>A point and digits, rounded to microseconds (an exact half to even, as rint does).</summary>
    private int ScanFraction()
    {
        _at++;
        int start = _at;
        while (_at < _text.Length && TextScan.IsDigit(_text[_at]))
        {
            _at++;
        }

        return DateTimeWords.FractionMicros(_text[start.._at]);
    }

    /// <summary>A zone's offset after a time, or the sign of an infinity.</summary>
    private ValueStatus ScanSign()
    {
        bool negative = _text[_at++] == (byte)'-';
        if (_at < _text.Length && TextScan.IsLetter(_text[_at]))
        {
            var word = _text[_at..];
            _at = _text.Length;
            Special = negative ? -1 : 1;
            return TextScan.Is(word, "infinity"u8) && !HasTime ? ValueStatus.Ok : ValueStatus.InvalidDatetime;
        }

        if (!HasTime || HasOffset || Zone is not null)
        {
            return ValueStatus.InvalidDatetime;
        }

        var hour = TakeDigits();
        int minutes = 0;
        int seconds = 0;
        int hours;
        if (hour.Length is 3 or 4)
        {
            int all = Number(_at - hour.Length, hour.Length);
            hours = all / 100;
            minutes = all % 100;
        }
        else if (hour.Length is 1 or 2)
        {
            hours = Number(_at - hour.Length, hour.Length);
            if (Skip((byte)':'))
            {
                minutes = TwoDigits();
                if (Skip((byte)':'))
                {
                    seconds = TwoDigits();
                }
            }
        }
        else
        {
            return ValueStatus.InvalidDatetime;
        }

        if (minutes < 0 || seconds < 0)
        {
            return ValueStatus.InvalidDatetime;
        }

        if (hours > 15 || minutes > 59 || seconds > 59)
        {
            return ValueStatus.DatetimeOverflow;
        }

        HasOffset = true;
        OffsetSeconds = ((hours * 3600) + (minutes * 60) + seconds) * (negative ? -1 : 1);
        return ValueStatus.Ok;
    }

    private ValueStatus ScanWord()
    {
        int start = _at;
        while (_at < _text.Length && TextScan.IsLetter(_text[_at]))
        {
            _at++;
        }

        var word = _text[start.._at];
        bool digitFollows = _at < _text.Length && TextScan.IsDigit(_text[_at]);
        if (word.Length == 1 && (word[0] | 0x20) == 't' && digitFollows && !HasTime)
        {
            return ScanTimeAfterT();
        }

        if (_month == 0 && DateTimeWords.MonthOf(word) is > 0 and var month)
        {
            _month = month;
            _monthIsName = true;
            Skip((byte)'-');
            return ValueStatus.Ok;
        }

        if (TextScan.Is(word, "am"u8) || TextScan.Is(word, "pm"u8))
        {
            bool isFirst = _halfDay == 0;
            _halfDay = (word[0] | 0x20) == 'a' ? 1 : 2;
            return isFirst && HasTime ? ValueStatus.Ok : ValueStatus.InvalidDatetime;
        }

        if (TextScan.Is(word, "bc"u8) || TextScan.Is(word, "ad"u8))
        {
            _isBeforeChrist = (word[0] | 0x20) == 'b';
            return ValueStatus.Ok;
        }

        if (TextScan.Is(word, "infinity"u8) || TextScan.Is(word, "epoch"u8))
        {
            Special = word.Length == 5 ? 2 : 1;
            return _at == _text.Length ? ValueStatus.Ok : ValueStatus.InvalidDatetime;
        }

        if (TextScan.Is(word, "now"u8) || TextScan.Is(word, "today"u8) || TextScan.Is(word, "tomorrow"u8)
            || TextScan.Is(word, "yesterday"u8))
        {
            return ValueStatus.Refused;
        }

        return DateTimeWords.IsWeekday(word) ? ValueStatus.Ok : ScanZone(start);
    }

    private ValueStatus ScanTimeAfterT()
    {
        int start = _at;
        var digits = TakeDigits();
        if (_at < _text.Length && _text[_at] == ':')
        {
            return ScanTime(start);
        }

        return digits.Length is 2 or 4 or 6 ? TakeCompactTime(start, digits.Length) : ValueStatus.InvalidDatetime;
    }

    private ValueStatus ScanZone(int start)
    {
        if (HasOffset || Zone is not null || !HasTime && !_yearIsSet)
        {
            return ValueStatus.InvalidDatetime;
        }

        while (_at < _text.Length && (TextScan.IsLetter(_text[_at]) || TextScan.IsDigit(_text[_at])
            || _text[_at] is (byte)'/' or (byte)'_' or (byte)'-' or (byte)'+'))
        {
            _at++;
        }

        Zone = ZoneRules.Find(_text[start.._at]);
        return Zone is not null ? ValueStatus.Ok : ValueStatus.InvalidDatetime;
    }

    private ReadOnlySpan<byte> TakeDigits()
    {
        int start = _at;
        while (_at < _text.Length && TextScan.IsDigit(_text[_at]))
        {
            _at++;
        }

        return _text[start.._at];
    }

    private int TwoDigits()
    {
        var digits = TakeDigits();
        return digits.Length == 2 ? ((digits[0] - '0') * 10) + digits[1] - '0' : -1;
    }

    private bool Skip(byte b)
    {
        if (_at < _text.Length && _text[_at] == b)
        {
            _at++;
            return true;
        }

        return false;
    }

    private readonly int Number(int start, int length)
    {
        int value = 0;
        for (int i = start; i < start + length; i++)
        {
            value = (value * 10) + _text[i] - '0';
        }

        return value;
    }
}
