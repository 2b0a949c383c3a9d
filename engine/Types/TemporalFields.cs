namespace Vectorized.Engine.Types;

/// <summary>
/// extract, date_trunc and date_bin. Extracted values are numeric as in PostgreSQL 14 and later: a scaled 64-bit
/// integer with the field's own scale (<see cref="ScaleOf"/>).
/// </summary>
public static class TemporalFields
{
    private static readonly Dictionary<string, TemporalField> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["microsecond"] = TemporalField.Microsecond,
        ["microseconds"] = TemporalField.Microsecond,
        ["us"] = TemporalField.Microsecond,
        ["usec"] = TemporalField.Microsecond,
        ["usecs"] = TemporalField.Microsecond,
        ["millisecond"] = TemporalField.Millisecond,
        ["milliseconds"] = TemporalField.Millisecond,
        ["ms"] = TemporalField.Millisecond,
        ["msec"] = TemporalField.Millisecond,
        ["msecs"] = TemporalField.Millisecond,
        ["second"] = TemporalField.Second,
        ["seconds"] = TemporalField.Second,
        ["sec"] = TemporalField.Second,
        ["secs"] = TemporalField.Second,
        ["s"] = TemporalField.Second,
        ["minute"] = TemporalField.Minute,
        ["minutes"] = TemporalField.Minute,
        ["min"] = TemporalField.Minute,
        ["mins"] = TemporalField.Minute,
        ["m"] = TemporalField.Minute,
        ["hour"] = TemporalField.Hour,
        ["hours"] = TemporalField.Hour,
        ["hr"] = TemporalField.Hour,
        ["hrs"] = TemporalField.Hour,
        ["h"] = TemporalField.Hour,
        ["day"] = TemporalField.Day,
        ["days"] = TemporalField.Day,
        ["d"] = TemporalField.Day,
        ["week"] = TemporalField.Week,
        ["weeks"] = TemporalField.Week,
        ["w"] = TemporalField.Week,
        ["month"] = TemporalField.Month,
        ["months"] = TemporalField.Month,
        ["mon"] = TemporalField.Month,
        ["mons"] = TemporalField.Month,
        ["quarter"] = TemporalField.Quarter,
        ["qtr"] = TemporalField.Quarter,
        ["year"] = TemporalField.Year,
        ["years"] = TemporalField.Year,
        ["y"] = TemporalField.Year,
        ["yr"] = TemporalField.Year,
        ["yrs"] = TemporalField.Year,
        ["decade"] = TemporalField.Decade,
        ["decades"] = TemporalField.Decade,
        ["dec"] = TemporalField.Decade,
        ["century"] = TemporalField.Century,
        ["centuries"] = TemporalField.Century,
        ["cent"] = TemporalField.Century,
        ["c"] = TemporalField.Century,
        ["millennium"] = TemporalField.Millennium,
        ["millennia"] = TemporalField.Millennium,
        ["mil"] = TemporalField.Millennium,
        ["dow"] = TemporalField.DayOfWeek,
        ["isodow"] = TemporalField.IsoDayOfWeek,
        ["doy"] = TemporalField.DayOfYear,
        ["isoyear"] = TemporalField.IsoYear,
        ["epoch"] = TemporalField.Epoch,
        ["julian"] = TemporalField.Julian,
        ["timezone"] = TemporalField.Timezone,
        ["timezone_hour"] = TemporalField.TimezoneHour,
        ["timezone_minute"] = TemporalField.TimezoneMinute,
    };

    /// <summary>A field by any of PostgreSQL's names for it; <see cref="TemporalField.None"/> if unknown.</summary>
    public static TemporalField Parse(string name) => _names.GetValueOrDefault(name.Trim());

    /// <summary>Decimals of what <see cref="Extract"/> returns for the field: 6, 3 or 0.</summary>
    public static int ScaleOf(TemporalField field) => field switch
    {
        TemporalField.Second or TemporalField.Epoch => 6,
        TemporalField.Millisecond => 3,
        _ => 0,
    };

    /// <summary>
    /// extract(field from a finite timestamp without time zone, or from local time); false if the field does not
    /// apply (or, for julian, has a fraction: see <see cref="Julian"/>).
    /// </summary>
    public static bool Extract(TemporalField field, long timestamp, out long value)
    {
        long day = Temporal.DayOf(timestamp);
        long time = timestamp - (day * Temporal.MicrosPerDay);
        if (field == TemporalField.Epoch)
        {
            value = timestamp;
            return true;
        }

        return ExtractTime(field, time, out value) || ExtractDate(field, day, out value);
    }

    /// <summary>extract(field from a date).</summary>
    public static bool ExtractDate(TemporalField field, long day, out long value)
    {
        CivilDate.FromDays(day, out int year, out int month, out int dayOfMonth);
        switch (field)
        {
            case TemporalField.Day: value = dayOfMonth; return true;
            case TemporalField.Month: value = month; return true;
            case TemporalField.Quarter: value = ((month - 1) / 3) + 1; return true;
            case TemporalField.Year: value = year > 0 ? year : year - 1; return true;
            case TemporalField.Decade: value = year >= 0 ? year / 10 : -((8 - (year - 1)) / 10); return true;
            case TemporalField.Century: value = year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100); return true;
            case TemporalField.Millennium: value = year > 0 ? (year + 999) / 1000 : -((999 - (year - 1)) / 1000); return true;
            case TemporalField.DayOfWeek: value = CivilDate.DayOfWeek(day); return true;
            case TemporalField.IsoDayOfWeek: value = CivilDate.IsoDayOfWeek(day); return true;
            case TemporalField.DayOfYear: value = CivilDate.DayOfYear(day); return true;
            case TemporalField.Julian: value = day - Temporal.DateMin; return true;
            case TemporalField.Epoch: value = day * Temporal.MicrosPerDay; return true;
            case TemporalField.Week:
                CivilDate.IsoWeek(day, out _, out int week);
                value = week;
                return true;
            case TemporalField.IsoYear:
                CivilDate.IsoWeek(day, out int isoYear, out _);
                value = isoYear > 0 ? isoYear : isoYear - 1;
                return true;
            default: value = 0; return false;
        }
    }

    /// <summary>extract(field from a time).</summary>
    public static bool ExtractTime(TemporalField field, long time, out long value)
    {
        switch (field)
        {
            case TemporalField.Hour: value = time / Temporal.MicrosPerHour; return true;
            case TemporalField.Minute: value = time / Temporal.MicrosPerMinute % 60; return true;
            case TemporalField.Second or TemporalField.Millisecond or TemporalField.Microsecond:
                value = time % Temporal.MicrosPerMinute;
                return true;
            case TemporalField.Epoch: value = time; return true;
            default: value = 0; return false;
        }
    }

    /// <summary>extract(field from an interval).</summary>
    public static bool Extract(TemporalField field, IntervalValue span, out long value)
    {
        int years = span.Months / 12;
        switch (field)
        {
            case TemporalField.Day: value = span.Days; return true;
            case TemporalField.Month: value = span.Months % 12; return true;
            case TemporalField.Quarter: value = (span.Months % 12 / 3) + 1; return true;
            case TemporalField.Year: value = years; return true;
            case TemporalField.Decade: value = years / 10; return true;
            case TemporalField.Century: value = years / 100; return true;
            case TemporalField.Millennium: value = years / 1000; return true;
            case TemporalField.Epoch:
                // A year counts 365.25 days here, a month of the rest 30, as in PostgreSQL.
                long days = (years * 1461L * 6) + ((span.Months % 12 * 30L) + span.Days) * 24;
                var micros = ((Int128)days * Temporal.MicrosPerHour) + span.Micros;
                value = (long)micros;
                return value == micros;
            default: return ExtractTime(field, span.Micros, out value);
        }
    }

    /// <summary>The julian date with its fraction of a day.</summary>
    public static double Julian(long timestamp)
    {
        long day = Temporal.DayOf(timestamp);
        return day - Temporal.DateMin + ((timestamp - (day * Temporal.MicrosPerDay)) / (double)Temporal.MicrosPerDay);
    }

    /// <summary>date_trunc for a timestamp or local time; infinities stay. False if the field cannot truncate.</summary>
    public static bool Truncate(TemporalField field, long timestamp, out long result)
    {
        result = timestamp;
        if (!Temporal.IsFinite(timestamp))
        {
            return UnitOf(field) != 0 || field >= TemporalField.Week && field <= TemporalField.Millennium;
        }

        long unit = UnitOf(field);
        if (unit != 0)
        {
            long rest = timestamp % unit;
            result = timestamp - (rest < 0 ? rest + unit : rest);
            return true;
        }

        long day = Temporal.DayOf(timestamp);
        if (field == TemporalField.Week)
        {
            result = (day - CivilDate.IsoDayOfWeek(day) + 1) * Temporal.MicrosPerDay;
            return true;
        }

        CivilDate.FromDays(day, out int year, out int month, out _);
        switch (field)
        {
            case TemporalField.Month: break;
            case TemporalField.Quarter: month = ((month - 1) / 3 * 3) + 1; break;
            case TemporalField.Year: month = 1; break;
            case TemporalField.Decade:
                (year, month) = (year > 0 ? year / 10 * 10 : -((8 - (year - 1)) / 10 * 10), 1);
                break;
            case TemporalField.Century: (year, month) = (FirstYear(year, 100), 1); break;
            case TemporalField.Millennium: (year, month) = (FirstYear(year, 1000), 1); break;
            default: return false;
        }

        result = CivilDate.ToDays(year, month, 1) * Temporal.MicrosPerDay;
        return true;
    }

    /// <summary>date_trunc in a zone: the local time is cut, units of a day and more are found again in the zone.</summary>
    public static ValueStatus TruncateTz(TemporalField field, long utc, ZoneRules zone, out long result)
    {
        result = utc;
        if (!Temporal.IsFinite(utc))
        {
            return ValueStatus.Ok;
        }

        long offset = zone.OffsetSecondsAtUtc(utc) * Temporal.MicrosPerSecond;
        if (!Truncate(field, utc + offset, out long local))
        {
            return ValueStatus.InvalidText;
        }

        if (field <= TemporalField.Hour)
        {
            result = local - offset;
            return ValueStatus.Ok;
        }

        return Temporal.ToUtc(local, zone, out result);
    }

    public static bool Truncate(TemporalField field, IntervalValue span, out IntervalValue result)
    {
        long unit = UnitOf(field);
        if (unit != 0 && field != TemporalField.Day)
        {
            result = new IntervalValue(span.Months, span.Days, span.Micros / unit * unit);
            return true;
        }

        int months = field switch
        {
            TemporalField.Month => 1,
            TemporalField.Quarter => 3,
            TemporalField.Year => 12,
            TemporalField.Decade => 120,
            TemporalField.Century => 1200,
            TemporalField.Millennium => 12000,
            _ => 0,
        };
        result = field == TemporalField.Day ? new IntervalValue(span.Months, span.Days, 0)
            : months == 0 ? span : new IntervalValue(span.Months / months * months, 0, 0);
        return field == TemporalField.Day || months != 0;
    }

    /// <summary>
    /// date_bin(stride, source, origin): the start of source's bin of a fixed width that is aligned with origin. Also
    /// what TUMBLE and HOP floor by. A stride with months is refused (0A000), one not above 0 is 22008.
    /// </summary>
    public static ValueStatus Bin(IntervalValue stride, long timestamp, long origin, out long result)
    {
        result = timestamp;
        if (stride.Months != 0)
        {
            return ValueStatus.Refused;
        }

        var width = ((Int128)stride.Days * Temporal.MicrosPerDay) + stride.Micros;
        if (width <= 0 || width > long.MaxValue || !Temporal.IsFinite(origin))
        {
            return ValueStatus.DatetimeOverflow;
        }

        if (!Temporal.IsFinite(timestamp))
        {
            return ValueStatus.Ok;
        }

        var difference = (Int128)timestamp - origin;
        var rest = difference % width;
        var start = timestamp - (rest < 0 ? rest + width : rest);
        result = (long)start;
        return start >= Temporal.TimestampMin ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    /// <summary>The first year of a century or millennium; they start with a year 1.</summary>
    private static int FirstYear(int year, int span) => year > 0
        ? ((year + span - 1) / span * span) - span + 1 : -((span - 1 - (year - 1)) / span * span) + 1;

    private static long UnitOf(TemporalField field) => field switch
    {
        TemporalField.Microsecond => 1,
        TemporalField.Millisecond => 1000,
        TemporalField.Second => Temporal.MicrosPerSecond,
        TemporalField.Minute => Temporal.MicrosPerMinute,
        TemporalField.Hour => Temporal.MicrosPerHour,
        TemporalField.Day => Temporal.MicrosPerDay,
        _ => 0,
    };
}
