using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A condition that is never true has no rows below it to compute, as in PostgreSQL, where what stands there is never run and
/// cannot fail: no rows of literals take its place, and of what can only be empty with it.
/// </summary>
internal static class EmptyRelations
{
    public static LogicalNode Run(LogicalNode node, ColumnPool pool)
    {
        node = node.MapInputs(input => Run(input, pool));
        return node switch
        {
            LogicalFilter f when IsNever(f.Conjuncts) => Nothing(f),
            LogicalFilter or LogicalProject or LogicalHop or LogicalSession or LogicalWindow when IsEmpty(node.Inputs[0]) => Nothing(node),
            LogicalAggregate { IsScalar: false } a when IsEmpty(a.Input) => Nothing(a),
            LogicalUnion u when u.Inputs.All(IsEmpty) => Nothing(u),
            LogicalJoin j => Join(j, pool),
            _ => node,
        };
    }

    private static LogicalNode Join(LogicalJoin join, ColumnPool pool)
    {
        bool isLeftEmpty = IsEmpty(join.Left);
        bool hasNoMatches = isLeftEmpty || IsEmpty(join.Right) || IsNever(join.Conditions);
        return join.Kind switch
        {
            JoinKind.Inner or JoinKind.Semi when hasNoMatches => Nothing(join),
            JoinKind.Left or JoinKind.Anti when isLeftEmpty => Nothing(join),
            JoinKind.Anti when hasNoMatches => join.Left,
            JoinKind.Left when hasNoMatches => LogicalProject.Extend(
                join.Left, pool, [.. join.Right.Columns.Select(id => new ProjectItem(id, ExpressionTree.Null(pool.Reference(id).Type)))]),
            _ => join,
        };
    }

    private static bool IsEmpty(LogicalNode node) => node is LogicalValues { Rows.Count: 0 };

    private static bool IsNever(IReadOnlyList<ScalarExpression> conjuncts) =>
        conjuncts.Any(c => c is ConstantExpression constant && (constant.Value.IsNull || !constant.Value.AsBoolean));

    private static LogicalValues Nothing(LogicalNode node) => new([], node.Columns);
}
