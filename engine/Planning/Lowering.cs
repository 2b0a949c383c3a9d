using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>A physical plan and the column ids its output columns stand for.</summary>
internal sealed record LoweredPlan(PlanNode Node, IReadOnlyList<int> Ids)
{
    private readonly Dictionary<int, int> _positions = Ids.Select((id, i) => (id, i)).DistinctBy(p => p.id)
        .ToDictionary(p => p.id, p => p.i);

    public int Position(int id) => _positions.TryGetValue(id, out int position)
        ? position
        : throw new SqlException(SqlState.InternalError, $"column {id} is missing from a plan's input");

    public bool Has(int id) => _positions.ContainsKey(id);
}

/// <summary>
/// Logical to physical: ids become positions, equalities become join keys, proven facts become stream properties. Equal
/// sub-plans become one node object, so a plan is a DAG.
/// </summary>
internal sealed partial class Lowering(BindContext context, LogicalFacts facts)
{
    private readonly Dictionary<LogicalNode, LoweredPlan> _done = new(ReferenceEqualityComparer.Instance);
    private readonly PlanInterner _interner = new();

    private ColumnPool Pool => context.Pool;

    public PlanNode Intern(PlanNode node) => _interner.Intern(node);

    public LoweredPlan Lower(LogicalNode node)
    {
        if (!_done.TryGetValue(node, out var lowered))
        {
            CheckArrivalTimes(node);
            lowered = Make(node);
            _done.Add(node, lowered);
        }

        return lowered;
    }

    /// <summary>The node's proven properties over the columns it has.</summary>
    public StreamProperties Properties(LogicalNode node, IReadOnlyList<int> ids)
    {
        var known = facts.Of(node);
        var positions = ids.Select((id, i) => (id, i)).DistinctBy(p => p.id).ToDictionary(p => p.id, p => p.i);
        var key = known.Keys.Find(k => k.All(positions.ContainsKey));
        return new StreamProperties(
            known.AppendOnly ? StreamKind.AppendOnly : StreamKind.General,
            key is null ? null : [.. key.Select(id => positions[id]).Order()],
            Closed: !facts.ForView);
    }

    public ScalarExpression Positional(ScalarExpression expression, LoweredPlan input) => expression switch
    {
        ColumnExpression column => new ColumnExpression(input.Position(column.Index), column.Type),
        _ => ExpressionTree.MapChildren(expression, e => Positional(e, input)),
    };

    private LoweredPlan Make(LogicalNode node) => node switch
    {
        LogicalScan s => Finish(
            new ScanNode(s.Relation.Id, s.Relation.Name, s.RelationColumns) { Columns = [], Properties = null! }, s,
            s.Columns),
        LogicalSystemScan s => Finish(
            new SystemScanNode(s.Relation.Schema, s.Relation.Name, s.RelationColumns)
            {
                Columns = [],
                Properties = null!
            }, s, s.Columns),
        LogicalValues v => Finish(
            new ValuesNode([.. v.Rows.Select(r => r.Select(e => Positional(e, Nothing)).ToArray())])
            {
                Columns = [],
                Properties = null!
            },
            v, v.Columns),
        LogicalProject p => Project(p),
        LogicalFilter f => Filter(f),
        LogicalAggregate a => Aggregate(a),
        LogicalGroupingSets g => Lower(g.ToUnion(Pool)),
        LogicalJoin j => Join(j),
        LogicalTopN t => TopN(t),
        LogicalWindow w => Window(w),
        LogicalUnion u => Union(u),
        LogicalRecursive r => Finish(
            new RecursiveNode(
                Reordered(r.Base, Lower(r.Base), r.BaseColumns), Reordered(r.Step, Lower(r.Step), r.StepColumns), r.WorkingTable,
                r.Distinct)
            {
                Columns = [],
                Properties = null!
            }, r, r.Columns),
        LogicalWorkingTable w => Finish(
            new WorkingTableNode(w.Number, w.Positions) { Columns = [], Properties = null! }, w, w.Columns),
        LogicalHop h => Hop(h),
        LogicalSession s => Session(s),
        LogicalTemporalJoin j => TemporalJoin(j),
        LogicalTableFunction t => TableFunction(t),
        _ => throw new SqlException(SqlState.InternalError, $"{node.GetType().Name} cannot be executed"),
    };

