using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators;

/// <summary>
/// The net of a tick's deltas, in which no row is both retracted and inserted: by key at most one row each, or, without a
/// key, a weight a row. Batches without weights cannot cancel and stay as they are. O(rows).
/// </summary>
internal sealed class NetDeltas(OperatorContext context, string name, IReadOnlyList<int>? key, int columnCount)
{
    private readonly int[] _keyColumns = [.. key ?? Enumerable.Range(0, columnCount)];

    /// <summary>Adds what is left of the deltas to <paramref name="net"/>.</summary>
    internal void Net(List<Batch> deltas, List<Batch> net)
    {
        if (deltas.TrueForAll(d => !d.HasWeights))
        {
            net.AddRange(deltas);
            return;
        }

        var scratch = context.Scratch;
        var effect = new NetEffect(CollectionsMarshal.AsSpan(deltas), _keyColumns, context.HashSeed, scratch);
        if (effect.RowCount == 0)
        {
            return;
        }

        // What is left of each batch's rows: its numbers and weights, by batch.
        var weights = scratch.AllocateZeroed<long>(effect.RowCount);
        foreach (int group in effect.Groups)
        {
            if (key is null)
            {
                weights[group] = effect.SumOf(group);
                continue;
            }

            if (!effect.Resolve(group, out int retracted, out int inserted))
            {
                throw new SqlException(SqlState.InternalError, $"\"{name}\": a tick leaves several rows under one key");
            }

            if (retracted >= 0)
            {
                weights[retracted] = -1;
            }

            if (inserted >= 0)
            {
                weights[inserted] = 1;
            }
        }

        int first = 0;
        foreach (var batch in deltas)
        {
            Add(batch, weights.Slice(first, batch.RowCount), net);
            first += batch.RowCount;
        }
    }

    private void Add(Batch batch, ReadOnlySpan<long> weights, List<Batch> net)
    {
        var rows = context.Scratch.Allocate<int>(batch.RowCount);
        var kept = context.Scratch.Allocate<long>(batch.RowCount);
        int count = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            if (weights[row] != 0)
            {
                rows[count] = row;
                kept[count++] = weights[row];
            }
        }

        if (count > 0)
        {
            var left = LateTake.Take(batch, rows[..count], context);
            left.SetWeights(kept[..count]);
            net.Add(left);
        }
    }
}
