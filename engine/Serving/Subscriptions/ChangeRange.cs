using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Subscriptions;

/// <summary>
/// Changes(from, to] of a relation, consolidated: equal rows cancel, retractions come first. The result is a copy that
/// needs no pin. Costs O(rows) stamp comparisons and O(changes) memory.
/// </summary>
internal static class ChangeRange
{
    /// <summary>The rows as a subscription sends them, in vectors. The caller pins both ticks meanwhile.</summary>
    internal static Queue<OwnedBatch> Collect(
        Arrangement[] arrangements, int[] columns, IReadOnlyList<SqlType> sent, long from, long to, ulong hashSeed)
    {
        var result = new Queue<OwnedBatch>();
        using var arena = new Arena();
        var deltas = new List<Batch>();
        foreach (var arrangement in arrangements)
        {
            var changes = arrangement.Changes(from, to, columns);
            for (var batch = new Batch(); changes.Next(batch, arena); batch = new Batch())
            {
                deltas.Add(batch);
            }
        }

        if (deltas.Count == 0)
        {
            return result;
        }

        var net = new NetEffect([.. deltas], [.. Enumerable.Range(0, columns.Length)], hashSeed, arena);
        foreach (int group in net.Groups)
        {
            net.CancelIdentical(group);
        }

        BatchBuilder? into = null;
        Write(net, retractions: true, sent, to, ref into, result);
        Write(net, retractions: false, sent, to, ref into, result);
        if (into is { RowCount: > 0 })
        {
            result.Enqueue(into.Build());
        }

        return result;
    }

    private static void Write(
        NetEffect net, bool retractions, IReadOnlyList<SqlType> sent, long epoch, ref BatchBuilder? into, Queue<OwnedBatch> result)
    {
        foreach (int group in net.Groups)
        {
            for (int row = group; row >= 0; row = net.NextOf(row))
            {
                long weight = net.WeightOf(row);
                if (weight == 0 || weight < 0 != retractions)
                {
                    continue;
                }

                into ??= new BatchBuilder(sent);
                into[0].Append(epoch);
                into[1].AppendBit(false);
                into[2].Append(weight);
                var delta = net.DeltaOf(row);
                for (int i = 0; i < delta.ColumnCount; i++)
                {
                    into[SubscribeExecutable.OwnColumns + i].AppendFrom(in delta[i], net.RowOf(row));
                }

                into.EndRow();
                if (into.RowCount == Batch.RowsMax)
                {
                    result.Enqueue(into.Build());
                    into = null;
                }
            }
        }
    }
}
