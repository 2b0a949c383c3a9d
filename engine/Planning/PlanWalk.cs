namespace Vectorized.Engine.Planning;

/// <summary>Walks a plan, each node once though it may be reached twice.</summary>
public static class PlanWalk
{
    /// <summary>All nodes, inputs before the nodes over them.</summary>
    public static IReadOnlyList<PlanNode> Nodes(PlanNode root)
    {
        var order = new List<PlanNode>();
        Visit(root, order, new HashSet<PlanNode>(ReferenceEqualityComparer.Instance));
        return order;
    }

    /// <summary>Ids of the stored relations the plan reads.</summary>
    public static IReadOnlyList<int> Relations(PlanNode root) =>
        [.. Nodes(root).Select(n => n switch
        {
            ScanNode s => s.RelationId,
            IndexLookupNode l => l.RelationId,
            _ => -1,
        }).Where(id => id >= 0).Distinct().Order()];

    private static void Visit(PlanNode node, List<PlanNode> order, HashSet<PlanNode> seen)
    {
        if (!seen.Add(node))
        {
            return;
        }

        foreach (var input in node.Inputs)
        {
            Visit(input, order, seen);
        }

        order.Add(node);
    }
}
