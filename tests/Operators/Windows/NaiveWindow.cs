using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;
using Vectorized.Tests.Operators.Aggregates;

namespace Vectorized.Tests.Operators.Windows;

/// <summary>Window functions by their definition: sort each partition, look at every row's frame as a list.</summary>
internal static class NaiveWindow
{
    internal static ZSet Run(ZSet input, WindowNode node, int[] ties, (int Call, int Last)? limit = null)
    {
        var order = node.Order.Select(k => (k.Column, k.Descending, k.NullsFirst)).ToList();
        var full = order.Concat(ties.Select(c => (c, false, false))).ToList();
        var output = new ZSet();
        foreach (var partition in input.Expanded().GroupBy(r => r.Pick(node.PartitionColumns)))
        {
            var rows = partition.ToList();
            rows.Sort((a, b) => DatumCompare.Compare(a, b, full));
            var group = new int[rows.Count];
            for (int i = 1; i < rows.Count; i++)
            {
                group[i] = group[i - 1] + (DatumCompare.Compare(rows[i], rows[i - 1], order) == 0 ? 0 : 1);
            }

            for (int i = 0; i < rows.Count; i++)
            {
                int row = i;
                var results = new Row([.. node.Calls.Select(c => Compute(c, node, rows, group, row))]);
                output.Change(rows[i].Concat(results), limit is { } top && results[top.Call].AsInt64 > top.Last ? 0 : 1);
            }
        }

        return output;
    }

    private static Datum Compute(WindowCall call, WindowNode node, List<Row> rows, int[] group, int i)
    {
        int first = Array.IndexOf(group, group[i]);
        int last = Array.LastIndexOf(group, group[i]);
        switch (call.Kind)
        {
            case WindowFunctionKind.RowNumber:
                return Datum.OfInt64(i + 1);
            case WindowFunctionKind.Rank:
                return Datum.OfInt64(first + 1);
            case WindowFunctionKind.DenseRank:
                return Datum.OfInt64(group[i] + 1);
            case WindowFunctionKind.PercentRank:
                return Datum.OfFloat64(rows.Count > 1 ? (double)first / (rows.Count - 1) : 0);
            case WindowFunctionKind.CumeDist:
                return Datum.OfFloat64((double)(last + 1) / rows.Count);
            case WindowFunctionKind.Ntile:
                return Datum.OfInt32(Bucket(rows.Count, (int)call.Count!.Value, i));
            case WindowFunctionKind.Lag or WindowFunctionKind.Lead:
                return Offset(call, rows, i);
        }

        var frame = Enumerable.Range(0, rows.Count).Where(j => Holds(call.Frame, node, rows, group, i, j)).ToList();
        return call.Kind switch
        {
            WindowFunctionKind.FirstValue => Value(call, rows, frame, 0),
            WindowFunctionKind.LastValue => Value(call, rows, frame, -1),
            WindowFunctionKind.NthValue => Value(call, rows, frame, (int)call.Count!.Value - 1),
            _ => Aggregate(call, [.. frame.Select(j => rows[j])]),
        };
    }

    /// <summary>Fills the buckets one by one.</summary>
    private static int Bucket(int count, int buckets, int i)
    {
        int bucket = 1;
        int left = (count + buckets - 1) / buckets;
        int rest = count;
        for (int row = 0; row < i; row++)
        {
            rest--;
            if (--left == 0)
            {
                left = (rest + buckets - bucket - 1) / Math.Max(1, buckets - bucket);
                bucket++;
            }
        }

        return bucket;
    }

    private static Datum Offset(WindowCall call, List<Row> rows, int i)
    {
        var offset = call.Argument2 < 0 ? Datum.OfInt64(call.Count!.Value) : rows[i][call.Argument2];
        if (offset.IsNull)
        {
            return Datum.Null(call.ResultType);
        }

        long at = call.Kind == WindowFunctionKind.Lag ? i - offset.AsInt64 : i + offset.AsInt64;
        return at >= 0 && at < rows.Count ? rows[(int)at][call.Argument]
            : call.Default < 0 ? Datum.Null(call.ResultType) : rows[i][call.Default];
    }

    private static bool Holds(WindowFrame frame, WindowNode node, List<Row> rows, int[] group, int i, int j)
    {
        bool isExcluded = frame.Exclusion switch
        {
            FrameExclusion.CurrentRow => i == j,
            FrameExclusion.Group => group[i] == group[j],
            FrameExclusion.Ties => group[i] == group[j] && i != j,
            _ => false,
        };
        bool startsBefore = frame.Start.Unit switch
        {
            FrameBoundUnit.Unbounded => true,
            FrameBoundUnit.Rows => j >= i + frame.Start.Distance,
            FrameBoundUnit.Groups => group[j] >= group[i] + frame.Start.Distance,
            _ => Compare(node, rows[j][frame.OrderColumn], rows[i][frame.Start.Column]) >= 0,
        };
        bool endsBehind = frame.End.Unit switch
        {
            FrameBoundUnit.Unbounded => true,
            FrameBoundUnit.Rows => j <= i + frame.End.Distance,
            FrameBoundUnit.Groups => group[j] <= group[i] + frame.End.Distance,
            _ => Compare(node, rows[j][frame.OrderColumn], rows[i][frame.End.Column]) <= 0,
        };
        return startsBefore && endsBehind && !isExcluded;
    }

    private static int Compare(WindowNode node, Datum a, Datum b)
    {
        var key = node.Order[0];
        return DatumCompare.Compare(new Row(a), new Row(b), [(0, key.Descending, key.NullsFirst)]);
    }

    private static Datum Value(WindowCall call, List<Row> rows, List<int> frame, int place)
    {
        var values = frame.Select(j => rows[j][call.Argument]).Where(v => !call.IgnoreNulls || !v.IsNull).ToList();
        place = place < 0 ? values.Count - 1 : place;
        return place >= 0 && place < values.Count ? values[place] : Datum.Null(call.ResultType);
    }

    private static Datum Aggregate(WindowCall call, List<Row> rows)
    {
        if (call.Aggregate is not (AggregateKind.StringAgg or AggregateKind.ArrayAgg))
        {
            var content = new ZSet();
            rows.ForEach(r => content.Change(r, 1));
            var plain = new AggregateCall(call.Aggregate, call.Argument, call.ArgumentType, call.ResultType, Filter: call.Filter);
            return NaiveAggregate.Run(content, [], [plain], true)[0][0];
        }

        rows = [.. rows.Where(r => call.Filter < 0 || (!r[call.Filter].IsNull && r[call.Filter].AsBoolean))];
        if (call.Aggregate == AggregateKind.ArrayAgg)
        {
            var list = new PackedBuilder();
            rows.ForEach(r => list.Append(r[call.Argument]));
            return rows.Count == 0 ? Datum.Null(call.ResultType) : Datum.OfBytes(call.ResultType, list.ToList());
        }

        rows = [.. rows.Where(r => !r[call.Argument].IsNull)];
        string text = "";
        for (int i = 0; i < rows.Count; i++)
        {
            text += (i > 0 && !rows[i][call.Argument2].IsNull ? Text(rows[i][call.Argument2]) : "") + Text(rows[i][call.Argument]);
        }

        return rows.Count == 0 ? Datum.Null(call.ResultType) : Datum.OfText(call.ResultType, text);
    }

    private static string Text(Datum value) => System.Text.Encoding.UTF8.GetString(value.AsSpan);
}
