using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A grouping by columns that contain a key of the input has one row a group: DISTINCT and the single value of a scalar
/// subquery are then the row itself.
/// </summary>
internal sealed class AggregateElimination(ColumnPool pool, LogicalFacts facts)
{
    public LogicalNode Run(LogicalNode node)
    {
        node = node.MapInputs(Run);
        return node is LogicalAggregate { Groups.Count: > 0 } a && facts.Of(a.Input).Identifies(a.Groups)
            && a.Aggregates.All(i => i is { Kind: AggregateKind.SingleValue, Filter: < 0 })
            ? new LogicalProject(
                a.Input,
                [.. a.Groups.Select(id => new ProjectItem(id, pool.Reference(id))),
                 .. a.Aggregates.Select(i => new ProjectItem(i.Id, pool.Reference(i.Argument)))])
            : node;
    }
}
