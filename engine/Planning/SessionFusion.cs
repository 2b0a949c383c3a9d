using Vectorized.Engine.Binding;
using Vectorized.Engine.Operators.Aggregates;

namespace Vectorized.Engine.Planning;

/// <summary>
/// An aggregate by session over rows that only come needs no row again: sessions grow and join, and so do accumulators. Then no rows
/// are kept, and none is taken back because its session's window has changed. Where a watermark ends sessions the general form
/// stays, which forgets them.
/// </summary>
internal static class SessionFusion
{
    /// <summary>Both in one; null: not of that form.</summary>
    internal static SessionAggregateNode? Of(AggregateNode aggregate)
    {
        var computed = aggregate.Input as ProjectNode;
        if ((computed?.Input ?? aggregate.Input) is not SessionNode { Closing: null } session
            || session.Input.Properties.Kind != StreamKind.AppendOnly || !aggregate.Aggregates.All(CanJoin)
            || (computed is not null && computed.Expressions.Any(e => ExpressionTree.CanFail(e) || ExpressionTree.IsVolatile(e))))
        {
            return null;
        }

        int width = session.Input.Columns.Count;
        var groups = new List<int>();
        foreach (int column in aggregate.GroupColumns)
        {
            int below = computed is null ? column : (computed.Expressions[column] as ColumnExpression)?.Index ?? -1;
            if (below < 0 || (below < width && !session.PartitionColumns.Contains(below)))
            {
                return null;
            }

            groups.Add(below == width ? SessionAggregateNode.SessionStart
                : below == width + 1 ? SessionAggregateNode.SessionEnd : below);
        }

        int[] used = [.. aggregate.Aggregates.SelectMany(a => new[] { a.Argument, a.Filter }).Where(c => c >= 0)];
        bool readsBounds = used.Any(c => computed is null ? c >= width
            : ExpressionTree.Columns(computed.Expressions[c]).Any(below => below >= width));
        bool isBySession = session.PartitionColumns.All(groups.Contains) && groups.Exists(g => g < 0);
        return readsBounds || !isBySession ? null : Fused(aggregate, session, computed, groups, used);
    }

    private static SessionAggregateNode Fused(
        AggregateNode aggregate, SessionNode session, ProjectNode? computed, List<int> groups, int[] used)
    {
        if (computed is null)
        {
            return new SessionAggregateNode(
                session.Input, session.PartitionColumns, session.TimeColumn, session.GapMicros, groups, aggregate.Aggregates)
            {
                Columns = aggregate.Columns,
                Properties = aggregate.Properties,
            };
        }

        // What aggregates read is computed below: the session's own columns, then the arguments.
        int[] own = [.. session.PartitionColumns, session.TimeColumn];
        int[] arguments = [.. used.Distinct()];
        var input = session.Input;
        var below = new ProjectNode(
            input,
            [.. own.Select(c => new ColumnExpression(c, input.Columns[c].Type)), .. arguments.Select(c => computed.Expressions[c])])
        {
            Columns = [.. own.Select(c => input.Columns[c]), .. arguments.Select(c => computed.Columns[c])],
            Properties = new StreamProperties(input.Properties.Kind, null, input.Properties.Closed),
            RowEstimate = input.RowEstimate,
        };
        int At(int column) => column < 0 ? -1 : own.Length + Array.IndexOf(arguments, column);
        int PartitionAt(int column) => Array.IndexOf(own, column);
        return new SessionAggregateNode(
            below, [.. session.PartitionColumns.Select(PartitionAt)], own.Length - 1, session.GapMicros,
            [.. groups.Select(g => g < 0 ? g : PartitionAt(g))],
            [.. aggregate.Aggregates.Select(a => a with { Argument = At(a.Argument), Filter = At(a.Filter) })])
        {
            Columns = aggregate.Columns,
            Properties = aggregate.Properties,
        };
    }

    /// <summary>Whether two groups' accumulators make that of both.</summary>
    private static bool CanJoin(AggregateCall call) => !call.Distinct && call.OrderBy is null or { Count: 0 } && CanJoin(call.Kind, call);

    private static bool CanJoin(AggregateKind kind, AggregateCall call) => kind switch
    {
        AggregateKind.CountStar or AggregateKind.Count or AggregateKind.Sum or AggregateKind.Avg or AggregateKind.BoolAnd
            or AggregateKind.BoolOr or AggregateKind.VarPop or AggregateKind.VarSamp or AggregateKind.StddevPop
            or AggregateKind.StddevSamp or AggregateKind.BitAnd or AggregateKind.BitOr or AggregateKind.BitXor => true,
        AggregateKind.Min or AggregateKind.Max =>
            AggregateCells.HasExtreme(call.ArgumentType) || TextExtremeCell.Serves(call.ArgumentType),
        _ => false,
    };
}
