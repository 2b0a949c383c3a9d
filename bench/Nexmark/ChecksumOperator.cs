using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Operators;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// The end of a stateless query in a measurement: folds every value of every row and its weight into a sum that does not
/// depend on order, so that nothing is left uncomputed.
/// </summary>
internal sealed class ChecksumOperator(OperatorContext context, int columnCount) : Operator(context, inputCount: 1)
{
    private readonly int[] _columns = [.. Enumerable.Range(0, columnCount)];
    private readonly ulong[] _hashes = new ulong[Batch.RowsMax];

    internal ulong Sum { get; private set; }

    internal long Rows { get; private set; }

    public override void Push(int input, Batch batch)
    {
        HashKernel.Hash(batch, _columns, 1, _hashes);
        ulong sum = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            sum += _hashes[row] * (ulong)batch.Weight(row);
        }

        Sum += sum;
        Rows += batch.RowCount;
    }
}
