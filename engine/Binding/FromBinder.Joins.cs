using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Joins, with USING and NATURAL.</summary>
internal sealed partial class FromBinder
{
    private FromResult Join(Sql.JoinReference join, Scope? outer, Scope lateral)
    {
        if (join.AsOf)
        {
            throw _context.Unsupported("ASOF JOIN", join.Position);
        }

        if (IsTemporal(join))
        {
            return TemporalJoin(join, outer, lateral);
        }

        var left = Bind(join.Left, outer, lateral);
        var seen = new Scope(outer);
        seen.Variables.AddRange(lateral.Variables);
        seen.Visible.AddRange(lateral.Visible);
        seen.Add(left);
        var right = Bind(join.Right, outer, seen);
        var kind = join.Kind switch
        {
            Sql.JoinKind.Left => JoinKind.Left,
            Sql.JoinKind.Right => JoinKind.Right,
            Sql.JoinKind.Full => JoinKind.Full,
            _ => JoinKind.Inner,
        };
        bool dependent = IsLateral(join.Right);
        if (dependent && kind is JoinKind.Right or JoinKind.Full)
        {
            var free = LogicalTree.FreeColumns(right.Plan);
            if (free.Overlaps(left.Plan.Columns))
            {
                throw _context.Error(
                    SqlState.InvalidColumnReference,
                    "invalid reference to FROM-clause entry: the combining JOIN type must be INNER or LEFT for a LATERAL reference",
                    join.Right.Position);
            }

            dependent = false;
        }

        var names = UsingNames(join, left, right);
        var result = names is null
            ? OnClause(join, left, right, kind, dependent, outer)
            : Using(join, left, right, kind, dependent, names);
        return join.Alias is null ? result : Aliased(join, result);
    }

    private FromResult OnClause(
        Sql.JoinReference join, FromResult left, FromResult right, JoinKind kind, bool dependent, Scope? outer)
    {
        var scope = new Scope(outer);
        scope.Add(left);
        scope.Add(right);
        var conditions = new List<ScalarExpression>();
        if (join.On is null)
        {
            return new FromResult(
                Combine(left.Plan, right.Plan, kind, [], dependent), scope.Variables, scope.Visible,
                _context.Position(join.Position));
        }

        var subqueries = new SubqueryList { Input = new LogicalJoin(left.Plan, right.Plan, JoinKind.Inner, []) };
        var binder = new ExpressionBinder(_context, queries, scope, "JOIN/ON") { Subqueries = subqueries };
        if (kind == JoinKind.Full)
        {
            ExpressionTree.Conjuncts(binder.BindCondition(join.On), conditions);
            (left, right) = WithSubqueries(left, right, subqueries, ExpressionBinder.PositionOf(join.On));
        }
        else
        {
            binder.BindFilter(join.On, conditions);
        }

        var plan = subqueries.Count == 0 ? Combine(left.Plan, right.Plan, kind, conditions, dependent)
            : kind == JoinKind.Inner
                ? LogicalFilter.Create(subqueries.Attach(Combine(left.Plan, right.Plan, kind, [], dependent)), conditions)
            : kind == JoinKind.Left ? Matching(left.Plan, right.Plan, subqueries, conditions)
            : Matching(right.Plan, left.Plan, subqueries, conditions);
        return new FromResult(plan, scope.Variables, scope.Visible, _context.Position(join.Position));
    }

    /// <summary>
    /// The sides of a FULL JOIN with the results of its condition's subqueries as further columns, each on the side it is correlated
    /// with. One correlated with both sides would have to be found for every pair: as in PostgreSQL such conditions are refused.
    /// </summary>
    private (FromResult Left, FromResult Right) WithSubqueries(
        FromResult left, FromResult right, SubqueryList subqueries, int position)
    {
        var ofLeft = left.Plan.Columns;
        left = left with { Plan = subqueries.Attach(left.Plan, right.Plan.Columns) };
        right = right with { Plan = subqueries.Attach(right.Plan, ofLeft) };
        return subqueries.Count == 0 ? (left, right)
            : throw _context.Unsupported("a subquery about both sides in the condition of a FULL JOIN", position);
    }

