using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Planning;
using BitOperations = System.Numerics.BitOperations;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// Before an exchange to first ranks (<see cref="FirstRankOperator"/>) of rows that only come: of each vector the rows that none of the
/// same vector and partition precedes in the order; the others can never have the first rank. So however few partitions there are, their
/// owners get few rows:
///   first(A + dA) = first(A + leaders(dA))
/// Where hardly a row goes vectors pass as they are, and after a few such the operator rests for a while. Stateless but for that; O(rows).
/// </summary>
internal sealed class LeadersOperator : Operator
{
    /// <summary>It is worth it if at most this many of 8 rows are left.</summary>
    private const int EighthsLeftMax = 6;
    private const int MissesMax = 8;
    private const int VectorsOfRest = 256;

    private readonly int[] _partition;
    private readonly int _hashKey;
    private readonly FirstRankKeys _keys;
    private int _misses;
    private int _rest;

    internal LeadersOperator(OperatorContext context, WindowNode node) : base(context, 1)
    {
        _partition = [.. node.PartitionColumns];
        _hashKey = HashKeys.IdOf(_partition);
        _keys = new FirstRankKeys(FirstRankOperator.Spec(context, node));
    }

    public override string Form => _rest > 0 ? "leaders (resting)" : "leaders";

    internal static bool Serves(PlanNode node, OperatorContext context) =>
        node is WindowNode { Input.Properties.Kind: StreamKind.AppendOnly, PartitionColumns.Count: > 0 } window
        && FirstRankOperator.Serves(window, context);

    public override void Push(int input, Batch batch)
    {
        if (_rest > 0)
        {
            _rest--;
            Emit(batch);
            return;
        }

        var hashes = KeyHashes.Of(batch, _partition, _hashKey, Context);
        _keys.Read(batch);
        var rows = Context.Scratch.Allocate<int>(batch.RowCount);
        int count = Lead(batch, hashes, rows);
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
        var leaders = Context.Batches.Take(count, batch.ColumnCount);
        LateTake.Columns(batch, rows[..count], Context, leaders);
        if (batch.HasWeights)
        {
            leaders.SetWeights(BatchTake.Take<long>(batch.Weights, rows[..count], Context.Scratch));
        }

        leaders.SetHashes(BatchTake.Take<ulong>(hashes, rows[..count], Context.Scratch), _hashKey);
        Emit(leaders);
    }

    public override void Drop() => _keys.Dispose();

    /// <summary>Writes the rows that lead, ascending; how many there are.</summary>
    private int Lead(Batch batch, ReadOnlySpan<ulong> hashes, Span<int> rows)
    {
        int log2 = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)batch.RowCount * 2));
        var table = Context.Scratch.Allocate<int>(1 << log2);
        table.Fill(-1);
        int mask = table.Length - 1;

        // By partition of the vector, in the order of their first rows: the best row so far. By row: its partition.
        var best = Context.Scratch.Allocate<int>(batch.RowCount);
        var partitions = Context.Scratch.Allocate<int>(batch.RowCount);
        int partitionCount = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            int slot = (int)((hashes[row] * 0x9E3779B97F4A7C15) >> (64 - log2)) & mask;
            int at;
            while ((at = table[slot]) >= 0 && (hashes[best[at]] != hashes[row] || !AreEqual(batch, best[at], row)))
            {
                slot = (slot + 1) & mask;
            }

            if (at < 0)
            {
                at = partitionCount++;
                table[slot] = at;
                best[at] = row;
            }
            else if (_keys[row].IsBelow(_keys[best[at]]))
            {
                best[at] = row;
            }

            partitions[row] = at;
        }

        int count = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            rows[count] = row;
            count += _keys[best[partitions[row]]].IsBelow(_keys[row]) ? 0 : 1;
        }

        return count;
    }

    private bool AreEqual(Batch batch, int left, int right)
    {
        foreach (int column in _partition)
        {
            if (!KeyEquality.Identical(in batch[column], left, in batch[column], right))
            {
                return false;
            }
        }

        return true;
    }
}
