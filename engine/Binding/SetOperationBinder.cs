using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// UNION, INTERSECT and EXCEPT. All become UNION ALL and, but for UNION ALL itself, a grouping by all columns: a row of
/// INTERSECT or EXCEPT counts its occurrences left and right, with ALL it is then repeated min(l, r) or l - r times.
/// </summary>
internal sealed class SetOperationBinder(QueryBinder queries)
{
    private readonly BindContext _context = queries.Context;

    public BoundQuery Bind(Sql.SetOperation set, Scope? outer, bool keepUnknown)
    {
        var members = new List<Sql.QueryBody>();
        Flatten(set, set, members);
        var bound = members.Select(m => queries.BindBody(m, outer, keepUnknown: true)).ToList();
        string name = set.Operator.ToString().ToUpperInvariant();
        if (set.Corresponding)
        {
            bound = Corresponding(bound, set, name);
        }

        var union = Union(bound, name, set.Position, keepUnknown);
        return set.Operator switch
        {
            Sql.SetOperator.Union when set.All => union,
            Sql.SetOperator.Union =>
                union with { Plan = new LogicalAggregate(union.Plan, [.. union.Outputs.Select(o => o.Id)], []) },
            _ => Counted(bound, set, name, keepUnknown),
        };
    }

    /// <summary>A chain of the same operator is one operation; UNION ALL under UNION keeps its own place.</summary>
    private static void Flatten(Sql.QueryBody body, Sql.SetOperation root, List<Sql.QueryBody> members)
    {
        if (body is Sql.SetOperation set && root.Operator == Sql.SetOperator.Union
            && set.Operator == Sql.SetOperator.Union && set.All == root.All && !set.Corresponding && !root.Corresponding)
        {
            Flatten(set.Left, root, members);
            Flatten(set.Right, root, members);
        }
        else if (ReferenceEquals(body, root))
        {
            members.Add(root.Left);
            members.Add(root.Right);
        }
        else
        {
            members.Add(body);
        }
    }

    /// <summary>Both sides reduced to the columns of the same name, in the left one's order, or to those of BY (SQL:2016 7.17).</summary>
    private List<BoundQuery> Corresponding(List<BoundQuery> sides, Sql.SetOperation set, string name)
    {
        var common = set.CorrespondingBy.Count > 0
            ? set.CorrespondingBy.Select(i => i.Name).ToList()
            : [.. sides[0].Outputs.Select(o => o.Name).Where(n => sides[1].Outputs.Any(o => o.Name == n)).Distinct()];
        if (common.Count == 0)
        {
            throw _context.Error(
                SqlState.SyntaxError, $"the sides of {name} CORRESPONDING have no column name in common", set.Position);
        }

        return sides.ConvertAll(side =>
        {
            var names = side.Outputs.Select(o => o.Name).ToList();
            var places = common.ConvertAll(n => names.IndexOf(n));
            int missing = places.FindIndex(p => p < 0);
            return missing < 0
                ? side with
                {
                    Outputs = places.ConvertAll(p => side.Outputs[p]),
                    Positions = places.ConvertAll(p => side.Positions.ElementAtOrDefault(p)),
                }
                : throw _context.Error(
                    SqlState.UndefinedColumn, $"column \"{common[missing]}\" of CORRESPONDING BY is not on both sides of {name}",
                    set.Position);
        });
    }

    private BoundQuery Union(List<BoundQuery> members, string name, int position, bool keepUnknown)
    {
        int width = members[0].Outputs.Count;
        if (members.Exists(m => m.Outputs.Count != width))
        {
            throw _context.Error(
                SqlState.SyntaxError, $"each {name} query must have the same number of columns", position);
        }

        var types = new SqlType[width];
        for (int i = 0; i < width; i++)
        {
            var all = members.Select(m => m.Outputs[i].Type).ToArray();
            types[i] = keepUnknown && all.All(t => t.Id == TypeId.Unknown)
                ? SqlType.Unknown
                : CommonType.Select(name, all,
                    [.. members.Select(m => _context.Position(m.Positions.ElementAtOrDefault(i)))]);
        }

        var plans = new List<LogicalNode>();
        var columns = new List<IReadOnlyList<int>>();
        foreach (var member in members)
        {
            var (plan, ids) = Converted(member, types);
            plans.Add(plan);
            columns.Add(ids);
        }

        var outputs = types.Select((t, i) =>
        {
            string column = members[0].Outputs[i].Name;
            return new OutputColumn(column, _context.Pool.Add(column, t), t);
        }).ToList();
        return new BoundQuery(new LogicalUnion(plans, columns, [.. outputs.Select(o => o.Id)]), outputs)
        {
            Positions = members[0].Positions,
        };
    }

