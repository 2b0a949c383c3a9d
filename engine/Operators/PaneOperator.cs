using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;
using BitOperations = System.Numerics.BitOperations;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Times become the start of their pane, and rows of a vector that are equal then leave once with the sum of their weights:
/// d(pane A) = pane dA, as a Z-set. Where hardly any are equal a vector passes as it is (the windows above come out the
/// same), and after a few such vectors the operator rests for a while. Stateless but for that; O(rows).
/// </summary>
internal sealed class PaneOperator : Operator
{
    /// <summary>Merging is worth it if at most this many of 8 rows are left.</summary>
    private const int EighthsLeftMax = 6;
    private const int MissesMax = 8;
    private const int VectorsOfRest = 256;

    private readonly int[] _columns;
    private readonly int _timeColumn;
    private readonly long _pane;
    private readonly long _offset;
    private int _misses;
    private int _rest;

    public PaneOperator(OperatorContext context, PaneNode node) : base(context, 1)
    {
        _columns = [.. Enumerable.Range(0, node.Columns.Count)];
        _timeColumn = node.TimeColumn;
        _pane = node.PaneMicros;
        _offset = node.OffsetMicros;
    }

    public override string Form => _rest > 0 ? "panes (resting)" : "panes";

    public override void Push(int input, Batch batch)
    {
        if (_rest > 0)
        {
            _rest--;
            Emit(batch);
            return;
        }

        var keyed = Context.Batches.Take(batch.RowCount, batch.ColumnCount);
        for (int i = 0; i < batch.ColumnCount; i++)
        {
            keyed[i] = i == _timeColumn ? PaneStarts(batch[i]) : batch[i];
        }

        var firsts = Context.Scratch.Allocate<int>(batch.RowCount);
        var weights = Context.Scratch.Allocate<long>(batch.RowCount);
        int count = Merge(keyed, batch, firsts, weights);
        if (count * 8L > batch.RowCount * (long)EighthsLeftMax)
        {
            if (++_misses == MissesMax)
            {
                _misses = 0;
                _rest = VectorsOfRest;
            }

            Emit(batch);
            return;
        }

        _misses = 0;
        count = DropZeros(firsts[..count], weights);
        var merged = Context.Batches.Take(count, keyed.ColumnCount);
        LateTake.Columns(keyed, firsts[..count], Context, merged);
        merged.SetWeights(weights[..count]);
        Emit(merged);
    }

    private Vector PaneStarts(in Vector times)
    {
        var flat = TakeKernel.Flatten(times, Context.Scratch);
        var starts = Vector.Allocate(Context.Scratch, flat.Type, flat.Length);
        var from = flat.Values<long>();
        var to = starts.Values<long>();
        for (int row = 0; row < to.Length; row++)
        {
            to[row] = Temporal.IsFinite(from[row]) ? WindowMath.Start(from[row], _pane, _offset) : from[row];
        }

        if (flat.MayHaveNulls)
        {
            flat.Validity.CopyTo(starts.AddValidity(Context.Scratch, valid: true));
        }

        return starts;
    }

    /// <summary>The first of each set of equal rows and the sum of their weights; returns how many sets there are.</summary>
    private int Merge(Batch keyed, Batch batch, Span<int> firsts, Span<long> weights)
    {
        var hashes = Context.Scratch.Allocate<ulong>(keyed.RowCount);
        HashKernel.Hash(keyed, _columns, Context.HashSeed, hashes);
        int log2 = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)keyed.RowCount * 2));
        var table = Context.Scratch.Allocate<int>(1 << log2);
        table.Fill(-1);
        int mask = table.Length - 1;
        int count = 0;
        for (int row = 0; row < keyed.RowCount; row++)
        {
            int slot = (int)((hashes[row] * 0x9E3779B97F4A7C15) >> (64 - log2)) & mask;
            int at;
            while ((at = table[slot]) >= 0 && (hashes[firsts[at]] != hashes[row] || !AreEqual(keyed, firsts[at], row)))
            {
                slot = (slot + 1) & mask;
            }

            if (at < 0)
            {
                at = count++;
                table[slot] = at;
                firsts[at] = row;
                weights[at] = 0;
            }

            weights[at] += batch.Weight(row);
        }

        return count;
    }

    private static bool AreEqual(Batch batch, int left, int right)
    {
        for (int i = 0; i < batch.ColumnCount; i++)
        {
            if (!KeyEquality.Identical(in batch[i], left, in batch[i], right))
            {
                return false;
            }
        }

        return true;
    }

    private static int DropZeros(Span<int> firsts, Span<long> weights)
    {
        int kept = 0;
        for (int i = 0; i < firsts.Length; i++)
        {
            firsts[kept] = firsts[i];
            weights[kept] = weights[i];
            kept += weights[i] == 0 ? 0 : 1;
        }

        return kept;
    }
}
