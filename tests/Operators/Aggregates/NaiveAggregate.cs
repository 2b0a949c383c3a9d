using System.Numerics;
using System.Text;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;
using Vectorized.Tests.Kernels;

namespace Vectorized.Tests.Operators.Aggregates;

/// <summary>Aggregates by their definition over all rows of a group, with integers of any size.</summary>
internal static class NaiveAggregate
{
    /// <summary>Rows equal in an aggregate's order are told apart by the stream's key, or as wholes.</summary>
    internal static List<Row> Run(
        ZSet input, int[] groupColumns, IReadOnlyList<AggregateCall> calls, bool emitEmpty, int[]? streamKey = null)
    {
        var groups = new Dictionary<Row, List<Row>>();
        foreach (var row in input.Expanded())
        {
            var key = row.Pick(groupColumns);
            (groups.TryGetValue(key, out var rows) ? rows : groups[key] = []).Add(row);
        }

        if (groupColumns.Length == 0 && emitEmpty && groups.Count == 0)
        {
            groups.Add(new Row(), []);
        }

        return [.. groups.Select(g => g.Key.Concat(new Row([.. calls.Select(c => Compute(c, g.Value, streamKey))])))];
    }

    private static Datum Compute(AggregateCall call, List<Row> all, int[]? key)
    {
        var rows = call.Filter < 0 ? all : all.Where(r => !r[call.Filter].IsNull && r[call.Filter].AsBoolean).ToList();
        if (call.Kind == AggregateKind.CountStar)
        {
            return Datum.OfInt64(rows.Count);
        }

        if (call.Kind is AggregateKind.PercentileCont or AggregateKind.PercentileDisc or AggregateKind.ApproxPercentile
            or AggregateKind.Mode)
        {
            return NaivePercentile.Compute(call, rows);
        }

        if (call.Kind is AggregateKind.JsonbAgg or AggregateKind.JsonbObjectAgg or AggregateKind.StringAgg or AggregateKind.ArrayAgg or AggregateKind.FirstValue or AggregateKind.LastValue)
        {
            return Ordered(call, rows, key);
        }

        var values = rows.Select(r => r[call.Argument]).Where(v => !v.IsNull).ToList();
        if (call.Distinct)
        {
            values = [.. values.Distinct()];
        }

        if (call.Kind == AggregateKind.Count)
        {
            return Datum.OfInt64(values.Count);
        }

        if (values.Count == 0)
        {
            return Datum.Null(call.ResultType);
        }

        return call.Kind switch
        {
            AggregateKind.Sum => Sum(call, values),
            AggregateKind.Avg => Average(call, values),
            AggregateKind.Min => values.Aggregate((a, b) => DatumCompare.CompareForms(b, a) < 0 ? b : a),
            AggregateKind.Max => values.Aggregate((a, b) => DatumCompare.CompareForms(b, a) > 0 ? b : a),
            AggregateKind.BoolAnd => Datum.OfBoolean(values.All(v => v.AsBoolean)),
            AggregateKind.BoolOr => Datum.OfBoolean(values.Any(v => v.AsBoolean)),
            AggregateKind.BitAnd => Datum.OfRaw(call.ResultType, values.Aggregate(-1L, (a, v) => a & v.AsInt64)),
            AggregateKind.BitOr => Datum.OfRaw(call.ResultType, values.Aggregate(0L, (a, v) => a | v.AsInt64)),
            AggregateKind.BitXor => Datum.OfRaw(call.ResultType, values.Aggregate(0L, (a, v) => a ^ v.AsInt64)),
            _ => Variance(call, values),
        };
    }

    private static Datum Sum(AggregateCall call, List<Datum> values)
    {
        if (values[0].Type.Id == TypeId.Float64)
        {
            return Datum.OfFloat64(FloatSum(values));
        }

        if (values[0].Type.NumericForm == NumericForm.Free)
        {
            decimal sum = values.Sum(v => (decimal)Dec(v));
            return Datum.OfRaw(call.ResultType, Free(sum));
        }

        return Datum.OfRaw(call.ResultType, (Int128)values.Aggregate(BigInteger.Zero, (a, v) => a + (BigInteger)v.Raw));
    }

