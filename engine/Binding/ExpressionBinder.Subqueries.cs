using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Subqueries as values: each becomes a one-row plan joined to the clause's input. As a test at the top of a condition
/// they become semi and anti joins (<see cref="BindFilter"/>).
/// </summary>
internal sealed partial class ExpressionBinder
{
    /// <summary>
    /// Conjuncts of a WHERE, HAVING or ON clause; EXISTS, IN and their kin at the top go to <see cref="Subqueries"/>.
    /// </summary>
    public void BindFilter(Sql.Expression condition, ICollection<ScalarExpression> conjuncts)
    {
        if (condition is Sql.LogicalExpression { Operator: Sql.LogicalOperator.And } and)
        {
            foreach (var operand in and.Operands)
            {
                BindFilter(operand, conjuncts);
            }

            return;
        }

        if (Subqueries is null || !Test(condition, negated: false))
        {
            ExpressionTree.Conjuncts(BindCondition(condition), conjuncts);
        }
    }

    private bool Test(Sql.Expression condition, bool negated)
    {
        switch (condition)
        {
            case Sql.NotExpression not:
                return Test(not.Operand, !negated);
            case Sql.ExistsExpression exists:
                Subqueries!.AddTest(_queries.BindSubquery(exists.Query, _scope).Plan, negated, []);
                return true;
            case Sql.InSubqueryExpression test:
                return InTest(test, negated != test.Negated);
            case Sql.QuantifiedSubquery test when !negated:
                var (pairs, plan) = Pairs(test.Left, test.Query, test.Operator.Symbol, test.Position);
                bool all = test.Quantifier == Sql.Quantifier.All;
                Subqueries!.AddTest(plan, all, all ? [NotTrue(ExpressionTree.And(pairs), test.Position)] : pairs);
                return true;
            default:
                return false;
        }
    }

    /// <summary>NOT IN is an anti join only where neither side can be NULL.</summary>
    private bool InTest(Sql.InSubqueryExpression test, bool negated)
    {
        int before = Subqueries!.Count;
        var (pairs, plan) = Pairs(test.Operand, test.Query, "=", test.Position);
        if (negated && !pairs.TrueForAll(p => NeverNull(p, plan)))
        {
            return before != Subqueries.Count
                ? throw _context.Unsupported("a subquery inside the operand of NOT IN", test.Position)
                : false;
        }

        Subqueries.AddTest(plan, negated, pairs);
        return true;
    }

    /// <summary>
    /// The comparisons of the operand with the subquery's columns, and its plan: for a row one a column where all have to be equal,
    /// else one of the whole rows.
    /// </summary>
    private (List<ScalarExpression> Pairs, LogicalNode Plan) Pairs(
        Sql.Expression operand, Sql.Query query, string symbol, int position, bool asValue = false)
    {
        var left = operand is Sql.RowExpression row ? BindAll(row.Elements) : [Bind(operand)];
        if (left.Count > 1 && !RowOperators.Contains(symbol))
        {
            throw _context.Unsupported($"row comparison {symbol} with a subquery", position);
        }

        var bound = _queries.BindSubquery(query, _scope);
        if (bound.Outputs.Count != left.Count)
        {
            throw WidthError(bound.Outputs.Count, left.Count, position);
        }

        if (asValue && IsGrouped)
        {
            // The operand stands within the subquery's plan: as a column it can be a grouped expression there.
            left = [.. left.Select(l => l is ColumnExpression || ExpressionTree.Columns(l).Count == 0
                ? l : Subqueries!.AddComputed(_context.Pool, l))];
        }

        List<ScalarExpression> right = [.. bound.Outputs.Select(o => _context.Pool.Reference(o.Id))];
        return (symbol == "=" ? [.. left.Zip(right, (l, r) => Operator(symbol, l, r, position))]
            : [CompareRows(symbol, left, right, position)], bound.Plan);
    }

    private SqlException WidthError(int found, int wanted, int position) => _context.Error(
        SqlState.SyntaxError, found > wanted ? "subquery has too many columns" : "subquery has too few columns", position);