    /// <summary>
    /// An outer join whose condition holds subqueries: each kept row beside those of the other side that meet the condition,
    /// which is the lateral join `kept LEFT JOIN LATERAL (SELECT * FROM other WHERE condition) ON true`.
    /// </summary>
    private LogicalJoin Matching(
        LogicalNode kept, LogicalNode other, SubqueryList subqueries, IReadOnlyList<ScalarExpression> conditions)
    {
        ProjectItem[] columns = [.. other.Columns.Select(id => new ProjectItem(id, _context.Pool.Reference(id)))];
        var matching = new LogicalProject(LogicalFilter.Create(subqueries.Attach(other), conditions), columns);
        return new LogicalJoin(kept, matching, JoinKind.Left, [], dependent: true);
    }

    private List<(string Name, int Position)>? UsingNames(Sql.JoinReference join, FromResult left, FromResult right)
    {
        if (join.UsingAlias is not null)
        {
            throw _context.Unsupported("JOIN ... USING (...) AS alias", join.Position);
        }

        if (join.Using is not null)
        {
            return [.. join.Using.Select(u => (u.Name, u.Position))];
        }

        return !join.Natural ? null : [.. left.Visible.Where(c => !c.Hidden)
            .Where(c => right.Visible.Any(r => !r.Hidden && r.Name == c.Name))
            .Select(c => (c.Name, join.Position)).Distinct()];
    }

    /// <summary>
    /// Equal columns become one: the left one's (the right one's in a RIGHT JOIN, the first that is not NULL in a FULL JOIN),
    /// and come first in `*`.
    /// </summary>
    private FromResult Using(
        Sql.JoinReference join, FromResult left, FromResult right, JoinKind kind, bool dependent,
        List<(string Name, int Position)> names)
    {
        var binder = new ExpressionBinder(_context, queries, new Scope(null), "JOIN/USING");
        var conditions = new List<ScalarExpression>();
        var merged = new List<RangeColumn>();
        var computed = new List<ProjectItem>();
        foreach (var (name, position) in names)
        {
            var (l, r) = (Side(left, name, "left", position), Side(right, name, "right", position));
            conditions.Add(binder.Operator("=", Reference(l), Reference(r), position));
            merged.Add(Merge(l, r, kind, computed, position));
        }

        var plan = Combine(left.Plan, right.Plan, kind, conditions, dependent);
        plan = LogicalProject.Extend(plan, _context.Pool, computed);
        var using_ = names.Select(n => n.Name).ToHashSet();
        var rest = left.Visible.Concat(right.Visible).Where(c => c.Hidden || !using_.Contains(c.Name));
        return new FromResult(
            plan, [.. left.Variables, .. right.Variables], [.. merged, .. rest], _context.Position(join.Position));
    }

    private RangeColumn Merge(
        RangeColumn left, RangeColumn right, JoinKind kind, List<ProjectItem> computed, int position)
    {
        if (kind != JoinKind.Full && left.Type.Equals(right.Type))
        {
            return kind == JoinKind.Right ? right : left;
        }

        var type = CommonType.Select(
            "JOIN/USING", [left.Type, right.Type], [_context.Position(position), _context.Position(position)]);
        var (l, r) = (queries.Coercion.To(Reference(left), type, position),
            queries.Coercion.To(Reference(right), type, position));
        int id = _context.Pool.Add(left.Name, type);
        computed.Add(new ProjectItem(id, kind switch
        {
            JoinKind.Full => new CoalesceExpression([l, r], type),
            JoinKind.Right => r,
            _ => l,
        }));
        return new RangeColumn(left.Name, id, type);
    }

    private static ColumnExpression Reference(RangeColumn column) => new(column.Id, column.Type);

    private RangeColumn Side(FromResult side, string name, string which, int position)
    {
        var matches = side.Visible.Where(c => c.Name == name && !c.Hidden).ToList();
        return matches.Count switch
        {
            1 => matches[0],
            0 => throw _context.Error(
                SqlState.UndefinedColumn,
                $"column \"{name}\" specified in USING clause does not exist in {which} table", position,
                Catalog.Suggestions.Hint(name, side.Visible.Where(c => !c.Hidden).Select(c => c.Name))),
            _ => throw _context.Error(
                SqlState.AmbiguousColumn, $"common column name \"{name}\" appears more than once in {which} table",
                position),
        };
    }

    private FromResult Aliased(Sql.JoinReference join, FromResult result)
    {
        var names = Rename(
            _context, join.Alias!.Name ?? "", [.. result.Visible.Select(c => c.Name)], join.Alias.Columns,
            join.Alias.Position);
        var columns = result.Visible.Select((c, i) => c with { Name = names[i] }).ToList();
        return result with { Variables = [new RangeVariable(join.Alias.Name ?? "", columns)], Visible = columns };
    }
}
