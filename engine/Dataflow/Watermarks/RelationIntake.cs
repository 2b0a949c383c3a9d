using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow.Watermarks;

/// <summary>
/// Turns rows as they come from outside into rows of the relation: computes generated columns, then lets the watermark's gate
/// sift them. A function of the rows, the tick's now and what came before. Main lane only.
/// </summary>
internal sealed class RelationIntake(
    int relationId, IReadOnlyList<ScalarExpression?> generated, IReadOnlyList<SqlType> types, Func<WatermarkGate?> gate)
{
    private readonly CompiledProjection? _columns = Columns(generated, types);
    private readonly HashSet<int> _needs = [.. generated.SelectMany(g => g is null ? [] : ExpressionTree.Columns(g))];

    /// <summary>Null: no watermark is declared.</summary>
    internal WatermarkGate? Gate { get; } = gate();

    internal int RelationId => relationId;

    /// <summary>The same before any row has come: for reading a source again from its start.</summary>
    internal RelationIntake Fresh() => new(relationId, generated, types, gate);

    /// <summary>A column of the relation that does not arrive but is computed.</summary>
    internal bool Generates(int column) => column < generated.Count && generated[column] is not null;

    /// <summary>Whether rows cannot be made, or not be judged, without a column that arrives.</summary>
    internal bool Needs(int column) => _needs.Contains(column) || Gate?.Needs(column) == true;

    /// <summary>The relation's rows among those that arrived. In the context's tick memory, or the batch itself.</summary>
    internal Batch Take(Batch arrived, string split, OperatorContext context)
    {
        var rows = arrived;
        if (_columns is not null && arrived.RowCount > 0)
        {
            rows = _columns.Apply(context.Evaluation, arrived, context.Batches)!;
        }

        return Gate is null ? rows : Gate.Admit(rows, split, context);
    }

    /// <summary>What generated columns and the arriving ones make of a source's columns; null: all arrive.</summary>
    private static CompiledProjection? Columns(IReadOnlyList<ScalarExpression?> generated, IReadOnlyList<SqlType> types)
    {
        if (generated.All(g => g is null))
        {
            return null;
        }

        var arriving = new Dictionary<int, int>();
        for (int i = 0; i < generated.Count; i++)
        {
            if (generated[i] is null)
            {
                arriving.Add(i, arriving.Count);
            }
        }

        ScalarExpression Moved(ScalarExpression e) => e is ColumnExpression c
            ? new ColumnExpression(arriving[c.Index], c.Type) : ExpressionTree.MapChildren(e, Moved);
        return CompiledProjection.Compile(
            [.. generated.Select((g, i) => g is null ? new ColumnExpression(arriving[i], types[i]) : Moved(g))]);
    }
}
