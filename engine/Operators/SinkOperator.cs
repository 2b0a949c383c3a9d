using System.Runtime.InteropServices;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Where a sink's changes leave the dataflow: at a tick's end the net of its deltas, d(sink A) = net dA, in memory of its
/// own until it is taken. Retractions come before insertions, each in the order of the stream's key (of a bag: of the
/// whole row), so that whoever writes them by another key gets the same however many parts there are; a row that counts
/// n times comes n times. Forms: discard, insertions only, changes. No state between ticks but what waits. O(n log n).
/// </summary>
internal sealed class SinkOperator : Operator
{
    private readonly SinkNode _node;
    private readonly SqlType[] _types;
    private readonly int[] _keyColumns;
    private readonly NormalizedKeyEncoder _encoder;
    private readonly NormalizedKeys _keys = new();
    private readonly List<Batch> _deltas = [];
    private readonly Queue<OwnedBatch> _waiting = new();

    internal SinkOperator(OperatorContext context, SinkNode node) : base(context, 1)
    {
        _node = node;
        _types = [.. node.Columns.Select(c => c.Type)];
        _keyColumns = [.. node.Properties.Key ?? Enumerable.Range(0, _types.Length)];
        _encoder = new NormalizedKeyEncoder(
            _types,
            [.. _keyColumns.Where(c => _types[c].Id is not (TypeId.List or TypeId.Struct or TypeId.Map))
                .Select(c => new SortKey(c, Descending: false, NullsFirst: false))]);
    }

    public override string Form => _node.Discards ? "discard" : _node.InsertsOnly ? "insertions only" : "changes";

    internal bool HasRows => _waiting.Count > 0;

    internal OwnedBatch Take() => _waiting.Dequeue();

    public override void Push(int input, Batch batch)
    {
        if (!_node.Discards)
        {
            _deltas.Add(Context.Keep(batch));
        }
    }

    public override void Drop()
    {
        _keys.Dispose();
        while (_waiting.TryDequeue(out var batch))
        {
            batch.Dispose();
        }
    }

    protected override void FinishTick()
    {
        if (_deltas.Count == 0)
        {
            return;
        }

        var net = Net();
        _deltas.Clear();
        if (net.Batch.RowCount == 0)
        {
            net.Dispose();
            return;
        }

        _waiting.Enqueue(Sorted(net));
    }

    /// <summary>What is left of the tick's rows, with weights of +1 and -1.</summary>
    private OwnedBatch Net()
    {
        var deltas = CollectionsMarshal.AsSpan(_deltas);
        var rows = new BatchBuilder(_types);
        if (_deltas.TrueForAll(d => !d.HasWeights))
        {
            foreach (var batch in deltas)
            {
                for (int row = 0; row < batch.RowCount; row++)
                {
                    Add(rows, batch, row, 1);
                }
            }

            return rows.Build();
        }

        var effect = new NetEffect(deltas, _keyColumns, Context.HashSeed, Context.Scratch);
        foreach (int group in effect.Groups)
        {
            if (_node.Properties.Key is null)
            {
                Add(rows, effect.DeltaOf(group), effect.RowOf(group), effect.SumOf(group));
                continue;
            }

            if (!effect.Resolve(group, out int retracted, out int inserted))
            {
                throw new SqlException(
                    SqlState.InternalError, $"\"{_node.SinkName}\": a tick leaves several rows under one key");
            }

            if (retracted >= 0)
            {
                Add(rows, effect.DeltaOf(retracted), effect.RowOf(retracted), -1);
            }

            if (inserted >= 0)
            {
                Add(rows, effect.DeltaOf(inserted), effect.RowOf(inserted), 1);
            }
        }

        return rows.Build();
    }

    private void Add(BatchBuilder rows, Batch batch, int row, long weight)
    {
        if (weight < 0 && _node.InsertsOnly)
        {
            return;
        }

        for (long copy = Math.Abs(weight); copy > 0; copy--)
        {
            for (int column = 0; column < _types.Length; column++)
            {
                rows[column].AppendFrom(batch[column], row);
            }

            rows.EndRow(Math.Sign(weight));
        }
    }

    private OwnedBatch Sorted(OwnedBatch net)
    {
        var batch = net.Batch;
        _encoder.Encode(batch, _keys);
        int[] order = new int[batch.RowCount];
        for (int row = 0; row < order.Length; row++)
        {
            order[row] = row;
        }

        Array.Sort(order, new ChangeOrder(batch, _keys));
        var pool = new BatchPool();
        return new OwnedBatch(Kernels.BatchTake.Take(batch, order, net.Arena, pool), net.Arena);
    }

    /// <summary>Retractions first, then by key; equal keys as they came.</summary>
    private sealed class ChangeOrder(Batch batch, NormalizedKeys keys) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            int order = batch.Weight(x).CompareTo(batch.Weight(y));
            order = order != 0 ? order : keys[x].SequenceCompareTo(keys[y]);
            return order != 0 ? order : x.CompareTo(y);
        }
    }
}
