using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>The distinct values of the outer columns a subplan depends on.</summary>
/// <param name="Node">Produces them, each once.</param>
/// <param name="Pairs">Outer column and the domain's column for it.</param>
internal sealed record OuterDomain(LogicalNode Node, IReadOnlyList<(int Outer, int Inner)> Pairs)
{
    public required IReadOnlyDictionary<int, ScalarExpression> Substitution { get; init; }

    public IEnumerable<int> Columns => Pairs.Select(p => p.Inner);
}

/// <summary>
/// Pushes a domain down a plan that names its columns until the plan has them as ordinary columns: the result gives, for
/// each row of the domain, the plan's rows under those values, with the domain's columns beside them.
/// </summary>
internal sealed class DomainPushDown(BindContext context)
{
    private ColumnPool Pool => context.Pool;

    public OuterDomain Of(LogicalNode outer, IEnumerable<int> columns)
    {
        var pairs = columns.Order().Select(id => (Outer: id, Inner: Pool.Copy(id))).ToList();
        var values = new LogicalProject(
            outer, [.. pairs.Select(p => new ProjectItem(p.Inner, Pool.Reference(p.Outer)))]);
        var distinct = new LogicalAggregate(values, [.. pairs.Select(p => p.Inner)], [], emitEmpty: false);
        return new OuterDomain(distinct, pairs)
        {
            Substitution = pairs.ToDictionary(p => p.Outer, p => (ScalarExpression)Pool.Reference(p.Inner)),
        };
    }

    /// <summary>a IS NOT DISTINCT FROM b.</summary>
    public ScalarExpression Same(int a, int b)
    {
        var (left, right) = (Pool.Reference(a), Pool.Reference(b));
        var found = context.Resolver.Find(BuiltinNames.IsNotDistinct, [left.Type, right.Type], isOperator: true, 0)
            ?? throw context.Unsupported(
                $"a subquery correlated by a column of type {CommonType.PgName(left.Type)}", 0);
        return new CallExpression(found.Function, [left, right], SqlType.Boolean);
    }

    public LogicalNode Push(LogicalNode node, OuterDomain domain)
    {
        if (!Depends(node, domain))
        {
            return new LogicalJoin(domain.Node, node, JoinKind.Inner, []);
        }

        switch (node)
        {
            case LogicalFilter f:
                return new LogicalFilter(Push(f.Input, domain), f.Conjuncts);
            case LogicalProject p:
                return new LogicalProject(Push(p.Input, domain), [.. p.Items, .. Through(domain)]);
            case LogicalAggregate a:
                return Aggregate(a, domain);
            case LogicalGroupingSets g:
                return Push(g.ToUnion(Pool), domain);
            case LogicalJoin j:
                return Join(j, domain);
            case LogicalTopN t:
                return new LogicalTopN(
                    Push(t.Input, domain), [.. t.Partition.Union(domain.Columns)], t.Order, t.Limit, t.Offset,
                    t.RowNumber);
            case LogicalWindow w:
                return new LogicalWindow(
                    Push(w.Input, domain), [.. w.Partition.Union(domain.Columns)], w.Order, w.Items, w.Limit);
            case LogicalUnion u:
                return new LogicalUnion(
                    [.. u.Inputs.Select(i => Push(i, domain))],
                    [.. u.MemberColumns.Select(m => (IReadOnlyList<int>)[.. m, .. domain.Columns])],
                    [.. u.Columns, .. domain.Columns]);
            case LogicalSession s:
                return new LogicalSession(
                    Push(s.Input, domain), [.. s.Partition.Union(domain.Columns)], s.TimeColumn, s.GapMicros, s.Start, s.End);
            case LogicalHop h:
                return h.WithInputs([Push(h.Input, domain)]);
            case LogicalTableFunction t:
                return new LogicalTableFunction(
                    t.Input is null ? domain.Node : Push(t.Input, domain), t.Function, t.Arguments, t.Produced,
                    t.Ordinality);
            case LogicalValues v:
                return Values(v, domain);
            default:
                throw new SqlException(SqlState.InternalError, $"{node.GetType().Name} cannot be correlated");
        }
    }

    private static bool Depends(LogicalNode node, OuterDomain domain) => LogicalTree.FreeColumns(node)
        .Overlaps(domain.Columns);

    private IEnumerable<ProjectItem> Through(OuterDomain domain) =>
        domain.Columns.Select(id => new ProjectItem(id, Pool.Reference(id)));