    private static readonly LoweredPlan Nothing = new(
        new ValuesNode([[]]) { Columns = [], Properties = new StreamProperties(StreamKind.AppendOnly, []) }, []);

    /// <summary>Sets what every node has, and finds an equal one made before.</summary>
    private LoweredPlan Finish(PlanNode node, LogicalNode logical, IReadOnlyList<int> ids)
    {
        var complete = node with
        {
            Columns = [.. ids.Select(id => new PlanColumn(Pool.NameOf(id), Pool.TypeOf(id)))],
            Properties = Properties(logical, ids),
            RowEstimate = facts.Of(logical).Rows,
        };
        return new LoweredPlan(_interner.Intern(complete), ids);
    }

    private LoweredPlan Project(LogicalProject p)
    {
        var input = Lower(p.Input);
        return Finish(
            new ProjectNode(input.Node, [.. p.Items.Select(i => Positional(i.Value, input))])
            {
                Columns = [],
                Properties = null!
            }, p, p.Columns);
    }

    private LoweredPlan Filter(LogicalFilter f)
    {
        if (!facts.ForView && f.Input is LogicalScan scan
            && IndexLookup.TryMake(context, scan, f.Conjuncts) is { } found)
        {
            var lookup = Finish(
                new IndexLookupNode(scan.Relation.Id, scan.Relation.Name, scan.RelationColumns, found.IndexColumns,
                    found.Keys)
                {
                    Columns = [],
                    Properties = null!,
                },
                f, scan.Columns);
            return found.Rest.Count == 0 ? lookup : Finish(
                new FilterNode(lookup.Node, Positional(ExpressionTree.And(found.Rest), lookup))
                {
                    Columns = [],
                    Properties = null!
                },
                f, lookup.Ids);
        }

        if (facts.ForView && f.Conjuncts.Any(TimeBound.UsesNow))
        {
            return TemporalFilter(f);
        }

        var input = Lower(f.Input);
        return Finish(
            new FilterNode(input.Node, Positional(ExpressionTree.And(f.Conjuncts), input))
            {
                Columns = [],
                Properties = null!
            }, f, input.Ids);
    }

    /// <summary>Groups and aggregates in a canonical order, so that the same grouping written twice is one node.</summary>
    private LoweredPlan Aggregate(LogicalAggregate a)
    {
        var input = Lower(a.Input);
        int[] groups = [.. a.Groups.OrderBy(input.Position)];
        var calls = a.Aggregates.Select(i => (i.Id, Call: Call(i, input)))
            .OrderBy(c => c.Call.Argument).ThenBy(c => c.Call.Kind).ThenBy(c => c.Call.Filter)
                .ThenBy(c => c.Call.Distinct).ToList();
        var node = new AggregateNode(
            input.Node, [.. groups.Select(input.Position)], [.. calls.Select(c => c.Call)], a.EmitEmpty && groups.Length == 0)
        {
            Columns = [],
            Properties = null!,
            Closing = Closing(input, groups),
        };
        if (SessionFusion.Of(node) is { } sessions)
        {
            return Finish(sessions with { Input = _interner.Intern(sessions.Input) }, a, [.. groups, .. calls.Select(c => c.Id)]);
        }

        return Finish(node with { Input = OverPanes(node) }, a, [.. groups, .. calls.Select(c => c.Id)]);
    }

    private static AggregateCall Call(LogicalAggregateItem item, LoweredPlan input)
    {
        int At(int id) => id < 0 ? -1 : input.Position(id);
        return new AggregateCall(
            item.Kind, At(item.Argument), item.ArgumentType, item.ResultType, item.Distinct, At(item.Filter),
            At(item.Argument2),
            item.OrderBy.Count == 0 ? null : Keys(item.OrderBy, input), item.Fractions);
    }

    private static SortKey[] Keys(IReadOnlyList<LogicalSortKey> keys, LoweredPlan input) =>
        [.. keys.DistinctBy(k => k.Column)
            .Select(k => new SortKey(input.Position(k.Column), k.Descending, k.NullsFirst))];

