using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Computes columns, of the rows that pass a filter if there is one (the fused stateless prefix):
/// d(project filter A) = project filter dA. Weights pass through; a hash travels on if its key's columns do. Stateless.
/// </summary>
internal sealed class ProjectOperator : Operator
{
    private readonly CompiledProjection _projection;
    private readonly bool _filters;
    private readonly int[] _outputOf;

    public ProjectOperator(
        OperatorContext context, IReadOnlyList<ScalarExpression> expressions, int inputWidth, ScalarExpression? filter = null)
        : base(context, 1)
    {
        _projection = CompiledProjection.Compile(expressions, filter);
        _filters = filter is not null;
        _outputOf = new int[inputWidth];
        Array.Fill(_outputOf, -1);
        for (int i = expressions.Count - 1; i >= 0; i--)
        {
            if (expressions[i] is ColumnExpression column)
            {
                _outputOf[column.Index] = i;
            }
        }
    }

    public override string Form => _filters ? "filter project" : "project";

    public override bool LeadsToResult => OutputsLeadToResult;

    public override void Push(int input, Batch batch)
    {
        if (_projection.Apply(Context.Evaluation, batch, Context.Batches) is not { } output)
        {
            return;
        }

        if (batch.HashKey != 0 && output.RowCount == batch.RowCount)
        {
            int hashKey = HashKeys.Mapped(batch.HashKey, _outputOf);
            if (hashKey != 0)
            {
                output.SetHashes(batch.Hashes, hashKey);
            }
        }

        Emit(output);
    }
}
