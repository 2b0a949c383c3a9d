using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Where rows must stand for each operator to be right, and where its output then stands. An exchange is inserted wherever
/// an input does not stand as required.
/// </summary>
internal static class PartitioningRules
{
    /// <summary>What <paramref name="node"/> needs of its input number <paramref name="input"/>, given where that input stands.</summary>
    internal static Partitioning Required(PlanNode node, int input, Partitioning actual) => node switch
    {
        AggregateNode n => Together(n, n.GroupColumns, actual),
        TopNNode n => Together(n, n.PartitionColumns, actual),
        SessionNode n => Together(n, n.PartitionColumns, actual),
        SessionAggregateNode n => Together(n, n.PartitionColumns, actual),
        WindowNode n => Together(n, n.PartitionColumns, actual),
        JoinNode n => Partitioning.Hash(input == 0 ? n.LeftKeys : n.RightKeys),
        MaterializeNode n => RequiredByKey(n.Properties.Key, actual),
        SinkNode { Discards: false } => Partitioning.Single,
        _ => Partitioning.Anywhere,
    };

    /// <summary>Where the output of <paramref name="node"/> stands when its inputs stand as required.</summary>
    internal static Partitioning Produced(PlanNode node, IReadOnlyList<Partitioning> inputs) => node switch
    {
        ProjectNode n => inputs[0].Mapped(column => OutputOf(n, column)),
        FilterNode or TemporalFilterNode or WindowCloseNode or MaterializeNode or SinkNode => inputs[0],
        HopNode or SessionNode or TopNNode or WindowNode => inputs[0],
        PaneNode n => inputs[0].Mapped(column => column == n.TimeColumn ? -1 : column),
        TableFunctionNode n => n.Input is null ? Partitioning.Single : inputs[0],
        SessionAggregateNode n => inputs[0].Mapped(column => IndexOf(n.GroupColumns, column)),
        AggregateNode n => inputs[0].Mapped(column => IndexOf(n.GroupColumns, column)),
        JoinNode n => ProducedByJoin(n),
        UnionAllNode => inputs.Skip(1).All(p => inputs[0].Satisfies(p) && p.Satisfies(inputs[0])) ? inputs[0] : Partitioning.Anywhere,
        _ => Partitioning.Single,
    };

    /// <summary>
    /// Rows that are equal in the columns must be in one part: where they stand by the values of some of these, they are already. (State
    /// of an older revision stands by all of them.)
    /// </summary>
    private static Partitioning Together(PlanNode node, IReadOnlyList<int> columns, Partitioning actual) =>
        node.StateRevision >= 3 && actual.HashColumns is { } standing && standing.All(columns.Contains)
            ? actual : Partitioning.Hash(columns);

    private static int IndexOf(IReadOnlyList<int> columns, int column)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i] == column)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A keyed arrangement needs the rows of one key in one part: any hash over some of the key's columns will do.</summary>
    private static Partitioning RequiredByKey(IReadOnlyList<int>? key, Partitioning actual)
    {
        if (key is null || actual.IsSingle || (actual.HashColumns is not null && actual.HashColumns.All(key.Contains)))
        {
            return actual;
        }

        return Partitioning.Hash(key);
    }

    /// <summary>
    /// Key values are equal on both sides of a match, so either side's columns describe an inner join's output; an outer
    /// join's unmatched rows stand by their own side's columns and the other's are NULL.
    /// </summary>
    private static Partitioning ProducedByJoin(JoinNode node)
    {
        int leftWidth = node.Left.Columns.Count;
        return node.Kind switch
        {
            JoinKind.Inner or JoinKind.Left or JoinKind.Semi or JoinKind.Anti => Partitioning.Hash(node.LeftKeys),
            JoinKind.Right => Partitioning.Hash([.. node.RightKeys.Select(k => k + leftWidth)]),
            _ => node.LeftKeys.Count == 0 ? Partitioning.Single : Partitioning.Anywhere,
        };
    }

    private static int OutputOf(ProjectNode node, int column)
    {
        for (int i = 0; i < node.Expressions.Count; i++)
        {
            if (node.Expressions[i] is ColumnExpression c && c.Index == column)
            {
                return i;
            }
        }

        return -1;
    }
}
