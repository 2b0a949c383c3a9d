using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>AT TIME ZONE: timezone(zone, x), the zone by name or as an interval from UTC.</summary>
internal static class ZoneFunctions
{
    internal static void Register(FunctionFamily family)
    {
        family.Add("timezone", [SqlType.Varchar, SqlType.Timestamp], SqlType.TimestampTz, Convert);
        family.Add("timezone", [SqlType.Varchar, SqlType.TimestampTz], SqlType.Timestamp, Convert);
        family.Add("timezone", [SqlType.Interval, SqlType.Timestamp], SqlType.TimestampTz, Shift);
        family.Add("timezone", [SqlType.Interval, SqlType.TimestampTz], SqlType.Timestamp, Shift);
    }

    internal static ZoneRules Find(ReadOnlySpan<byte> name) => ZoneRules.Find(name) ?? throw new SqlException(
        SqlState.InvalidParameterValue, $"time zone \"{Encoding.UTF8.GetString(name)}\" not recognized");

    private static void Convert(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var names = new TextColumn(arguments[0]);
        var values = new FixedColumn<long>(arguments[1]);
        bool toUtc = result.Type.Id == TypeId.TimestampTz;
        var output = result.Values<long>();
        ZoneRules? zone = null;
        ReadOnlySpan<byte> last = default;
        foreach (int row in context.Active.Rows(rowCount))
        {
            if (zone is null || !(names.IsConstant || names[row].SequenceEqual(last)))
            {
                last = names[row];
                zone = Find(last);
            }

            var status = toUtc
                ? Temporal.ToUtc(values[row], zone, out output[row]) : Temporal.ToLocal(values[row], zone, out output[row]);
            if (status != ValueStatus.Ok)
            {
                throw new SqlException(SqlState.DatetimeFieldOverflow, "timestamp out of range");
            }
        }
    }

    private static void Shift(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var values = new FixedColumn<long>(arguments[1]);
        bool toUtc = result.Type.Id == TypeId.TimestampTz;
        foreach (int row in context.Active.Rows(rowCount))
        {
            var span = arguments[0].Value<IntervalValue>(row);
            if (span.Months != 0 || span.Days != 0)
            {
                throw new SqlException(
                    SqlState.InvalidParameterValue, $"interval time zone \"{span}\" must not include months or days");
            }

            long value = values[row];
            long moved = toUtc ? value - span.Micros : value + span.Micros;
            result.Values<long>()[row] = Temporal.IsFinite(value) ? moved : value;
            if (Temporal.IsFinite(value) && !Temporal.InRange(moved))
            {
                throw new SqlException(SqlState.DatetimeFieldOverflow, "timestamp out of range");
            }
        }
    }
}
