using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>to_char of dates, times, intervals and numbers; to_date and to_timestamp by a template.</summary>
internal static class FormatFunctions
{
    internal static void Register(FunctionFamily family)
    {
        foreach (var type in new[] { SqlType.Timestamp, SqlType.TimestampTz, SqlType.Interval, SqlType.Date, SqlType.Time })
        {
            family.Add(
                "to_char", [type, SqlType.Varchar], SqlType.Varchar, FormatDates, nullFree: false,
                volatility: type.Id == TypeId.TimestampTz ? Volatility.Stable : Volatility.Immutable);
        }

        foreach (var type in new[] { SqlType.Int32, SqlType.Int64, SqlType.Float32, SqlType.Float64, SqlType.Numeric })
        {
            family.AddTyped("to_char", [type, SqlType.Varchar], _ => SqlType.Varchar, FormatNumbers);
        }

        family.Add("to_date", [SqlType.Varchar, SqlType.Varchar], SqlType.Date, ReadDates);
        family.Add(
            "to_timestamp", [SqlType.Varchar, SqlType.Varchar], SqlType.TimestampTz, ReadTimestamps, volatility: Volatility.Stable);
    }

    private static void FormatDates(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var templates = new TextColumn(arguments[1]);
        DateTemplate? template = null;
        ReadOnlySpan<byte> last = default;
        Span<byte> scratch = stackalloc byte[128];
        var sink = new TextSink(scratch);
        bool isLocal = arguments[0].Type.Id == TypeId.Timestamp;
        // The last text serves all timestamps in [shownFrom, shownTo): those that differ in nothing the template shows.
        var shown = default(StringView);
        long shownFrom = 0;
        long shownTo = 0;
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                if (template is null || !(templates.IsConstant || templates[row].SequenceEqual(last)))
                {
                    last = templates[row];
                    template = DateTemplate.Parse(last);
                    shownTo = shownFrom;
                }

                if (isLocal && arguments[0].Value<long>(row) is var time && time >= shownFrom && time < shownTo)
                {
                    result.Views[row] = shown;
                    continue;
                }

                if (last.IsEmpty && templates[row].IsEmpty || !TryFields(arguments[0], row, context.Session.TimeZone, out var fields))
                {
                    Bitmap.Clear(result.Validity, row);
                    continue;
                }

                sink.Clear();
                DateFormatter.Append(template, fields, ref sink);
                shown = context.Arena.AddString(sink.Written);
                result.Views[row] = shown;
                if (isLocal)
                {
                    shownFrom = WindowStart(arguments[0].Value<long>(row), template.GrainMicros);
                    shownTo = shownFrom + template.GrainMicros;
                }
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static long WindowStart(long time, long grain)
    {
        long past = time % grain;
        return time - (past < 0 ? past + grain : past);
    }

    /// <summary>False for infinities, which no template shows.</summary>
    private static bool TryFields(in Vector vector, int row, ZoneRules zone, out DateFields fields)
    {
        fields = default;
        switch (vector.Type.Id)
        {
            case TypeId.Interval:
                fields = DateFields.OfInterval(vector.Value<IntervalValue>(row));
                return true;
            case TypeId.Time:
                fields = DateFields.OfTime(vector.Value<long>(row));
                fields.IsInterval = true;
                return true;
            case TypeId.Date:
                int date = vector.Value<int>(row);
                if (Temporal.IsFinite(date))
                {
                    fields = DateFields.OfTimestamp(0);
                    fields.Date = date;
                    CivilDate.FromDays(date, out fields.Year, out fields.Month, out fields.Day);
                }

                return Temporal.IsFinite(date);
            default:
                long value = vector.Value<long>(row);
                if (!Temporal.IsFinite(value))
                {
                    return false;
                }

                int offset = vector.Type.Id == TypeId.TimestampTz ? zone.OffsetSecondsAtUtc(value) : 0;
                fields = DateFields.OfTimestamp(value + (offset * Temporal.MicrosPerSecond));
                fields.Offset = offset;
                fields.ZoneName = vector.Type.Id == TypeId.TimestampTz ? zone.Name : "";
                return true;
        }
    }

    private static void FormatNumbers(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var templates = new TextColumn(arguments[1]);
        NumberTemplate? template = null;
        ReadOnlySpan<byte> last = default;
        Span<byte> scratch = stackalloc byte[128];
        var sink = new TextSink(scratch);
        var digits = new TextSink(128);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                if (template is null || !(templates.IsConstant || templates[row].SequenceEqual(last)))
                {
                    last = templates[row];
                    template = NumberTemplate.Parse(last);
                }

                digits.Clear();
                sink.Clear();
                AppendDigits(arguments[0], row, template.Decimals, ref digits);
                template.Append(digits.Written, ref sink);
                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
            digits.Dispose();
        }
    }

    /// <summary>The number in plain notation, rounded to a number of decimals.</summary>
    private static void AppendDigits(in Vector vector, int row, int decimals, ref TextSink sink)
    {
        FreeNumeric value;
        switch (vector.Type.Id)
        {
            case TypeId.Int32: value = FreeNumeric.FromInt64(vector.Value<int>(row)); break;
            case TypeId.Int64: value = FreeNumeric.FromInt64(vector.Value<long>(row)); break;
            case TypeId.Float32 or TypeId.Float64:
                double real = vector.Type.Id == TypeId.Float32 ? vector.Value<float>(row) : vector.Value<double>(row);
                var status = vector.Type.Id == TypeId.Float32
                    ? NumericForms.FromFloat32((float)real, out value) : NumericForms.FromFloat64(real, out value);
                if (status != ValueStatus.Ok)
                {
                    ValueErrors.ThrowOperation(status, SqlType.Numeric);
                }

                break;
            default:
                if (vector.Type.NumericForm == NumericForm.Free)
                {
                    value = vector.Value<FreeNumeric>(row);
                }
                else if (NumericForms.ToFree(NumericScale.Raw(vector, row), vector.Type.Scale, out value) is not ValueStatus.Ok and var e)
                {
                    throw ValueErrors.Operation(e, SqlType.Numeric);
                }

                break;
        }

        if (value.IsFinite)
        {
            Numerics.Round(value, decimals, out value);
        }

        NumericText.Append(value, ref sink);
    }

    private static void ReadDates(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            long local = Read(arguments, row, out _);
            result.Values<int>()[row] = Temporal.ToDate(local);
        }
    }

    private static void ReadTimestamps(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            long local = Read(arguments, row, out int? offset);
            long utc = local - ((offset ?? 0) * Temporal.MicrosPerSecond);
            if (offset is null && Temporal.ToUtc(local, context.Session.TimeZone, out utc) != ValueStatus.Ok)
            {
                throw new SqlException(SqlState.DatetimeFieldOverflow, "timestamp out of range");
            }

            result.Values<long>()[row] = utc;
        }
    }

    private static long Read(ReadOnlySpan<Vector> arguments, int row, out int? offset) =>
        DateReader.Read(DateTemplate.Parse(arguments[1].Bytes(row)), arguments[0].Bytes(row), out offset);
}
