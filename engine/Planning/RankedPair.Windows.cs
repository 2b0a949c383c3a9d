using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>Where the groups are tumbling windows that the conditions bound: see <see cref="WindowRanking"/>.</summary>
internal sealed partial class RankedPair
{
    /// <summary>
    /// Rows of the first rank in their own window, and those that meet another window's greatest value; null: the conditions do not
    /// bound the windows.
    /// </summary>
    private (LogicalNode Ranked, List<ScalarExpression> Others)? Windowed(
        RankedInput input, WindowRanking window, ScalarExpression value, Dictionary<int, ScalarExpression> groups,
        List<ScalarExpression> notNull, List<ScalarExpression> others)
    {
        var both = new HashSet<int>(_ofExtreme);
        both.UnionWith(_ofRelation);
        var between = others.FindAll(c => !ExpressionTree.IsVolatile(c) && ExpressionTree.Columns(c) is var used
            && used.IsSubsetOf(both) && used.Overlaps(_ofExtreme) && used.Overlaps(_ofRelation));
        var toBase = groups.Where(g => window.IsBound(g.Value)).ToDictionary(g => g.Key, g => g.Value);
        var bounds = between.Select(c => Bound(c, toBase, window)).OfType<WindowBound>().ToList();
        if (window.Shifts(bounds) is not { } shifts)
        {
            return null;
        }

        int[] columns = [.. relation.Columns, .. extreme.Node.Columns];
        var members = new List<LogicalNode>
        {
            LogicalFilter.Create(Rank(input, value, groups, notNull), between),
        };
        foreach (long shift in shifts.Where(k => k != 0))
        {
            if (Other(input, window, bounds, shift, between) is not { } other)
            {
                return null;
            }

            members.Add(other);
        }

        var rest = others.FindAll(c => !between.Contains(c));
        if (members.Count == 1)
        {
            return (members[0], rest);
        }

        var maps = members.ConvertAll(_ => new Dictionary<int, int>());
        var copies = members.Select((m, i) => LogicalTree.Copy(m, Pool, maps[i])).ToArray();
        return (new LogicalUnion(copies, [.. maps.Select(map => columns.Select(id => map[id]).ToArray())], columns), rest);
    }

    /// <summary>A condition as a bound between the relation's time and the aggregate's window.</summary>
    private WindowBound? Bound(ScalarExpression condition, Dictionary<int, ScalarExpression> windows, WindowRanking window)
    {
        var values = _relation.Values.Concat(extreme.Plan.Values).ToDictionary(v => v.Key, v => v.Value);
        if (ColumnBound.Match(ExpressionTree.Substitute(condition, values)) is not { } bound)
        {
            return null;
        }

        bound = bound.A is ColumnExpression a && windows.ContainsKey(a.Index) ? bound.Turned : bound;
        return bound.B is ColumnExpression b && windows.TryGetValue(b.Index, out var column) && Same(bound.A, window.Time)
            ? new WindowBound(condition, b.Index, bound.IsLower, window.FromEnd(bound, column)) : null;
    }

    /// <summary>Rows joined with the greatest value of the window so many sizes after their own.</summary>
    private LogicalProject? Other(
        RankedInput input, WindowRanking window, List<WindowBound> bounds, long shift, List<ScalarExpression> between)
    {
        int group = bounds[0].Group;
        int column = extreme.Node.Columns.FirstOrDefault(
            id => extreme.Plan.Values[id] is ColumnExpression c && c.Index == group, -1);
        if (column < 0 || window.Shifted(input.Of(group), shift, context) is not { } shifted)
        {
            return null;
        }

        var filters = bounds.FindAll(b => !window.Follows(b, shift) && b.Group == group).ConvertAll(b => ExpressionTree.Substitute(
            b.Condition,
            _relation.Values.Append(new(column, shifted)).ToDictionary(v => v.Key, v => v.Value)));
        int key = Pool.Add("window", shifted.Type);
        var rows = new LogicalProject(
            LogicalFilter.Create(input.Plan, [.. input.Beyond, .. filters]),
            [.. relation.Columns.Select(id => new ProjectItem(id, _relation.Values[id])), new ProjectItem(key, shifted)]);
        if (window.Equates(Pool.Reference(key), Pool.Reference(column), context) is not { } equal)
        {
            return null;
        }

        var joined = new LogicalJoin(rows, extreme.Node, JoinKind.Inner, [equal, .. _consumed, .. between]);
        int[] columns = [.. relation.Columns, .. extreme.Node.Columns];
        return new LogicalProject(joined, [.. columns.Select(id => new ProjectItem(id, Pool.Reference(id)))]);
    }
}
