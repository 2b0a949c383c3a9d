using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// The first row of each partition of an append-only stream (the last version by time, the winning bid):
///   d(top1 A) = -first(A[before t]) + first(A[after t]) for each partition whose first row changed in tick t.
/// One record a partition holds the row and the first bytes of its order key, so a row costs one look-up and a
/// comparison; equal keys are compared in full, ties by the stream's key or the whole row. Within a tick only the number
/// of the best row so far is kept; it is copied into the record when the tick ends (late materialisation). Tested
/// against <see cref="TopNOperator"/>, the general form.
/// </summary>
internal sealed class TopOneOperator : Operator
{
    private const int BestCell = 0;
    private const int FirstRowCell = 1;

    private readonly TopNSpec _spec;
    private readonly RowOrder _order;
    private readonly GroupTable _table;
    private readonly RowCells _cells;
    private readonly int[] _stored;
    private readonly int _hashKey;
    private readonly NormalizedKeyEncoder _encoder;
    private readonly NormalizedKeys _keys = new();
    private readonly List<Batch> _batches = [];
    private readonly Batch _one = new();
    private readonly int[] _oneGroup = new int[1];
    private readonly bool _isEager;
    private bool _hasTickToForget;

    internal TopOneOperator(OperatorContext context, TopNNode node) : base(context, 1)
    {
        _spec = new TopNSpec(context, node);
        _order = new RowOrder(_spec);
        _encoder = _spec.OrderEncoder();
        _hashKey = HashKeys.IdOf(_spec.Partition);
        _stored = [.. Enumerable.Range(0, _spec.Types.Length).Except(_spec.Partition)];
        _cells = new RowCells([.. _stored.Select(c => _spec.Types[c])], FirstRowCell);
        _table = new GroupTable(
            new GroupTableSpec(
                "top-1", [.. _spec.Partition.Select(c => _spec.Types[c])], [Best.Bytes, .. _cells.Bytes], context.HashSeed)
            {
                ViewAccumulators = _cells.Views,
            },
            context.State);
        _isEager = !context.MaterialisesLate;
    }

    /// <summary>The order key of a partition's first row, and which row of this tick it is.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Best
    {
        internal const int Bytes = 48;

        internal OrderPrefix Key;

        /// <summary>Batch number and row, plus one; 0: none of this tick.</summary>
        internal long Candidate;

        /// <summary>1 once there is a row.</summary>
        internal long IsSet;
    }

    public override string Form => _isEager ? "top-1 (append-only, eager)" : "top-1 (append-only)";

    /// <summary>Whether this form serves a node.</summary>
    internal static bool Serves(TopNNode node, TopNSpec spec) =>
        node.Input.Properties.Kind == StreamKind.AppendOnly && spec.Offset == 0 && spec.End == 1
        && spec.Partition.Length is > 0 and <= GroupLayout.KeysMax && spec.Types.Length <= RowCells.ColumnsMax;

    public override void Push(int input, Batch batch)
    {
        ForgetLastTick();
        batch = Context.Keep(batch);
        long first = (long)_batches.Count << 32;
        _batches.Add(batch);
        var groups = Context.Scratch.Allocate<int>(batch.RowCount);
        _table.FindOrInsert(batch, _spec.Partition, KeyHashes.Of(batch, _spec.Partition, _hashKey, Context), groups);
        _encoder.Encode(batch, _keys);
        var bests = _table.Current<Best>(BestCell);
        for (int row = 0; row < groups.Length; row++)
        {
            ref var best = ref bests[groups[row]];
            var key = OrderPrefix.Of(_keys[row]);
            if (best.IsSet != 0 && !key.IsBelow(in best.Key) && !(key.IsSame(in best.Key) && ComesFirst(batch, row, groups[row], in best)))
            {
                continue;
            }

            best.Key = key;
            best.Candidate = first + row + 1;
            best.IsSet = 1;
            if (_isEager)
            {
                WriteNow(batch, row, groups[row]);
            }
        }
    }

    public override void Drop()
    {
        _keys.Dispose();
        _table.Dispose();
    }

    protected override void FinishTick()
    {
        ForgetLastTick();
        if (_batches.Count == 0)
        {
            return;
        }

        EmitRetractions();
        EmitInsertions();
        _batches.Clear();
        _hasTickToForget = true;
        Counters.StateRows = _table.GroupCount;
        Counters.StateBytes = _table.LiveBytes;
    }

    /// <summary>Strings given up in a tick are freed when the next begins: emitted retractions have views of them.</summary>
    private void ForgetLastTick()
    {
        if (_hasTickToForget)
        {
            _hasTickToForget = false;
            _table.EndTick();
        }
    }

