using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Which sides of a join may read rows that are there before the view is, and which of them stay quiet while the view is
/// filled. A complete side B is met by every row of A as it is filled in, so B's own rows must not meet A again: B is
/// quiet. A side whose rows are output by whether they have a partner (left of a left join) must be filled in to be
/// output, so it may be complete only if the other side is complete and quiet. In a full join neither may.
/// </summary>
internal readonly record struct JoinSharing(bool Left, bool Right, bool LeftIsQuiet, bool RightIsQuiet)
{
    internal static JoinSharing For(JoinKind kind, bool leftIsComplete, bool rightIsComplete) => kind switch
    {
        JoinKind.Inner => new(leftIsComplete, rightIsComplete, leftIsComplete && !rightIsComplete, rightIsComplete),
        JoinKind.Left or JoinKind.Semi or JoinKind.Anti =>
            new(leftIsComplete && rightIsComplete, rightIsComplete, false, rightIsComplete),
        JoinKind.Right => new(leftIsComplete, leftIsComplete && rightIsComplete, leftIsComplete, false),
        _ => default,
    };

    /// <summary>
    /// Plans that hold the same rows for every view: stateless over one relation, or the distinct rows of that, and the same at any
    /// time. An expression that can fail is left to each view, which has its own way to go on.
    /// </summary>
    internal static bool Serves(PlanNode plan) => plan switch
    {
        ScanNode => true,
        FilterNode f => IsFixed(f.Predicate) && Serves(f.Input),
        ProjectNode p => p.Expressions.All(IsFixed) && Serves(p.Input),
        AggregateNode { Aggregates.Count: 0, GroupColumns.Count: > 0, Closing: null } d => Serves(d.Input),
        _ => false,
    };

    /// <summary>The relation such a plan reads.</summary>
    internal static ScanNode Scan(PlanNode plan) => plan as ScanNode ?? Scan(plan.Inputs[0]);

    private static bool IsFixed(ScalarExpression e) =>
        !ExpressionTree.IsVolatile(e) && !ExpressionTree.CanFail(e)
        && !ExpressionTree.Any(e, n => n is ContextExpression or ParameterExpression);
}