    /// <summary>The member with its columns converted, and their ids in order.</summary>
    private (LogicalNode Plan, IReadOnlyList<int> Ids) Converted(BoundQuery member, SqlType[] types)
    {
        if (member.Outputs.Select(o => o.Type).SequenceEqual(types))
        {
            return (member.Plan, [.. member.Outputs.Select(o => o.Id)]);
        }

        var items = member.Outputs.Select((o, i) =>
        {
            var value = UnknownConstant(member.Plan, o.Id) ?? _context.Pool.Reference(o.Id);
            return new ProjectItem(
                _context.Pool.Add(o.Name, types[i]),
                queries.Coercion.To(value, types[i], member.Positions.ElementAtOrDefault(i)));
        }).ToList();
        return (new LogicalProject(member.Plan, items), [.. items.Select(i => i.Id)]);
    }

    /// <summary>An untyped literal or parameter of a plain SELECT, to be read as its final type.</summary>
    public static ScalarExpression? UnknownConstant(LogicalNode plan, int id)
    {
        var value = (plan as LogicalProject)?.Items.FirstOrDefault(i => i.Id == id).Value;
        return value is ConstantExpression or ParameterExpression && value.Type.Id == TypeId.Unknown ? value : null;
    }

    private BoundQuery Counted(List<BoundQuery> sides, Sql.SetOperation set, string name, bool keepUnknown)
    {
        var typed = Union(sides, name, set.Position, keepUnknown);
        var union = (LogicalUnion)typed.Plan;
        int left = _context.Pool.Add("left", SqlType.Boolean);
        var tagged = new List<LogicalNode>();
        var columns = new List<IReadOnlyList<int>>();
        for (int side = 0; side < 2; side++)
        {
            int tag = _context.Pool.Add("side", SqlType.Boolean);
            tagged.Add(LogicalProject.Extend(
                union.Inputs[side], _context.Pool,
                [new ProjectItem(tag, side == 0 ? ExpressionTree.True : ExpressionTree.False)]));
            columns.Add([.. union.MemberColumns[side], tag]);
        }

        int[] ids = [.. union.Columns];
        int right = _context.Pool.Add("right", SqlType.Boolean);
        var binder = new ExpressionBinder(_context, queries, new Scope(null), name);
        var both = LogicalProject.Extend(
            new LogicalUnion(tagged, columns, [.. ids, left]), _context.Pool,
            [new ProjectItem(right, binder.Not(_context.Pool.Reference(left), set.Position))]);
        int leftCount = _context.Pool.Add("left_count", SqlType.Int64);
        int rightCount = _context.Pool.Add("right_count", SqlType.Int64);
        LogicalAggregateItem Counter(int id, int filter) =>
            new(id, AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64) { Filter = filter };
        LogicalNode plan = new LogicalAggregate(both, ids, [Counter(leftCount, left), Counter(rightCount, right)]);
        var (l, r) = (_context.Pool.Reference(leftCount), _context.Pool.Reference(rightCount));
        var zero = new ConstantExpression(Datum.OfInt64(0), SqlType.Int64);
        bool except = set.Operator == Sql.SetOperator.Except;
        var keep = set.All && except
            ? binder.Operator(">", l, r, set.Position)
            : ExpressionTree.And(
                [binder.Operator(">", l, zero, set.Position),
                    binder.Operator(except ? "=" : ">", r, zero, set.Position)]);
        var conjuncts = new List<ScalarExpression>();
        ExpressionTree.Conjuncts(keep, conjuncts);
        plan = new LogicalFilter(plan, conjuncts);
        if (set.All)
        {
            var times = except
                ? binder.Operator("-", l, r, set.Position)
                : new CaseExpression([new CaseBranch(binder.Operator("<", l, r, set.Position), l)], r, SqlType.Int64);
            var one = new ConstantExpression(Datum.OfInt64(1), SqlType.Int64);
            plan = new LogicalTableFunction(
                plan, "generate_series", [one, times], [_context.Pool.Add("n", SqlType.Int64)], false);
        }

        return typed with { Plan = plan };
    }
}