    private static Datum Average(AggregateCall call, List<Datum> values)
    {
        if (values[0].Type.Id == TypeId.Float64)
        {
            return Datum.OfFloat64(FloatSum(values) / values.Count);
        }

        decimal sum = values[0].Type.NumericForm == NumericForm.Free
            ? values.Sum(Dec) : values.Sum(v => (decimal)(long)v.Raw) / (decimal)BigInteger.Pow(10, values[0].Type.Scale);
        return Datum.OfRaw(call.ResultType, FreeNumeric.FromBits(Free(sum / values.Count)).Canonical().Bits);
    }

    private static Datum Variance(AggregateCall call, List<Datum> values)
    {
        bool isSample = call.Kind is AggregateKind.VarSamp or AggregateKind.StddevSamp;
        if (isSample && values.Count < 2)
        {
            return Datum.Null(call.ResultType);
        }

        var numbers = values.Select(v => v.Type.Id == TypeId.Float64 ? v.AsFloat64 : (double)(long)v.Raw / Math.Pow(10, v.Type.Scale)).ToList();
        double mean = numbers.Average();
        double variance = numbers.Sum(x => (x - mean) * (x - mean)) / (isSample ? numbers.Count - 1 : numbers.Count);
        double result = call.Kind is AggregateKind.StddevPop or AggregateKind.StddevSamp ? Math.Sqrt(variance) : variance;
        return Datum.OfFloat64(result);
    }

    private static Datum Ordered(AggregateCall call, List<Row> rows, int[]? key)
    {
        IEnumerable<int> all = key ?? Enumerable.Range(0, rows.Count == 0 ? 0 : rows[0].Values.Length);
        var order = (call.OrderBy ?? []).Select(k => (k.Column, k.Descending, k.NullsFirst)).ToList();
        IEnumerable<int> ties = call.Distinct ? [call.Argument] : all;
        order.AddRange(ties.Select(c => (c, false, false)));
        var sorted = rows.Where(r => call.Kind != AggregateKind.StringAgg || !r[call.Argument].IsNull).ToList();
        sorted.Sort((a, b) => DatumCompare.Compare(a, b, order));
        if (call.Distinct)
        {
            sorted = [.. sorted.DistinctBy(r => r[call.Argument])];
        }

        if (sorted.Count == 0)
        {
            return Datum.Null(call.ResultType);
        }

        switch (call.Kind)
        {
            case AggregateKind.FirstValue:
                return sorted[0][call.Argument];
            case AggregateKind.LastValue:
                return sorted[^1][call.Argument];
            case AggregateKind.JsonbAgg:
                return Datum.OfText(SqlType.Jsonb, $"[{string.Join(", ", sorted.Select(r => Json(r[call.Argument])))}]");
            case AggregateKind.JsonbObjectAgg:
                var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
                sorted.ForEach(r => members[r[call.Argument].AsText.Replace("\"", "\\\"")] = Json(r[call.Argument2]));
                return Datum.OfText(SqlType.Jsonb, $"{{{string.Join(", ", members.Select(m => $"\"{m.Key}\": {m.Value}"))}}}");
            case AggregateKind.ArrayAgg:
                var builder = new PackedBuilder();
                sorted.ForEach(r => builder.Append(r[call.Argument]));
                return Datum.OfBytes(call.ResultType, builder.ToList());
            default:
                var text = new StringBuilder(sorted[0][call.Argument].AsText);
                foreach (var row in sorted.Skip(1))
                {
                    text.Append(call.Argument2 >= 0 && !row[call.Argument2].IsNull ? row[call.Argument2].AsText : "")
                        .Append(row[call.Argument].AsText);
                }

                return Datum.OfText(text.ToString());
        }
    }

    private static string Json(Datum value) => value.IsNull ? "null" : value.AsText;

    private static decimal Dec(Datum value) => decimal.Parse(FreeNumeric.FromBits(value.Raw).ToString(), System.Globalization.CultureInfo.InvariantCulture);

    private static Int128 Free(decimal value)
    {
        NumericText.TryParse(Encoding.UTF8.GetBytes(value.ToString(System.Globalization.CultureInfo.InvariantCulture)), out var result);
        return result.Bits;
    }

    private static double FloatSum(List<Datum> values)
    {
        var doubles = values.Select(v => v.AsFloat64).ToList();
        return doubles.Exists(d => !double.IsFinite(d)) ? doubles.Where(d => !double.IsFinite(d)).Sum() : ExactSum.Round(doubles);
    }
}
