using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Drops columns nobody uses, down to the scans, and projections that only pass columns on; merges projections over
/// projections. What joins and rankings store is narrowed to what is used above them.
/// </summary>
internal sealed class ColumnPruning(ColumnPool pool)
{
    /// <summary>The plan with at least the required columns; others may be left.</summary>
    public LogicalNode Run(LogicalNode node, IReadOnlySet<int> required) => node switch
    {
        LogicalScan s => Scan(s, required),
        LogicalSystemScan s => SystemScan(s, required),
        LogicalValues v => Values(v, required),
        LogicalProject p => Project(p, required),
        LogicalFilter f => f.WithInputs([Run(f.Input, With(required, f))]),
        LogicalAggregate a => Aggregate(a, required),
        LogicalGroupingSets g => GroupingSets(g, required),
        LogicalJoin j => Join(j, required),
        LogicalTopN t => TopN(t, required),
        LogicalWindow w => Window(w, required),
        LogicalUnion u => Union(u, required),
        LogicalTemporalJoin j => j.WithInputs([Narrow(j.Left, With(required, j)), Narrow(j.Right, With(required, j))]),
        LogicalSession s => s.WithInputs([Narrow(s.Input, With(required, s))]),
        LogicalHop h => h.WithInputs([Run(h.Input, With(required, h))]),
        LogicalRecursive r => r.WithInputs([Narrow(r.Base, r.BaseColumns.ToHashSet()), Narrow(r.Step, r.StepColumns.ToHashSet())]),
        LogicalWorkingTable w => WorkingTable(w, required),
        LogicalTableFunction { Input: null } => node,
        LogicalTableFunction t => t.WithInputs([Narrow(t.Input!, With(required, t))]),
        _ => throw new SqlException(SqlState.InternalError, $"{node.GetType().Name} cannot be pruned"),
    };

    private static HashSet<int> With(IEnumerable<int> required, LogicalNode node)
    {
        var all = new HashSet<int>(required);
        LogicalTree.CollectUsed(node, all);
        return all;
    }

    /// <summary>Exactly the required columns of the node, in its order.</summary>
    private LogicalNode Narrow(LogicalNode node, IReadOnlySet<int> required)
    {
        node = Run(node, required);
        return node.Columns.All(required.Contains)
            ? node
            : new LogicalProject(
                node, [.. node.Columns.Where(required.Contains).Select(id => new ProjectItem(id, pool.Reference(id)))]);
    }

    private static LogicalScan Scan(LogicalScan s, IReadOnlySet<int> required)
    {
        int[] kept = [.. Enumerable.Range(0, s.Columns.Count).Where(i => required.Contains(s.Columns[i]))];
        return kept.Length == s.Columns.Count
            ? s
            : new LogicalScan(s.Relation, [.. kept.Select(i => s.RelationColumns[i])],
                [.. kept.Select(i => s.Columns[i])]);
    }

    private static LogicalSystemScan SystemScan(LogicalSystemScan s, IReadOnlySet<int> required)
    {
        int[] kept = [.. Enumerable.Range(0, s.Columns.Count).Where(i => required.Contains(s.Columns[i]))];
        return new LogicalSystemScan(
            s.Relation, [.. kept.Select(i => s.RelationColumns[i])], [.. kept.Select(i => s.Columns[i])]);
    }

    private static LogicalWorkingTable WorkingTable(LogicalWorkingTable w, IReadOnlySet<int> required)
    {
        int[] kept = [.. Enumerable.Range(0, w.Columns.Count).Where(i => required.Contains(w.Columns[i]))];
        return new LogicalWorkingTable(
            w.Number, [.. kept.Select(i => w.Positions[i])], [.. kept.Select(i => w.Columns[i])]);
    }

    private static LogicalValues Values(LogicalValues v, IReadOnlySet<int> required)
    {
        int[] kept = [.. Enumerable.Range(0, v.Columns.Count).Where(i => required.Contains(v.Columns[i]))];
        return kept.Length == v.Columns.Count
            ? v
            : new LogicalValues([.. v.Rows.Select(r => kept.Select(i => r[i]).ToArray())],
                [.. kept.Select(i => v.Columns[i])]);
    }

