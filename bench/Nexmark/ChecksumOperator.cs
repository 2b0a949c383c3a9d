using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// The end of a view whose rows are not kept: folds every value of every row and its weight into a sum that does not depend on order,
/// so that nothing is left uncomputed.
/// </summary>
internal sealed class ChecksumOperator(OperatorContext context, int columnCount) : Operator(context, inputCount: 1)
{
    private readonly int[] _columns = [.. Enumerable.Range(0, columnCount)];
    private readonly ulong[] _hashes = new ulong[Batch.RowsMax];

    internal ulong Sum { get; private set; }

    internal long Rows { get; private set; }

    public override void Push(int input, Batch batch)
    {
        Sum += SumOf(batch, _columns, _hashes);
        Rows += batch.RowCount;
    }

    /// <summary>The sum over a batch's rows.</summary>
    internal static ulong SumOf(Batch batch, int[] columns) => SumOf(batch, columns, new ulong[batch.RowCount]);

    private static ulong SumOf(Batch batch, int[] columns, ulong[] hashes)
    {
        HashKernel.Hash(batch, columns, 1, hashes);
        ulong sum = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            sum += hashes[row] * (ulong)batch.Weight(row);
        }

        return sum;
    }
}