    private bool NeverNull(ScalarExpression comparison, LogicalNode plan)
    {
        var known = new HashSet<int>(Nullability.NotNullColumns(plan, _context.FailuresAreNull));
        if (Subqueries!.Input is { } input)
        {
            known.UnionWith(Nullability.NotNullColumns(input, _context.FailuresAreNull));
        }

        return Nullability.IsNotNull(comparison, known);
    }

    private ScalarExpression NotTrue(ScalarExpression condition, int position) =>
        Not(new CoalesceExpression([condition, ExpressionTree.False], SqlType.Boolean), position);

    private SubqueryList Allowed(int position) => Subqueries
        ?? throw _context.Error(SqlState.FeatureNotSupported, $"cannot use subquery in {Clause}", position);

    private ColumnExpression Subquery(Sql.ScalarSubquery e) => Row(e, 1, "subquery must return only one column")[0];

    /// <summary>The values of a subquery of at most one row, NULLs when it has none; it must have so many columns.</summary>
    public ColumnExpression[] Row(Sql.ScalarSubquery e, int width, string? widthError = null)
    {
        var list = Allowed(e.Position);
        var bound = _queries.BindSubquery(e.Query, _scope);
        if (bound.Outputs.Count != width)
        {
            throw widthError is null ? WidthError(bound.Outputs.Count, width, e.Position)
                : _context.Error(SqlState.SyntaxError, widthError, e.Position);
        }

        if (IsOneRow(bound.Plan))
        {
            list.AddOneRow(bound.Plan);
            return [.. bound.Outputs.Select(o => _context.Pool.Reference(o.Id))];
        }

        LogicalAggregateItem[] items = [.. bound.Outputs.Select(o => new LogicalAggregateItem(
            _context.Pool.Add(o.Name, o.Type), AggregateKind.SingleValue, o.Id, o.Type, o.Type))];
        list.AddOneRow(new LogicalAggregate(bound.Plan, [], items));
        return [.. items.Select(i => _context.Pool.Reference(i.Id))];
    }

    /// <summary>It has exactly one row whatever the data.</summary>
    private static bool IsOneRow(LogicalNode plan) => plan switch
    {
        LogicalProject p => IsOneRow(p.Input),
        LogicalAggregate a => a.IsScalar,
        LogicalValues v => v.Rows.Count == 1,
        LogicalTopN t => t.IsSort && IsOneRow(t.Input),
        _ => false,
    };

    private ScalarExpression Exists(Sql.ExistsExpression e)
    {
        var list = Allowed(e.Position);
        return IsPositive(CountOf(_queries.BindSubquery(e.Query, _scope).Plan, [], list), e.Position);
    }

    private ScalarExpression ArrayOf(Sql.ArraySubquery e)
    {
        var list = Allowed(e.Position);
        var bound = _queries.BindSubquery(e.Query, _scope);
        if (bound.Outputs.Count != 1)
        {
            throw _context.Error(SqlState.SyntaxError, "subquery must return only one column", e.Position);
        }

        var output = bound.Outputs[0];
        var type = SqlType.ListOf(output.Type);
        int id = _context.Pool.Add("array", type);
        var item = new LogicalAggregateItem(
            id, AggregateKind.ArrayAgg, output.Id, output.Type, type)
        { OrderBy = bound.Order };
        list.AddOneRow(new LogicalAggregate(bound.Plan, [], [item]));
        var empty = LiteralText.Read("{}", type, true, 0);
        return new CoalesceExpression([_context.Pool.Reference(id), empty], type);
    }

    /// <summary>
    /// IN as a value: true if some row matches; else NULL if a comparison with some row was NULL; else false. Matches and
    /// NULLs are counted apart, so that the matches are found by equality.
    /// </summary>
    private ScalarExpression InSubquery(Sql.InSubqueryExpression e)
    {
        var list = Allowed(e.Position);
        var (pairs, plan) = Pairs(e.Operand, e.Query, "=", e.Position, asValue: true);
        var found = IsPositive(CountOf(plan, pairs, list), e.Position);
        if (!pairs.TrueForAll(p => NeverNull(p, plan)))
        {
            var (again, samePlan) = Pairs(e.Operand, e.Query, "=", e.Position, asValue: true);
            var unknown = again.Count == 1
                ? UnknownSingle((CallExpression)again[0], samePlan, list, e.Position)
                : UnknownRow(again, samePlan, list, e.Position);
            found = new CaseExpression(
                [new CaseBranch(found, ExpressionTree.True),
                    new CaseBranch(unknown, ExpressionTree.Null(SqlType.Boolean))],
                ExpressionTree.False, SqlType.Boolean);
        }

        return e.Negated ? Not(found, e.Position) : found;
    }