    private LoweredPlan TopN(LogicalTopN t)
    {
        var input = Lower(t.Input);
        return Finish(
            new TopNNode(
                input.Node, [.. t.Partition.Select(input.Position).Order()], Keys(t.Order, input),
                t.Limit is null ? null : Positional(t.Limit, Nothing), t.Offset is null ? null
                    : Positional(t.Offset, Nothing), t.RowNumber >= 0)
            {
                Columns = [],
                Properties = null!,
            },
            t, t.RowNumber < 0 ? input.Ids : [.. input.Ids, t.RowNumber]);
    }

    private LoweredPlan Window(LogicalWindow w)
    {
        var input = Lower(w.Input);
        int[] partition = [.. w.Partition.Select(input.Position).Distinct().Order()];
        var order = Keys(w.Order, input);
        return Finish(
            new WindowNode(input.Node, partition, order, [.. w.Items.Select(i => i.Call.MapColumns(input.Position))])
            {
                Closing = facts.ForView && w.Limit is not null && Watermarks.First(input.Node, partition) is { } closing
                    ? closing with { Column = Array.IndexOf(partition, closing.Column) } : null,
                IsRising = facts.ForView && RisingRows.Are(input.Node, partition, order),
                Limit = w.Limit is { } limit
                    ? new RankLimit(w.Items.TakeWhile(i => i.Id != limit.Item).Count(), limit.Last) : null,
                Columns = [],
                Properties = null!,
            },
            w, [.. input.Ids, .. w.Items.Select(i => i.Id)]);
    }

    private LoweredPlan Union(LogicalUnion u)
    {
        var members = new List<PlanNode>();
        for (int m = 0; m < u.Inputs.Count; m++)
        {
            members.Add(Reordered(u.Inputs[m], Lower(u.Inputs[m]), u.MemberColumns[m]));
        }

        return Finish(new UnionAllNode(members) { Columns = [], Properties = null! }, u, u.Columns);
    }

    /// <summary>The plan with exactly these columns in this order, under names of their own for a root.</summary>
    public PlanNode Reordered(
        LogicalNode logical, LoweredPlan plan, IReadOnlyList<int> ids, IReadOnlyList<string>? names = null)
    {
        if (plan.Ids.SequenceEqual(ids))
        {
            return names is null ? plan.Node : plan.Node with
            {
                Columns = [.. plan.Node.Columns.Select((c, i) => c with { Name = names[i] })],
            };
        }

        // A projection below is taken in, unless that would compute something twice.
        var below = plan.Node as ProjectNode;
        bool merge = below is not null
            && ids.GroupBy(id => id)
                .All(g => g.Count() == 1 || below.Expressions[plan.Position(g.Key)] is ColumnExpression);
        var expressions = ids.Select(id => merge
            ? below!.Expressions[plan.Position(id)]
            : new ColumnExpression(plan.Position(id), Pool.TypeOf(id)));
        var project = new ProjectNode(merge ? below!.Input : plan.Node, [.. expressions])
        {
            Columns = [.. ids.Select((id, i) => new PlanColumn(names?[i] ?? Pool.NameOf(id), Pool.TypeOf(id)))],
            Properties = Properties(logical, ids),
            RowEstimate = plan.Node.RowEstimate,
        };
        return names is null ? _interner.Intern(project) : project;
    }

    private LoweredPlan Hop(LogicalHop h)
    {
        var input = Lower(h.Input);
        return Finish(
            new HopNode(input.Node, input.Position(h.TimeColumn), h.SlideMicros, h.SizeMicros,
                h.OffsetMicros)
            { Columns = [], Properties = null! },
            h, [.. input.Ids, h.Start, h.End]);
    }

    private LoweredPlan TableFunction(LogicalTableFunction t)
    {
        var input = t.Input is null ? null : Lower(t.Input);
        var arguments = t.Arguments.Select(a => Positional(a, input ?? Nothing)).ToArray();
        return Finish(
            new TableFunctionNode(
                input?.Node, t.Function, arguments, t.Ordinality)
            { Columns = [], Properties = null! },
            t, [.. input?.Ids ?? [], .. t.Produced]);
    }
}
