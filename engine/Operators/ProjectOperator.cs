using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators.Errors;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators;

/// <summary>
/// Computes columns: d(project A) = project dA. Weights pass through; a hash travels on if its key's columns do. Stateless. A row on
/// which an expression fails ends the view or query, unless the view has a policy for it.
/// </summary>
internal sealed class ProjectOperator : Operator
{
    private readonly CompiledProjection _projection;
    private readonly ProjectNode _node;
    private readonly ErrorPolicy? _onError;
    private readonly int[] _outputOf;
    private GuardedProjection? _guarded;

    internal ProjectOperator(OperatorContext context, ProjectNode node, ErrorPolicy? onError = null)
        : base(context, 1)
    {
        _node = node;
        _onError = onError;
        _projection = CompiledProjection.Compile(node.Expressions);
        _outputOf = new int[node.Input.Columns.Count];
        Array.Fill(_outputOf, -1);
        for (int i = node.Expressions.Count - 1; i >= 0; i--)
        {
            if (node.Expressions[i] is ColumnExpression column)
            {
                _outputOf[column.Index] = i;
            }
        }
    }

    public override string Form => "project";

    public override bool LeadsToResult => OutputsLeadToResult;

    public override void Push(int input, Batch batch)
    {
        if (Project(batch) is not { } output)
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

    private Batch? Project(Batch batch)
    {
        if (_onError is null)
        {
            return _projection.Apply(Context.Evaluation, batch, Context.Batches);
        }

        var taker = Context.Evaluation.RowErrors;
        Context.Evaluation.RowErrors = null;
        try
        {
            return _projection.Apply(Context.Evaluation, batch, Context.Batches);
        }
        catch (SqlException)
        {
            // Some row fails: it is found, and dealt with as the view says.
            _guarded ??= new GuardedProjection(_node.Expressions, _node.Input.Columns, _onError);
            return _guarded.Apply(Context, batch);
        }
        finally
        {
            Context.Evaluation.RowErrors = taker;
        }
    }
}