    /// <summary>One column: unknown if there are rows and the operand is NULL, or some row's column is.</summary>
    private ScalarExpression UnknownSingle(CallExpression pair, LogicalNode plan, SubqueryList list, int position)
    {
        var columns = new HashSet<int>(plan.Columns);
        var right = pair.Arguments.First(
            a => ExpressionTree.Columns(a) is var used && used.Count > 0 && used.IsSubsetOf(columns));
        var left = ReferenceEquals(right, pair.Arguments[0]) ? pair.Arguments[1] : pair.Arguments[0];
        int rows = _context.Pool.Add("rows", SqlType.Int64);
        int values = _context.Pool.Add("values", SqlType.Int64);
        int value = _context.Pool.Add("value", right.Type);
        list.AddOneRow(new LogicalAggregate(
            new LogicalProject(plan, [new ProjectItem(value, right)]),
            [],
            [
                new LogicalAggregateItem(rows, AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64),
                new LogicalAggregateItem(values, AggregateKind.Count, value, right.Type, SqlType.Int64),
            ]));
        var (all, known) = (_context.Pool.Reference(rows), _context.Pool.Reference(values));
        return ExpressionTree.Or(
        [
            ExpressionTree.And([new NullTestExpression(left, false), IsPositive(all, position)]),
            Operator("<>", all, known, position),
        ]);
    }

    private ScalarExpression UnknownRow(List<ScalarExpression> pairs, LogicalNode plan, SubqueryList list, int position)
    {
        var unknown = new NullTestExpression(ExpressionTree.And(pairs), false);
        return IsPositive(CountOf(plan, [unknown], list), position);
    }

    /// <summary>x op ANY | ALL (subquery) as a value, by counting the rows for which the comparison is true, false, NULL.</summary>
    private ScalarExpression QuantifiedSubquery(Sql.QuantifiedSubquery e)
    {
        if (e.Operator.Symbol == "=" && e.Quantifier == Sql.Quantifier.Any)
        {
            return InSubquery(new Sql.InSubqueryExpression(e.Left, e.Query, false) { Position = e.Position });
        }

        var list = Allowed(e.Position);
        bool any = e.Quantifier == Sql.Quantifier.Any;
        var (pairs, plan) = Pairs(e.Left, e.Query, e.Operator.Symbol, e.Position, asValue: true);
        var comparison = ExpressionTree.And(pairs);
        var decisive = any ? comparison : Not(comparison, e.Position);
        var decided = IsPositive(CountOf(plan, [decisive], list), e.Position);
        var (again, samePlan) = Pairs(e.Left, e.Query, e.Operator.Symbol, e.Position, asValue: true);
        var unknown = IsPositive(
            CountOf(samePlan, [new NullTestExpression(ExpressionTree.And(again), false)], list), e.Position);
        return new CaseExpression(
            [new CaseBranch(decided, any ? ExpressionTree.True : ExpressionTree.False),
                new CaseBranch(unknown, ExpressionTree.Null(SqlType.Boolean))],
            any ? ExpressionTree.False : ExpressionTree.True, SqlType.Boolean);
    }

    private ColumnExpression CountOf(LogicalNode plan, IReadOnlyList<ScalarExpression> conditions, SubqueryList list)
    {
        int id = _context.Pool.Add("count", SqlType.Int64);
        var item = new LogicalAggregateItem(id, AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64);
        list.AddOneRow(new LogicalAggregate(LogicalFilter.Create(plan, conditions), [], [item]));
        return _context.Pool.Reference(id);
    }

    private ScalarExpression IsPositive(ScalarExpression count, int position) =>
        Operator(">", count, new ConstantExpression(Datum.OfInt64(0), SqlType.Int64), position);
}
