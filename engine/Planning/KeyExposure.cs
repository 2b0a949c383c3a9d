using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>Lets projections pass on a key of their input that they would lose, so that a view's result has one.</summary>
internal sealed class KeyExposure(ColumnPool pool, LogicalFacts facts)
{
    public LogicalNode Run(LogicalNode node)
    {
        switch (node)
        {
            case LogicalProject p:
                return Project(p, Run(p.Input));
            case LogicalFilter or LogicalTopN or LogicalWindow or LogicalHop or LogicalSession or LogicalTemporalJoin:
            case LogicalTableFunction { Input: not null }:
            case LogicalJoin { Kind: not (JoinKind.Semi or JoinKind.Anti) }:
                return node.MapInputs(Run);
            case LogicalJoin j:
                return j.WithInputs([Run(j.Left), j.Right]);
            default:
                return node;
        }
    }

    private LogicalNode Project(LogicalProject p, LogicalNode input)
    {
        var same = p.WithInputs([input]);
        var keys = facts.Of(input).Keys;
        if (keys.Count == 0 || facts.Of(same).Keys.Count > 0)
        {
            return same;
        }

        var shown = p.Items.Where(i => i.Value is ColumnExpression).Select(i => ((ColumnExpression)i.Value).Index)
            .ToHashSet();
        var missing = keys.Select(k => k.Where(id => !shown.Contains(id)).ToList()).MinBy(k => k.Count)!;
        return new LogicalProject(
            input, [.. p.Items, .. missing.Order().Select(id => new ProjectItem(id, pool.Reference(id)))]);
    }
}