    /// <summary>A scalar aggregate has a row also where there is no input: for each value of the domain.</summary>
    private LogicalNode Aggregate(LogicalAggregate a, OuterDomain domain)
    {
        var input = Push(a.Input, domain);
        if (!a.IsScalar)
        {
            return new LogicalAggregate(input, [.. a.Groups.Union(domain.Columns)], a.Aggregates, a.EmitEmpty);
        }

        var (items, repaired) = EmptyGroups.Split(a.Aggregates, Pool);
        var grouped = new LogicalAggregate(input, [.. domain.Columns], items);
        var (renamed, conditions) = Renamed(grouped, domain, items.Select(i => i.Id));
        var joined = new LogicalJoin(domain.Node, renamed, JoinKind.Left, conditions);
        return new LogicalProject(joined, [.. Through(domain), .. repaired]);
    }

    /// <summary>The plan with the domain's columns under new ids, and the conditions that equate both.</summary>
    private (LogicalNode Plan, IReadOnlyList<ScalarExpression> Conditions) Renamed(
        LogicalNode plan, OuterDomain domain, IEnumerable<int> keep)
    {
        var fresh = domain.Columns.Select(id => (Old: id, New: Pool.Copy(id))).ToList();
        var items = keep.Select(id => new ProjectItem(id, Pool.Reference(id)))
            .Concat(fresh.Select(f => new ProjectItem(f.New, Pool.Reference(f.Old))));
        return (new LogicalProject(plan, [.. items]), [.. fresh.Select(f => Same(f.Old, f.New))]);
    }

    private LogicalNode Join(LogicalJoin j, OuterDomain domain)
    {
        bool right = Depends(j.Right, domain);
        switch (j.Kind)
        {
            case JoinKind.Inner when !right:
                return new LogicalJoin(Push(j.Left, domain), j.Right, j.Kind, j.Conditions);
            case JoinKind.Inner when !Depends(j.Left, domain):
                return new LogicalJoin(j.Left, Push(j.Right, domain), j.Kind, j.Conditions);
            case JoinKind.Full:
                return Full(j, domain);
            case JoinKind.Right:
                return Join(new LogicalJoin(j.Right, j.Left, JoinKind.Left, j.Conditions), domain);
            default:
                var left = Push(j.Left, domain);
                if (!right)
                {
                    return new LogicalJoin(left, j.Right, j.Kind, j.Conditions);
                }

                var (renamed, conditions) = Renamed(Push(j.Right, domain), domain, j.Right.Columns);
                return new LogicalJoin(left, renamed, j.Kind, [.. j.Conditions, .. conditions]);
        }
    }

    private LogicalProject Full(LogicalJoin j, OuterDomain domain)
    {
        var ids = domain.Columns.ToList();
        var lefts = ids.ConvertAll(Pool.Copy);
        var left = new LogicalProject(
            Push(j.Left, domain),
            [.. j.Left.Columns.Select(id => new ProjectItem(id, Pool.Reference(id))),
             .. ids.Select((id, i) => new ProjectItem(lefts[i], Pool.Reference(id)))]);
        var rights = ids.ConvertAll(Pool.Copy);
        var right = new LogicalProject(
            Push(j.Right, domain),
            [.. j.Right.Columns.Select(id => new ProjectItem(id, Pool.Reference(id))),
             .. ids.Select((id, i) => new ProjectItem(rights[i], Pool.Reference(id)))]);

        // Within the conditions a domain column may be either side's: they are equal there.
        var substitution = ids.Select((id, i) => (id, lefts[i]))
            .ToDictionary(p => p.id, p => (ScalarExpression)Pool.Reference(p.Item2));
        var conditions = j.Conditions.Select(c => ExpressionTree.Substitute(c, substitution))
            .Concat(lefts.Zip(rights, Same));
        var joined = new LogicalJoin(left, right, JoinKind.Full, [.. conditions]);
        var merged = ids.Select((id, i) => new ProjectItem(
            id, new CoalesceExpression([Pool.Reference(lefts[i]), Pool.Reference(rights[i])], Pool.TypeOf(id))));
        return new LogicalProject(
            joined, [.. j.Columns.Select(id => new ProjectItem(id, Pool.Reference(id))), .. merged]);
    }

    private LogicalNode Values(LogicalValues v, OuterDomain domain)
    {
        LogicalNode Row(IReadOnlyList<ScalarExpression> row, IReadOnlyList<int> ids) => new LogicalProject(
            domain.Node, [.. Through(domain), .. row.Select((e, i) => new ProjectItem(ids[i], e))]);
        if (v.Rows.Count == 1)
        {
            return Row(v.Rows[0], v.Columns);
        }

        var ids = v.Rows.Select(_ => (IReadOnlyList<int>)[.. v.Columns.Select(Pool.Copy)]).ToList();
        return new LogicalUnion(
            [.. v.Rows.Select((r, i) => Row(r, ids[i]))],
            [.. ids.Select(list => (IReadOnlyList<int>)[.. list, .. domain.Columns])],
            [.. v.Columns, .. domain.Columns]);
    }
}
