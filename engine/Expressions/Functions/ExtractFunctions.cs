using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// extract(field, x) as numeric and date_part(field, x) as float8, of dates, times, timestamps and intervals. Fields of a
/// timestamptz are those of local time in the session's zone. Infinite inputs: fields that grow with time are infinite, the
/// others NULL, as in PostgreSQL.
/// </summary>
internal static class ExtractFunctions
{
    internal static void Register(FunctionFamily family)
    {
        foreach (var type in new[] { SqlType.Date, SqlType.Time, SqlType.Timestamp, SqlType.TimestampTz, SqlType.Interval })
        {
            var volatility = type.Id == TypeId.TimestampTz ? Volatility.Stable : Volatility.Immutable;
            family.Add("extract", [SqlType.Varchar, type], SqlType.Numeric, Extract, nullFree: false, volatility: volatility);
            family.Add("date_part", [SqlType.Varchar, type], SqlType.Float64, Extract, nullFree: false, volatility: volatility);
        }
    }

    private static void Extract(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var names = new TextColumn(arguments[0]);
        var field = TemporalField.None;
        ReadOnlySpan<byte> last = default;
        int scale = 0;
        bool asFloat = result.Type.Id == TypeId.Float64;
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (field == TemporalField.None || !(names.IsConstant || names[row].SequenceEqual(last)))
            {
                last = names[row];
                field = Parse(last, arguments[1].Type);
                scale = arguments[1].Type.Id == TypeId.Date ? 0 : TemporalFields.ScaleOf(field);
            }

            long value;
            int infinite;
            bool known = arguments[1].Type.Id switch
            {
                TypeId.Date => OfDate(field, arguments[1].Value<int>(row), out value, out infinite),
                TypeId.Time => OfTime(field, arguments[1].Value<long>(row), out value, out infinite),
                TypeId.Interval => OfInterval(field, arguments[1].Value<IntervalValue>(row), out value, out infinite),
                TypeId.Timestamp => OfTimestamp(field, arguments[1].Value<long>(row), out value, out infinite),
                _ => OfInstant(field, arguments[1].Value<long>(row), context.Session.TimeZone, out value, out infinite),
            };
            if (!known)
            {
                Bitmap.Clear(result.Validity, row);
            }
            else if (asFloat)
            {
                result.Values<double>()[row] = infinite != 0
                    ? infinite * double.PositiveInfinity
                    : field == TemporalField.Julian && arguments[1].Type.Id is TypeId.Timestamp or TypeId.TimestampTz
                        ? Julian(arguments[1], row, context)
                        : NumericForms.ToFloat64(value, scale);
            }
            else
            {
                result.Values<FreeNumeric>()[row] = infinite > 0 ? FreeNumeric.PositiveInfinity
                    : infinite < 0 ? FreeNumeric.NegativeInfinity
                    : field == TemporalField.Julian && arguments[1].Type.Id is TypeId.Timestamp or TypeId.TimestampTz
                        ? JulianNumeric(arguments[1], row, context)
                        : FreeNumeric.FromInt64(value, scale);
            }
        }
    }

    private static TemporalField Parse(ReadOnlySpan<byte> name, SqlType type)
    {
        string text = Encoding.UTF8.GetString(name).ToLowerInvariant();
        var field = TemporalFields.Parse(text);
        if (field == TemporalField.None)
        {
            throw new SqlException(SqlState.InvalidParameterValue, $"unit \"{text}\" not recognized for type {type}");
        }

        bool isZone = field is TemporalField.Timezone or TemporalField.TimezoneHour or TemporalField.TimezoneMinute;
        bool ofTime = field is TemporalField.Hour or TemporalField.Minute or TemporalField.Second or TemporalField.Millisecond
            or TemporalField.Microsecond or TemporalField.Epoch;
        bool supported = type.Id switch
        {
            TypeId.TimestampTz => true,
            TypeId.Time => ofTime,
            TypeId.Date => !isZone && (!ofTime || field == TemporalField.Epoch),
            TypeId.Interval => ofTime || field is TemporalField.Day or TemporalField.Month or TemporalField.Quarter
                or TemporalField.Year or TemporalField.Decade or TemporalField.Century or TemporalField.Millennium,
            _ => !isZone,
        };
        return supported ? field
            : throw new SqlException(SqlState.FeatureNotSupported, $"unit \"{text}\" not supported for type {type}");
    }

    private static bool OfDate(TemporalField field, int date, out long value, out int infinite)
    {
        value = 0;
        infinite = 0;
        if (!Temporal.IsFinite(date))
        {
            return OfInfinity(field, date > 0, out infinite);
        }

        bool known = TemporalFields.ExtractDate(field, date, out value);
        value = field == TemporalField.Epoch ? value / Temporal.MicrosPerSecond : value;
        return known;
    }

    private static bool OfTime(TemporalField field, long time, out long value, out int infinite)
    {
        infinite = 0;
        return TemporalFields.ExtractTime(field, time, out value);
    }

    private static bool OfInterval(TemporalField field, IntervalValue span, out long value, out int infinite)
    {
        infinite = 0;
        return TemporalFields.Extract(field, span, out value)
            ? true : throw ValueErrors.Operation(ValueStatus.OutOfRange, SqlType.Numeric);
    }

    private static bool OfTimestamp(TemporalField field, long timestamp, out long value, out int infinite)
    {
        value = 0;
        infinite = 0;
        if (!Temporal.IsFinite(timestamp))
        {
            return OfInfinity(field, timestamp > 0, out infinite);
        }

        return TemporalFields.Extract(field, timestamp, out value);
    }

    private static bool OfInstant(TemporalField field, long utc, ZoneRules zone, out long value, out int infinite)
    {
        if (!Temporal.IsFinite(utc) || field == TemporalField.Epoch)
        {
            return OfTimestamp(field, utc, out value, out infinite);
        }

        infinite = 0;
        int offset = zone.OffsetSecondsAtUtc(utc);
        switch (field)
        {
            case TemporalField.Timezone: value = offset; return true;
            case TemporalField.TimezoneHour: value = offset / 3600; return true;
            case TemporalField.TimezoneMinute: value = offset / 60 % 60; return true;
            default: return TemporalFields.Extract(field, utc + (offset * Temporal.MicrosPerSecond), out value);
        }
    }

    private static bool OfInfinity(TemporalField field, bool positive, out int infinite)
    {
        infinite = positive ? 1 : -1;
        return field is TemporalField.Year or TemporalField.Decade or TemporalField.Century or TemporalField.Millennium
            or TemporalField.Julian or TemporalField.IsoYear or TemporalField.Epoch;
    }

    private static double Julian(in Vector timestamps, int row, EvaluationContext context) =>
        TemporalFields.Julian(Local(timestamps, row, context));

    private static FreeNumeric JulianNumeric(in Vector timestamps, int row, EvaluationContext context)
    {
        long local = Local(timestamps, row, context);
        long day = Temporal.DayOf(local);
        Numerics.Divide(
            FreeNumeric.FromInt64(local - (day * Temporal.MicrosPerDay)), FreeNumeric.FromInt64(Temporal.MicrosPerDay), out var fraction);
        Numerics.Add(FreeNumeric.FromInt64(day - Temporal.DateMin), fraction, out var result);
        return result;
    }

    private static long Local(in Vector timestamps, int row, EvaluationContext context)
    {
        long value = timestamps.Value<long>(row);
        return timestamps.Type.Id == TypeId.TimestampTz
            ? value + (context.Session.TimeZone.OffsetSecondsAtUtc(value) * Temporal.MicrosPerSecond) : value;
    }
}
