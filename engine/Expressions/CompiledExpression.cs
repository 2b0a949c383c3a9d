using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>
/// One expression ready to run over batches: compiled once, a virtual call a step a batch. Belongs to one thread (it
/// keeps scratch between calls).
/// </summary>
public sealed class CompiledExpression
{
    private readonly EvaluationRun _run = new();
    private readonly EvaluationStep _root;

    private CompiledExpression(ScalarExpression expression) => _root = ExpressionCompiler.Compile([expression], _run)[0];

    public SqlType Type => _root.Type;

    /// <summary>The input column the expression is, or -1 when it computes something.</summary>
    public int Column => _root is ColumnStep column ? column.Index : -1;

    public static CompiledExpression Compile(ScalarExpression expression) => new(expression);

    /// <summary>
    /// A value a row of the batch, for the context's active rows. The result may be flat, dictionary or constant; its
    /// memory is the context's arena's or the batch's own.
    /// </summary>
    public void Evaluate(EvaluationContext context, Batch batch, ref Vector result)
    {
        var active = context.Active;
        _run.Begin(context);
        try
        {
            _root.Evaluate(context, batch, ref result);
        }
        catch (SqlException e) when (FailingRows.Takes(context, e))
        {
            context.Active = active;
            result = FailingRows.Evaluate(_root, _run, context, batch);
        }
        finally
        {
            context.Active = active;
        }
    }
}
