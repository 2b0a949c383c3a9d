using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Ordering;

/// <summary>Top-N by its definition: sort each partition, cut the window out.</summary>
internal static class NaiveTopN
{
    internal static ZSet Run(
        ZSet input, int[] partition, IReadOnlyList<SortKey> order, int[] ties, long offset, long? limit, bool rowNumbers)
    {
        var keys = order.Select(k => (k.Column, k.Descending, k.NullsFirst)).Concat(ties.Select(c => (c, false, false))).ToList();
        var output = new ZSet();
        foreach (var rows in input.Expanded().GroupBy(r => r.Pick(partition)))
        {
            var sorted = rows.ToList();
            sorted.Sort((a, b) => DatumCompare.Compare(a, b, keys));
            for (int i = (int)offset; i < sorted.Count && (limit is null || i < offset + limit); i++)
            {
                output.Change(rowNumbers ? sorted[i].Concat(new Row(Datum.OfInt64(i + 1))) : sorted[i], 1);
            }
        }

        return output;
    }
}
