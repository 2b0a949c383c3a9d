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
    /// The plan's inputs may come in many parts, each a tick. Nothing goes wrong: what rows of the whole are made of is made of them
    /// then, too, but a group's count or a row that has no partner yet may be none that the whole ever has, so no expression that can fail
    /// may be computed of it, and no rows be made by its number. And it costs about what the whole does at once: a row of a part changes a
    /// bounded number of those made before, so no window over all rows of a partition, and no partners of a group's changing value.
    /// </summary>
    internal static bool BearsParts(PlanNode plan) => PlanWalk.Nodes(plan).All(n => n switch
    {
        ScanNode or ValuesNode or AggregateNode or SessionAggregateNode or UnionAllNode or MaterializeNode or PaneNode => true,
        TopNNode top => top.Limit is not null,
        WindowNode window => window.Limit is not null && window.Calls.All(c => c.Kind <= WindowFunctionKind.DenseRank),
        ProjectNode project => IsSteady(project.Input) || !project.Expressions.Any(ExpressionTree.CanFail),
        FilterNode filter => IsSteady(filter.Input) || !ExpressionTree.CanFail(filter.Predicate),
        TemporalFilterNode filter => IsSteady(filter.Input) || !ExpressionTree.CanFail(filter.Predicate),
        JoinNode join => !join.Inputs.Any(HasGroups)
            && (join.Inputs.All(IsSteady) || join.Residual is null || !ExpressionTree.CanFail(join.Residual)),
        TableFunctionNode or HopNode => n.Inputs.All(IsSteady),
        _ => false,
    });

    /// <summary>What it gives for some of the rows is among what it gives for all of them.</summary>
    private static bool IsSteady(PlanNode plan) => !HasGroups(plan)
        && PlanWalk.Nodes(plan).All(n => n is not JoinNode { Kind: not (JoinKind.Inner or JoinKind.Semi) });

    private static bool HasGroups(PlanNode plan) => PlanWalk.Nodes(plan).Any(n => n is not (ScanNode or ProjectNode or FilterNode
        or TemporalFilterNode or UnionAllNode or TableFunctionNode or HopNode or PaneNode or ValuesNode or JoinNode
        or AggregateNode { Aggregates.Count: 0 }));
}
