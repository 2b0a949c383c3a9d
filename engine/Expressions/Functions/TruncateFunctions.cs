using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// date_trunc, date_bin and tumble_start. The last is what TUMBLE projects: the start of the window of a fixed size that
/// holds an instant, a floor division of microseconds.
/// </summary>
internal static class TruncateFunctions
{
    internal static void Register(FunctionFamily family)
    {
        family.Add("date_trunc", [SqlType.Varchar, SqlType.Timestamp], SqlType.Timestamp, TruncateTimestamp);
        family.Add(
            "date_trunc", [SqlType.Varchar, SqlType.TimestampTz], SqlType.TimestampTz, TruncateInstant, volatility: Volatility.Stable);
        family.Add("date_trunc", [SqlType.Varchar, SqlType.TimestampTz, SqlType.Varchar], SqlType.TimestampTz, TruncateInstant);
        family.Add("date_trunc", [SqlType.Varchar, SqlType.Interval], SqlType.Interval, TruncateInterval);
        foreach (var type in new[] { SqlType.Timestamp, SqlType.TimestampTz })
        {
            family.Add("date_bin", [SqlType.Interval, type, type], type, Bin);
            family.Add("tumble_start", [type, SqlType.Interval], type, TumbleStart);
            family.Add("tumble_start", [type, SqlType.Interval, SqlType.Interval], type, TumbleStart);
        }

        family.Add("tumble_start", [SqlType.Date, SqlType.Interval], SqlType.Timestamp, TumbleStart);
        family.Add("tumble_start", [SqlType.Date, SqlType.Interval, SqlType.Interval], SqlType.Timestamp, TumbleStart);
    }

    private static TemporalField Parse(ReadOnlySpan<byte> name, SqlType type)
    {
        string text = Encoding.UTF8.GetString(name).ToLowerInvariant();
        var field = TemporalFields.Parse(text);
        return field switch
        {
            TemporalField.None or TemporalField.Epoch => throw new SqlException(
                SqlState.InvalidParameterValue, $"unit \"{text}\" not recognized for type {type}"),
            > TemporalField.Millennium => throw new SqlException(
                SqlState.FeatureNotSupported, $"unit \"{text}\" not supported for type {type}"),
            TemporalField.Week when type.Id == TypeId.Interval => throw new SqlException(
                SqlState.FeatureNotSupported, $"unit \"{text}\" not supported for type {type}",
                detail: "Months usually have fractional weeks."),
            _ => field,
        };
    }

    private static void TruncateTimestamp(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var names = new TextColumn(arguments[0]);
        var field = TemporalField.None;
        var output = result.Values<long>();
        var values = new FixedColumn<long>(arguments[1]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            field = field == TemporalField.None || !names.IsConstant ? Parse(names[row], arguments[1].Type) : field;
            TemporalFields.Truncate(field, values[row], out output[row]);
        }
    }

    private static void TruncateInstant(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var names = new TextColumn(arguments[0]);
        var field = TemporalField.None;
        var output = result.Values<long>();
        var values = new FixedColumn<long>(arguments[1]);
        var zone = context.Session.TimeZone;
        foreach (int row in context.Active.Rows(rowCount))
        {
            field = field == TemporalField.None || !names.IsConstant ? Parse(names[row], arguments[1].Type) : field;
            if (arguments.Length > 2)
            {
                zone = ZoneFunctions.Find(arguments[2].Bytes(row));
            }

            var status = TemporalFields.TruncateTz(field, values[row], zone, out output[row]);
            if (status != ValueStatus.Ok)
            {
                throw new SqlException(SqlState.DatetimeFieldOverflow, "timestamp out of range");
            }
        }
    }

    private static void TruncateInterval(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var names = new TextColumn(arguments[0]);
        var output = result.Values<IntervalValue>();
        foreach (int row in context.Active.Rows(rowCount))
        {
            TemporalFields.Truncate(Parse(names[row], SqlType.Interval), arguments[1].Value<IntervalValue>(row), out output[row]);
        }
    }

    private static void Bin(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var output = result.Values<long>();
        foreach (int row in context.Active.Rows(rowCount))
        {
            var stride = arguments[0].Value<IntervalValue>(row);
            var status = TemporalFields.Bin(stride, arguments[1].Value<long>(row), arguments[2].Value<long>(row), out output[row]);
            if (status == ValueStatus.Refused)
            {
                throw new SqlException(
                    SqlState.FeatureNotSupported, "timestamps cannot be binned into intervals containing months or years");
            }

            if (status != ValueStatus.Ok)
            {
                throw new SqlException(
                    SqlState.DatetimeFieldOverflow,
                    stride.Days * (Int128)Temporal.MicrosPerDay + stride.Micros <= 0
                        ? "stride must be greater than zero" : "origin out of range");
            }
        }
    }

    private static void TumbleStart(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var sizes = new FixedColumn<IntervalValue>(arguments[1]);
        bool isDate = arguments[0].Type.Id == TypeId.Date;
        bool hasOffset = arguments.Length > 2;
        var output = result.Values<long>();
        if (!isDate && sizes.IsConstant && (!hasOffset || arguments[2].Encoding == VectorEncoding.Constant))
        {
            long offset = hasOffset ? Micros(arguments[2].Value<IntervalValue>(0), mayBeZero: true) : 0;
            FloorKernel.Floor(arguments[0], Micros(sizes[0], mayBeZero: false), offset, rowCount, ref result);
            return;
        }

        foreach (int row in context.Active.Rows(rowCount))
        {
            long size = Micros(sizes[row], mayBeZero: false);
            long offset = hasOffset ? Micros(arguments[2].Value<IntervalValue>(row), mayBeZero: true) : 0;
            long instant;
            if (!isDate)
            {
                instant = arguments[0].Value<long>(row);
            }
            else if (Temporal.ToTimestamp(arguments[0].Value<int>(row), out instant) is not ValueStatus.Ok and var status)
            {
                throw ValueErrors.Operation(status, SqlType.Timestamp);
            }

            output[row] = FloorKernel.Floor(instant, size, offset);
        }
    }

    /// <summary>A window's length: days count 24 hours, months have none.</summary>
    private static long Micros(IntervalValue span, bool mayBeZero)
    {
        var micros = (span.Days * (Int128)Temporal.MicrosPerDay) + span.Micros;
        if (span.Months != 0 || micros > long.MaxValue || (mayBeZero ? micros < long.MinValue : micros <= 0))
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, $"invalid window size {span}",
                hint: "A window's size is a positive interval without months or years.");
        }

        return (long)micros;
    }
}
