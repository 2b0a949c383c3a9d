using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The first few rows of each partition of an append-only stream, with their row numbers if wanted:
///   d(top A) = sum over partitions p touched of top(A[after t] where p) - top(A[before t] where p)
/// of which only the differences are output. One record a partition holds its places in order: the first bytes of each row's order
/// key, and the row's number. So a row that does not come in costs one look-up and one comparison, and one that does a short
/// shift; equal keys are compared in full, ties by the stream's key or the whole row. Within a tick a place names the batch and row
/// that came (late materialisation); what is still there when the tick ends is copied into the table of rows. As nothing is taken
/// back, the rows that stay are the first of those that were, in their order.
/// Invariant after a tick: places name exactly the rows of the table. Tested against <see cref="TopNOperator"/>, the general form.
/// </summary>
internal sealed class TopFewOperator : Operator
{
    private const int PlacesMax = 32;
    private const int CountCell = 0;
    private const int PlacesCell = 1;

    private readonly TopNSpec _spec;
    private readonly RowOrder _order;
    private readonly int _end;
    private readonly GroupTable _partitions;
    private readonly NormalizedKeyEncoder _encoder;
    private readonly NormalizedKeys _keys = new();
    private readonly int _hashKey;
    private readonly TopFewRows _rows;
    private readonly TopFewOutput _output;
    private readonly List<Batch> _batches = [];
    private bool _hasTickToForget;

    internal TopFewOperator(OperatorContext context, TopNNode node) : base(context, 1)
    {
        _spec = new TopNSpec(context, node);
        _order = new RowOrder(_spec);
        _end = (int)_spec.End;
        _encoder = _spec.OrderEncoder();
        _hashKey = HashKeys.IdOf(_spec.Partition);
        _partitions = new GroupTable(
            new GroupTableSpec(
                "top-few", [.. _spec.Partition.Select(c => _spec.Types[c])], [sizeof(long), _end * TopFewPlace.Bytes], context.HashSeed),
            context.State);
        _rows = new TopFewRows(context, _spec, _partitions);
        _output = new TopFewOutput(context, _spec, _rows);
    }

    public override string Form => _spec.EmitsRowNumber ? "row number, few (append-only)" : "top-n, few (append-only)";

    /// <summary>Whether this form serves a node.</summary>
    internal static bool Serves(TopNNode node, TopNSpec spec) =>
        node.StateRevision >= 1 && node.Input.Properties.Kind == StreamKind.AppendOnly && spec.Offset == 0
        && spec.End is > 0 and <= PlacesMax && spec.Partition.Length <= GroupLayout.KeysMax && spec.Types.Length <= RowCells.ColumnsMax;

    public override void Push(int input, Batch batch)
    {
        ForgetLastTick();
        batch = Context.Keep(batch);
        int number = _batches.Count;
        _batches.Add(batch);
        var groups = Context.Scratch.Allocate<int>(batch.RowCount);
        _partitions.FindOrInsert(batch, _spec.Partition, KeyHashes.Of(batch, _spec.Partition, _hashKey, Context), groups);
        _encoder.Encode(batch, _keys);
        var counts = _partitions.Current<long>(CountCell);
        var places = _partitions.Current<TopFewPlace>(PlacesCell);
        for (int row = 0; row < groups.Length; row++)
        {
            int group = groups[row];
            ref long count = ref counts[group];
            var key = OrderPrefix.Of(_keys[row]);
            var held = MemoryMarshal.CreateSpan(ref places[group], _end);
            // A row of weight n is n rows, of which no more than there are places matter.
            for (long copies = Math.Min(batch.Weight(row), _end); copies > 0; copies--)
            {
                if (!TryInsert(held, ref count, in key, group, number, row))
                {
                    break;
                }
            }
        }
    }

    public override void Drop()
    {
        _keys.Dispose();
        _partitions.Dispose();
        _rows.Dispose();
    }

    protected override void FinishTick()
    {
        ForgetLastTick();
        if (_batches.Count == 0)
        {
            return;
        }

        var touched = _partitions.Touched;
        var counts = _partitions.Current<long>(CountCell);
        var places = _partitions.Current<TopFewPlace>(PlacesCell);
        for (int i = 0; i < touched.Length; i++)
        {
            _rows.CollectNew(MemoryMarshal.CreateSpan(ref places[touched[i]], (int)counts[touched[i]]), touched[i]);
        }

        _rows.WriteNew(_batches);
        var oldCounts = _partitions.Old<long>(CountCell);
        var oldPlaces = _partitions.Old<TopFewPlace>(PlacesCell);
        for (int i = 0; i < touched.Length; i++)
        {
            int group = touched[i];
            int oldCount = _partitions.WasAbsent(i) ? 0 : (int)oldCounts[i];
            var old = oldCount == 0 ? default : MemoryMarshal.CreateSpan(ref oldPlaces[i], oldCount);
            _output.Compare(group, old, MemoryMarshal.CreateSpan(ref places[group], (int)counts[group]));
        }

        for (int start = 0; _output.Next(ref start) is { } batch;)
        {
            Emit(batch);
        }

        _output.Clear();
        _batches.Clear();
        _hasTickToForget = true;
        Counters.StateRows = _rows.Count;
        Counters.StateBytes = _partitions.LiveBytes + _rows.Bytes;
    }

    /// <summary>Rows given up in a tick are freed when the next begins: emitted retractions have views of them.</summary>
    private void ForgetLastTick()
    {
        if (_hasTickToForget)
        {
            _hasTickToForget = false;
            _partitions.EndTick();
            _rows.EndTick();
        }
    }

    /// <summary>Puts a row behind all that come before it or are equal to it; false: there is no place left.</summary>
    private bool TryInsert(Span<TopFewPlace> held, ref long count, in OrderPrefix key, int group, int batch, int row)
    {
        bool isFull = count == held.Length;
        if (isFull && !ComesBefore(in key, batch, row, in held[^1], group))
        {
            return false;
        }

        int at = (int)count - (isFull ? 1 : 0);
        for (; at > 0 && ComesBefore(in key, batch, row, in held[at - 1], group); at--)
        {
            held[at] = held[at - 1];
        }

        held[at] = new TopFewPlace(key, batch, row);
        count += isFull ? 0 : 1;
        return true;
    }

    private bool ComesBefore(in OrderPrefix key, int batch, int row, in TopFewPlace place, int group)
    {
        if (!key.IsSame(in place.Key))
        {
            return key.IsBelow(in place.Key);
        }

        if (place.IsNew)
        {
            return _order.Compare(_batches[batch], row, _batches[place.Batch], place.Row) < 0;
        }

        var mark = Context.Scratch.Position;
        bool isBefore = _order.Compare(_batches[batch], row, _rows.One(place.Number, group), 0) < 0;
        Context.Scratch.Release(mark);
        return isBefore;
    }
}
