using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Planning;

/// <summary>When rows come, as far as what a plan makes of them depends on it.</summary>
internal static class PlanTiming
{
    /// <summary>
    /// The plan's rows at a tick are a function of its inputs' rows at that tick, and its now. Not so where a row keeps the time it
    /// came at, or meets another relation as it was then.
    /// </summary>
    internal static bool IsRepeatable(PlanNode plan) => PlanWalk.Nodes(plan).All(n => n switch
    {
        JoinNode join => !join.AsOfNow,
        ProjectNode project => !project.Expressions.Any(ArrivalTimes.Uses),
        _ => true,
    });

    /// <summary>
    /// Nothing goes wrong while the plan has seen only some of its inputs' rows. What rows of the whole are made of is made of them then,
    /// too, but a group's count or a row that has no partner yet may be none that the whole ever has: no expression that can
    /// fail may be computed of it, and no rows be made by its number.
    /// </summary>
    internal static bool BearsParts(PlanNode plan) => PlanWalk.Nodes(plan).All(n => !n.Inputs.Any(IsUnsteady) || n switch
    {
        ProjectNode project => !project.Expressions.Any(ExpressionTree.CanFail),
        FilterNode filter => !ExpressionTree.CanFail(filter.Predicate),
        TemporalFilterNode filter => !ExpressionTree.CanFail(filter.Predicate),
        JoinNode join => join.Residual is null || !ExpressionTree.CanFail(join.Residual),
        AggregateNode or TopNNode or UnionAllNode or WindowNode or MaterializeNode or PaneNode => true,
        _ => false,
    });

    private static bool IsUnsteady(PlanNode plan) => PlanWalk.Nodes(plan).Any(n => n switch
    {
        ScanNode or ProjectNode or FilterNode or TemporalFilterNode or UnionAllNode or TableFunctionNode or HopNode or PaneNode
            or ValuesNode or MaterializeNode => false,
        JoinNode join => join.Kind is not (JoinKind.Inner or JoinKind.Semi),
        _ => true,
    });
}