    /// <summary>Whether a row whose key starts as the best one's does comes before it after all.</summary>
    private bool ComesFirst(Batch batch, int row, int group, in Best best)
    {
        if (best.Candidate != 0)
        {
            long at = best.Candidate - 1;
            return _order.Compare(batch, row, _batches[(int)(at >> 32)], (int)at) < 0;
        }

        var mark = Context.Scratch.Position;
        _oneGroup[0] = group;
        Gather(_one.Reset(1, _spec.Types.Length), _oneGroup);
        bool isFirst = _order.Compare(batch, row, _one, 0) < 0;
        Context.Scratch.Release(mark);
        return isFirst;
    }

    private void EmitRetractions()
    {
        var bests = _table.Current<Best>(BestCell);
        var touched = _table.Touched;
        var groups = Context.Scratch.Allocate<int>(Math.Min(touched.Length, Batch.RowsMax));
        var places = Context.Scratch.Allocate<int>(groups.Length);
        int count = 0;
        for (int i = 0; i < touched.Length; i++)
        {
            if (!_table.WasAbsent(i) && bests[touched[i]].Candidate != 0)
            {
                groups[count] = touched[i];
                places[count++] = i;
            }

            if (count == groups.Length || (count > 0 && i == touched.Length - 1))
            {
                var batch = Context.Batches.Take(count, Width);
                GatherOld(batch, groups[..count], places[..count]);
                var weights = Context.Scratch.Allocate<long>(count);
                weights.Fill(-1);
                batch.SetWeights(weights);
                Emit(batch);
                count = 0;
            }
        }
    }

    /// <summary>New first rows, out of the batches they came in, which then go into the records.</summary>
    private void EmitInsertions()
    {
        var bests = _table.Current<Best>(BestCell);
        var touched = _table.Touched;
        var starts = Context.Scratch.AllocateZeroed<int>(_batches.Count + 1);
        foreach (int group in touched)
        {
            if (bests[group].Candidate != 0)
            {
                starts[(int)((bests[group].Candidate - 1) >> 32) + 1]++;
            }
        }

        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        int total = starts[^1];
        var rows = Context.Scratch.Allocate<int>(total);
        var groups = Context.Scratch.Allocate<int>(total);
        var next = Context.Scratch.Allocate<int>(starts.Length);
        starts.CopyTo(next);
        foreach (int group in touched)
        {
            ref var best = ref bests[group];
            if (best.Candidate != 0)
            {
                ref int place = ref next[(int)((best.Candidate - 1) >> 32)];
                rows[place] = (int)(best.Candidate - 1);
                groups[place++] = group;
                best.Candidate = 0;
            }
        }

        for (int i = 0; i < _batches.Count; i++)
        {
            var taken = rows[starts[i]..starts[i + 1]];
            if (taken.IsEmpty)
            {
                continue;
            }

            if (!_isEager)
            {
                _cells.Write(_table, groups[starts[i]..starts[i + 1]], _batches[i], _stored, taken);
            }

            for (int start = 0; start < taken.Length; start += Batch.RowsMax)
            {
                EmitRows(_batches[i], taken.Slice(start, Math.Min(Batch.RowsMax, taken.Length - start)));
            }
        }
    }

    private void EmitRows(Batch source, ReadOnlySpan<int> rows)
    {
        var batch = Context.Batches.Take(rows.Length, Width);
        LateTake.Columns(source, rows, Context, batch);
        AddRowNumber(batch);
        Emit(batch);
    }

    private int Width => _spec.Types.Length + (_spec.EmitsRowNumber ? 1 : 0);

    private void AddRowNumber(Batch batch)
    {
        if (_spec.EmitsRowNumber)
        {
            var ones = Vector.Allocate(Context.Scratch, SqlType.Int64, batch.RowCount);
            ones.Values<long>().Fill(1);
            batch[Width - 1] = ones;
        }
    }

    private void Gather(Batch batch, ReadOnlySpan<int> groups)
    {
        for (int i = 0; i < _spec.Partition.Length; i++)
        {
            batch[_spec.Partition[i]] = _table.GatherKey(i, groups, Context.Scratch);
        }

        for (int i = 0; i < _stored.Length; i++)
        {
            batch[_stored[i]] = _cells.Gather(_table, i, groups, Context.Scratch);
        }
    }

    /// <summary>The rows as they were before the tick: still in the records, or, written eagerly, in what the table has saved.</summary>
    private void GatherOld(Batch batch, ReadOnlySpan<int> groups, ReadOnlySpan<int> places)
    {
        Gather(batch, groups);
        for (int i = 0; _isEager && i < _stored.Length; i++)
        {
            batch[_stored[i]] = _cells.GatherOld(_table, i, places, Context.Scratch);
        }

        AddRowNumber(batch);
    }

    private void WriteNow(Batch batch, int row, int group)
    {
        Span<int> rows = [row];
        Span<int> groups = [group];
        _cells.Write(_table, groups, batch, _stored, rows);
    }
}
