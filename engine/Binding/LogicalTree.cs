using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Column use, substitution and copies of logical plans.</summary>
internal static class LogicalTree
{
    /// <summary>Columns the plan names and does not produce: what it is correlated on.</summary>
    public static HashSet<int> FreeColumns(LogicalNode node)
    {
        var used = new HashSet<int>();
        var produced = new HashSet<int>();
        Collect(node, used, produced);
        used.ExceptWith(produced);
        return used;
    }

    /// <summary>The columns a node itself refers to, expressions and lists alike.</summary>
    public static void CollectUsed(LogicalNode node, ICollection<int> into)
    {
        foreach (var expression in node.Expressions)
        {
            ExpressionTree.CollectColumns(expression, into);
        }

        switch (node)
        {
            case LogicalAggregate a:
                AddAll(a.Groups, into);
                foreach (var item in a.Aggregates)
                {
                    AddAll(item.UsedColumns, into);
                }

                break;
            case LogicalGroupingSets g:
                AddAll(g.Groups.Select(c => c.Input), into);
                AddAll(g.Aggregates.SelectMany(i => i.UsedColumns), into);
                break;
            case LogicalTopN t:
                AddAll(t.Partition, into);
                AddAll(t.Order.Select(k => k.Column), into);
                break;
            case LogicalWindow w:
                AddAll(w.UsedColumns, into);
                break;
            case LogicalUnion u:
                foreach (var member in u.MemberColumns)
                {
                    AddAll(member, into);
                }

                break;
            case LogicalHop h:
                into.Add(h.TimeColumn);
                break;
            case LogicalTemporalJoin j:
                AddAll(j.LeftKey, into);
                break;
            case LogicalSession s:
                into.Add(s.TimeColumn);
                AddAll(s.Partition, into);
                break;
            case LogicalRecursive r:
                AddAll(r.BaseColumns, into);
                AddAll(r.StepColumns, into);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// Replaces references to columns from outside the plan (free ones) by expressions. A column list that names one
    /// (a grouping, an order) must be mapped to a column.
    /// </summary>
    public static LogicalNode Substitute(LogicalNode node, IReadOnlyDictionary<int, ScalarExpression> columns)
    {
        node = node.MapInputs(input => Substitute(input, columns));
        ScalarExpression Map(ScalarExpression e) => ExpressionTree.Substitute(e, columns);
        int MapId(int id) => columns.TryGetValue(id, out var e)
            ? (e as ColumnExpression)?.Index
                ?? throw new SqlException(SqlState.InternalError, "a column list cannot take an expression")
            : id;
        return Rebuild(node, Map, MapId, id => id);
    }

    /// <summary>A copy that produces new ids throughout; <paramref name="map"/> receives old id to new id.</summary>
    public static LogicalNode Copy(LogicalNode node, ColumnPool pool, Dictionary<int, int> map)
    {
        var inputs = node.Inputs.Select(input => Copy(input, pool, map)).ToArray();
        node = inputs.Length == 0 ? node : node.WithInputs(inputs);
        ScalarExpression Map(ScalarExpression e) => e is ColumnExpression c
            ? map.TryGetValue(c.Index, out int id) ? pool.Reference(id) : c
            : ExpressionTree.MapChildren(e, Map);
        int MapId(int id) => map.GetValueOrDefault(id, id);
        int Fresh(int id)
        {
            if (!map.TryGetValue(id, out int copy))
            {
                map.Add(id, copy = pool.Copy(id));
            }

            return copy;
        }

        return Rebuild(node, Map, MapId, Fresh);
    }

    /// <summary>
    /// The node with its expressions, the column ids it uses and the ids it produces mapped. Inputs are taken as they are.
    /// </summary>
    private static LogicalNode Rebuild(
        LogicalNode node, Func<ScalarExpression, ScalarExpression> map, Func<int, int> use, Func<int, int> produce) =>
            node switch
            {
                LogicalScan s => new LogicalScan(s.Relation, s.RelationColumns, [.. s.Columns.Select(produce)]),
                LogicalSystemScan s => new LogicalSystemScan(s.Relation, s.RelationColumns, [.. s.Columns.Select(produce)]),
                LogicalValues v => new LogicalValues(
                    [.. v.Rows.Select(r => r.Select(map).ToArray())], [.. v.Columns.Select(produce)]),
                LogicalProject p => Project(p, map, use, produce),
                LogicalFilter f => new LogicalFilter(f.Input, [.. f.Conjuncts.Select(map)]),
                LogicalAggregate a => new LogicalAggregate(
                    a.Input, [.. a.Groups.Select(use)], [.. a.Aggregates.Select(i => Aggregate(i, use, produce))],
                    a.EmitEmpty),
                LogicalGroupingSets g => new LogicalGroupingSets(
                    g.Input, [.. g.Groups.Select(c => Grouped(c, use, produce))], g.Sets,
                    [.. g.Aggregates.Select(i => Aggregate(i, use, produce))], produce(g.SetId)),
                LogicalJoin j => new LogicalJoin(j.Left, j.Right, j.Kind, [.. j.Conditions.Select(map)], j.Dependent),
                LogicalTopN t => new LogicalTopN(
                    t.Input, [.. t.Partition.Select(use)], Keys(t.Order, use), t.Limit is null ? null : map(t.Limit),
                    t.Offset is null ? null : map(t.Offset), t.RowNumber < 0 ? -1 : produce(t.RowNumber)),
                LogicalWindow w => w.Mapped(use, produce),
                LogicalUnion u => new LogicalUnion(
                    u.Inputs, [.. u.MemberColumns.Select(m => m.Select(use).ToArray())], [.. u.Columns.Select(produce)]),
                LogicalRecursive r => new LogicalRecursive(
                    r.Base, [.. r.BaseColumns.Select(use)], r.Step, [.. r.StepColumns.Select(use)], r.WorkingTable, r.Distinct,
                    [.. r.Columns.Select(produce)]),
                LogicalWorkingTable w => new LogicalWorkingTable(w.Number, w.Positions, [.. w.Columns.Select(produce)]),
                LogicalHop h => new LogicalHop(
                    h.Input, use(h.TimeColumn), h.SlideMicros, h.SizeMicros, h.OffsetMicros, produce(h.Start),
                    produce(h.End)),
                LogicalTemporalJoin j => new LogicalTemporalJoin(
                    j.Left, j.Right, j.Kind, [.. j.Conditions.Select(map)], [.. j.LeftKey.Select(use)]),
                LogicalSession s => new LogicalSession(
                    s.Input, [.. s.Partition.Select(use)], use(s.TimeColumn), s.GapMicros, produce(s.Start), produce(s.End)),
                LogicalTableFunction f => new LogicalTableFunction(
                    f.Input, f.Function, [.. f.Arguments.Select(map)], [.. f.Produced.Select(produce)], f.Ordinality),
                _ => throw new SqlException(
                    SqlState.InternalError, $"logical node {node.GetType().Name} cannot be rebuilt"),
            };

    /// <summary>A column that passes through keeps one id on both sides, mapped like a use.</summary>
    private static LogicalProject Project(
        LogicalProject p, Func<ScalarExpression, ScalarExpression> map, Func<int, int> use, Func<int, int> produce)
    {
        var items = new ProjectItem[p.Items.Count];
        for (int i = 0; i < items.Length; i++)
        {
            var item = p.Items[i];
            var value = map(item.Value);
            bool followed = item.IsPassThrough && value is ColumnExpression c && c.Index == use(item.Id);
            items[i] = new ProjectItem(followed ? use(item.Id) : produce(item.Id), value);
        }

        return new LogicalProject(p.Input, items);
    }

    /// <summary>A column that passes through keeps one id on both sides, mapped like a use.</summary>
    private static GroupedColumn Grouped(GroupedColumn column, Func<int, int> use, Func<int, int> produce) => new(
        use(column.Input), column.Input == column.Output ? use(column.Input) : produce(column.Output));

    private static LogicalAggregateItem Aggregate(
        LogicalAggregateItem item, Func<int, int> use, Func<int, int> produce) => item with
        {
            Id = produce(item.Id),
            Argument = item.Argument < 0 ? -1 : use(item.Argument),
            Filter = item.Filter < 0 ? -1 : use(item.Filter),
            Argument2 = item.Argument2 < 0 ? -1 : use(item.Argument2),
            OrderBy = Keys(item.OrderBy, use),
        };

    private static LogicalSortKey[] Keys(IReadOnlyList<LogicalSortKey> keys, Func<int, int> use) =>
        [.. keys.Select(k => k with { Column = use(k.Column) })];

    private static void Collect(LogicalNode node, HashSet<int> used, HashSet<int> produced)
    {
        CollectUsed(node, used);
        produced.UnionWith(node.Columns);
        foreach (var input in node.Inputs)
        {
            Collect(input, used, produced);
        }
    }

    private static void AddAll(IEnumerable<int> ids, ICollection<int> into)
    {
        foreach (int id in ids)
        {
            into.Add(id);
        }
    }
}
