using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>One batch that was computed before the query started: literal rows, a system relation, a table function's rows.</summary>
internal sealed class BatchRoot(OperatorContext context, Batch rows, string form) : QueryRoot(context)
{
    private int _row;

    public override string Form => form;

    internal override Batch? Next()
    {
        if (_row >= rows.RowCount)
        {
            return null;
        }

        int count = Math.Min(Batch.RowsMax, rows.RowCount - _row);
        var slice = BatchSlice.Of(rows, _row, count);
        _row += count;
        return slice;
    }
}