    private LogicalNode Project(LogicalProject p, IReadOnlySet<int> required)
    {
        var items = p.Items.Where(i => required.Contains(i.Id)).ToList();
        var input = p.Input;
        while (input is LogicalProject below && CanMerge(items, below))
        {
            var values = below.Items.ToDictionary(i => i.Id, i => i.Value);
            items = items.ConvertAll(i => i with { Value = ExpressionTree.Substitute(i.Value, values) });
            input = below.Input;
        }

        var used = items.SelectMany(i => ExpressionTree.Columns(i.Value)).ToHashSet();
        input = Run(input, used);
        return items.TrueForAll(i => i.IsPassThrough) && input.Columns.Count == items.Count ? input
            : new LogicalProject(input, items);
    }

    /// <summary>Nothing would be computed more than once, nor anything volatile moved.</summary>
    private static bool CanMerge(List<ProjectItem> items, LogicalProject below)
    {
        var uses = new List<int>();
        items.ForEach(i => ExpressionTree.CollectColumns(i.Value, uses));
        var count = uses.GroupBy(id => id).ToDictionary(g => g.Key, g => g.Count());
        return below.Items.All(i => i.Value is ColumnExpression or ConstantExpression or ParameterExpression
            || (count.GetValueOrDefault(i.Id) <= 1 && !ExpressionTree.IsVolatile(i.Value)));
    }

    private LogicalNode Aggregate(LogicalAggregate a, IReadOnlySet<int> required)
    {
        var kept = a.Aggregates.Where(i => required.Contains(i.Id)).ToList();
        var pruned = new LogicalAggregate(a.Input, a.Groups, kept, a.EmitEmpty);
        return pruned.WithInputs([Run(a.Input, With([], pruned))]);
    }

    private LogicalNode GroupingSets(LogicalGroupingSets g, IReadOnlySet<int> required)
    {
        var kept = g.Aggregates.Where(i => required.Contains(i.Id)).ToList();
        var pruned = new LogicalGroupingSets(g.Input, g.Groups, g.Sets, kept, g.SetId);
        return pruned.WithInputs([Run(g.Input, With([], pruned))]);
    }

    private LogicalNode Join(LogicalJoin j, IReadOnlySet<int> required)
    {
        var used = With(required, j);
        var left = Narrow(j.Left, used);
        var right = Narrow(j.Right, used);
        // A scalar subquery nobody asks for any more: one row without columns changes nothing.
        return j.Kind is JoinKind.Inner or JoinKind.Left && j.Conditions.Count == 0 && IsOneRowOfNothing(right) ? left
            : j.Kind is JoinKind.Inner && j.Conditions.Count == 0 && IsOneRowOfNothing(left) ? right
            : j.WithInputs([left, right]);
    }

    private static bool IsOneRowOfNothing(LogicalNode node) => node is LogicalAggregate { IsScalar: true, Aggregates.Count: 0 }
        || (node is LogicalProject { Items.Count: 0 } project && IsOneRowOfNothing(project.Input));

    private LogicalNode TopN(LogicalTopN t, IReadOnlySet<int> required)
    {
        int number = t.RowNumber >= 0 && !required.Contains(t.RowNumber) ? -1 : t.RowNumber;
        if (number < 0 && t.RowNumber >= 0 && t.Limit is null && t.Offset is null)
        {
            return Run(t.Input, required);
        }

        var pruned = new LogicalTopN(t.Input, t.Partition, t.Order, t.Limit, t.Offset, number);
        return pruned.WithInputs([Narrow(t.Input, With(required, pruned))]);
    }

    private LogicalNode Window(LogicalWindow w, IReadOnlySet<int> required)
    {
        var kept = w.Items.Where(i => required.Contains(i.Id) || i.Id == w.Limit?.Item).ToList();
        if (kept.Count == 0)
        {
            return Run(w.Input, required);
        }

        var pruned = new LogicalWindow(w.Input, w.Partition, w.Order, kept, w.Limit);
        return pruned.WithInputs([Narrow(w.Input, With(required, pruned))]);
    }

    private LogicalNode Union(LogicalUnion u, IReadOnlySet<int> required)
    {
        int[] kept = [.. Enumerable.Range(0, u.Columns.Count).Where(i => required.Contains(u.Columns[i]))];
        var members = u.Inputs.Select((member, m) => Run(member, kept.Select(i => u.MemberColumns[m][i]).ToHashSet()));
        return new LogicalUnion(
            [.. members], [.. u.MemberColumns.Select(m => kept.Select(i => m[i]).ToArray())],
            [.. kept.Select(i => u.Columns[i])]);
    }
}
