using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Binds one SELECT. Order of evaluation: FROM, WHERE, GROUP BY with the aggregates, HAVING, window functions,
/// set-returning functions, the select list, DISTINCT; ORDER BY may name columns of any of these.
/// </summary>
internal sealed partial class SelectBinder
{
    private readonly QueryBinder _queries;
    private readonly BindContext _context;
    private readonly Scope? _outer;
    private readonly List<(string Text, OutputColumn Column)> _outputs = [];
    private readonly List<ProjectItem> _items = [];
    private readonly List<int> _positions = [];
    private Scope _scope;
    private Sql.SelectBody _select = null!;

    public SelectBinder(QueryBinder queries, Scope? outer)
    {
        _queries = queries;
        _context = queries.Context;
        _outer = outer;
        _scope = new Scope(outer);
    }

    public BoundQuery Bind(Sql.SelectBody select, Sql.SyntaxList<Sql.OrderItem> orderBy, bool keepUnknown)
    {
        _select = select;
        if (select.Into is not null)
        {
            throw _context.Unsupported("SELECT INTO", select.Into.Position, "Use CREATE TABLE ... AS.");
        }

        var (plan, scope) = _queries.From.Bind(select.From, _outer);
        _scope = scope;
        plan = Where(plan);

        var below = new SubqueryList { Input = plan };
        // Under GROUPING SETS a grouped column can be NULL where the input's cannot.
        var above = new SubqueryList { Input = select.GroupBy.All(e => e is Sql.GroupingExpression) ? plan : null };
        var arguments = Binder(ExpressionBinder.AggregateArguments, below, null, null);
        var aggregates = new AggregateCollector(_context.Pool, arguments, plan.Columns.ToHashSet(), below);
        var windows = new WindowCollector(NamedWindows(select));
        var sets = new SetFunctionCollector(_context);
        var binder = Binder("SELECT", above, aggregates, windows, sets);

        var groups = Groups(select, Binder("GROUP BY", below, null, null));
        var items = BindItems(select, binder, keepUnknown);
        var having = new List<ScalarExpression>();
        if (select.Having is not null)
        {
            Binder("HAVING", above, aggregates, null).BindFilter(select.Having, having);
        }

        var order = orderBy.Select(o => (Value: OrderValue(o, items, binder), Item: o)).ToList();
        var distinctOn = select.DistinctOn?.Select(
            e => OrderValue(new Sql.OrderItem(e) { Position = e.Position }, items, binder)).ToList();

        bool grouped = select.GroupBy.Count > 0 || !aggregates.IsEmpty || select.Having is not null;
        if (grouped)
        {
            var grouping = new Grouping(_context, _scope, plan.Columns, below.Attach(plan), groups);
            Func<ScalarExpression, ScalarExpression> rewrite = grouping.Rewrite;
            items = [.. items.Select(i => i with { Value = rewrite(i.Value) })];
            having = [.. having.Select(rewrite)];
            order = [.. order.Select(o => (rewrite(o.Value), o.Item))];
            distinctOn = distinctOn?.ConvertAll(e => rewrite(e));
            windows.Rewrite(rewrite);
            sets.Rewrite(rewrite);
            above.Rewrite(rewrite, grouping.RewriteSubquery);
            plan = grouping.Build(aggregates);
        }

        // Subqueries that take a window function's value stand above it, the others may stand in its arguments.
        plan = LogicalFilter.Create(above.Attach(plan, windows.Columns), having);
        plan = windows.Attach(plan, _context.Pool);
        plan = above.Attach(plan);
        plan = sets.Attach(plan);
        return Finish(plan, items, order, distinctOn);
    }

    private ExpressionBinder Binder(
        string clause, SubqueryList subqueries, AggregateCollector? aggregates, WindowCollector? windows,
        SetFunctionCollector? sets = null) =>
        new(_context, _queries, _scope, clause)
        {
            Subqueries = subqueries,
            Aggregates = aggregates,
            IsGrouped = aggregates is not null && _select.GroupBy.Count > 0,
            Windows = windows,
            SetFunctions = sets
        };

    private Dictionary<string, Sql.WindowSpecification> NamedWindows(Sql.SelectBody select)
    {
        var named = new Dictionary<string, Sql.WindowSpecification>(StringComparer.Ordinal);
        foreach (var window in select.Windows)
        {
            if (!named.TryAdd(window.Name, window.Specification))
            {
                throw _context.Error(
                    SqlState.WindowingError, $"window \"{window.Name}\" is already defined", window.Position);
            }
        }

        return named;
    }

    private LogicalNode Where(LogicalNode plan)
    {
        if (_select.Where is null)
        {
            return plan;
        }

        var subqueries = new SubqueryList { Input = plan };
        var conjuncts = new List<ScalarExpression>();
        Binder("WHERE", subqueries, null, null).BindFilter(_select.Where, conjuncts);
        return LogicalFilter.Create(subqueries.Attach(plan), conjuncts);
    }

    private sealed record SelectOutput(string Name, ScalarExpression Value, int Position, RangeColumn? Origin);

    private List<SelectOutput> BindItems(Sql.SelectBody select, ExpressionBinder binder, bool keepUnknown)
    {
        var items = new List<SelectOutput>();
        foreach (var item in select.Items)
        {
            if (item.Value is Sql.Wildcard star)
            {
                items.AddRange(Star(star)
                    .Select(c => new SelectOutput(c.Name, Named(c, star.Position), star.Position, c)));
                continue;
            }

            int position = ExpressionBinder.PositionOf(item.Value);
            if (item.Value is Sql.FieldWildcard fields)
            {
                items.AddRange(binder.Fields(fields).Select(f => new SelectOutput(f.Name, f.Value, position, null)));
                continue;
            }

            var value = binder.Bind(item.Value);
            value = keepUnknown ? value : _queries.Coercion.Known(value, position);
            items.Add(new SelectOutput(OutputName.Of(item), value, position, Origin(item.Value, value)));
        }

        return items;
    }

    /// <summary>The range column a plain reference shows.</summary>
    private RangeColumn? Origin(Sql.Expression expression, ScalarExpression value) =>
        expression is Sql.ColumnReference && value is ColumnExpression column
            ? _scope.AllVariables().SelectMany(v => v.Columns).FirstOrDefault(c => c.Id == column.Index)
            : null;

    private ColumnExpression Named(RangeColumn column, int position)
    {
        var variable = _scope.Variables.Find(v => v.Columns.Any(c => c.Id == column.Id));
        string display = variable is not { Name.Length: > 0 } ? column.Name : $"{variable.Name}.{column.Name}";
        return _context.Named(new ColumnExpression(column.Id, column.Type), _context.Position(position), display);
    }

    /// <summary>The columns `*` or `t.*` stands for in a scope of its own.</summary>
    public IEnumerable<RangeColumn> Star(Sql.Wildcard star, Scope scope)
    {
        _scope = scope;
        return Star(star);
    }

    private List<RangeColumn> Star(Sql.Wildcard star)
    {
        IReadOnlyList<RangeColumn> columns;
        if (star.Qualifier.Count == 0)
        {
            if (_scope.Variables.Count == 0)
            {
                throw _context.Error(
                    SqlState.SyntaxError, "SELECT * with no tables specified is not valid", star.Position);
            }

            columns = _scope.Visible;
        }
        else
        {
            string? schema = star.Qualifier.Count > 1 ? star.Qualifier[^2] : null;
            columns = _scope.FindVariable(schema, star.Qualifier[^1])?.Columns ?? throw _context.Error(
                SqlState.UndefinedTable, $"missing FROM-clause entry for table \"{string.Join('.', star.Qualifier)}\"",
                star.Position,
                Catalog.Suggestions.Hint(star.Qualifier[^1], _scope.AllVariables().Select(v => v.Name)));
        }

        var except = new HashSet<int>();
        foreach (var name in star.Except)
        {
            var column = Binder("SELECT", new SubqueryList(), null, null).Bind(name);
            if (!except.Add(((ColumnExpression)column).Index))
            {
                throw _context.Error(SqlState.DuplicateColumn, "a column is named twice in EXCEPT", name.Position);
            }
        }

        return [.. columns.Where(c => !c.Hidden && !except.Contains(c.Id))];
    }

    /// <summary>
    /// An ORDER BY or DISTINCT ON term: a number or a bare output name is that output, anything else an expression.
    /// </summary>
    private ScalarExpression OrderValue(Sql.OrderItem order, List<SelectOutput> items, ExpressionBinder binder)
    {
        if (order.Value is Sql.NumberLiteral number)
        {
            return items[_queries.Ordinal(number, items.Count, "ORDER BY")].Value;
        }

        if (order.Value is Sql.ColumnReference { Parts.Count: 1 } name)
        {
            var matches = items.Where(i => i.Name == name.Name).ToList();
            if (matches.Count > 1 && matches.Exists(m => !SameValue(m.Value, matches[0].Value)))
            {
                throw _context.Error(SqlState.AmbiguousColumn, $"ORDER BY \"{name.Name}\" is ambiguous", name.Position);
            }

            if (matches.Count > 0)
            {
                return matches[0].Value;
            }
        }

        return binder.BindKnown(order.Value);
    }

    private static bool SameValue(ScalarExpression a, ScalarExpression b) =>
        ExpressionText.Print(a) == ExpressionText.Print(b);

    private BoundQuery Finish(
        LogicalNode plan, List<SelectOutput> items, List<(ScalarExpression Value, Sql.OrderItem Item)> order,
        List<ScalarExpression>? distinctOn)
    {
        foreach (var item in items)
        {
            AddOutput(plan, item);
        }

        int shown = _items.Count;
        var keys = new List<LogicalSortKey>();
        foreach (var (value, item) in order)
        {
            var (descending, nullsFirst) = _queries.Direction(item);
            keys.Add(new LogicalSortKey(ColumnOf(plan, value, "order"), descending, nullsFirst));
        }

        var on = distinctOn?.ConvertAll(e => ColumnOf(plan, e, "distinct"));
        if (_select.Distinct && on is null && _items.Count > shown)
        {
            var culprit = order.First(o => !_outputs.Exists(x => x.Text == ExpressionText.Print(o.Value)));
            throw _context.Error(
                SqlState.InvalidColumnReference, "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
                ExpressionBinder.PositionOf(culprit.Item.Value));
        }

        plan = new LogicalProject(plan, _items);
        var outputs = _outputs.ConvertAll(o => o.Column);
        if (on is not null)
        {
            plan = DistinctOn(plan, on, keys);
        }
        else if (_select.Distinct)
        {
            plan = new LogicalAggregate(plan, [.. outputs.Select(o => o.Id).Distinct()], [], emitEmpty: false);
        }

        return new BoundQuery(plan, outputs) { Order = keys, Positions = _positions };
    }

    private void AddOutput(LogicalNode plan, SelectOutput item)
    {
        string text = ExpressionText.Print(item.Value);
        int known = ExpressionTree.IsVolatile(item.Value) ? -1 : _outputs.FindIndex(o => o.Text == text);
        int id;
        if (known >= 0)
        {
            id = _outputs[known].Column.Id;
        }
        else
        {
            id = item.Value is ColumnExpression column && plan.Columns.Contains(column.Index)
                ? column.Index
                : _context.Pool.Add(item.Name, item.Value.Type);
            _items.Add(new ProjectItem(id, item.Value));
        }

        _positions.Add(item.Position);
        _outputs.Add((text, new OutputColumn(item.Name, id, item.Value.Type)
        {
            TableOid = item.Origin?.TableOid ?? 0,
            Attribute = item.Origin?.Attribute ?? 0,
            ZeroBased = item.Origin?.ZeroBased ?? false,
        }));
    }

    /// <summary>The column of the select list that holds the value, added when there is none.</summary>
    private int ColumnOf(LogicalNode plan, ScalarExpression value, string name)
    {
        string text = ExpressionText.Print(value);
        int known = _outputs.FindIndex(o => o.Text == text);
        if (known >= 0)
        {
            return _outputs[known].Column.Id;
        }

        var hidden = _items.FindIndex(i => ExpressionText.Print(i.Value) == text);
        if (hidden >= 0)
        {
            return _items[hidden].Id;
        }

        int id = value is ColumnExpression column && plan.Columns.Contains(column.Index)
            ? column.Index
            : _context.Pool.Add(name, value.Type);
        _items.Add(new ProjectItem(id, value));
        return id;
    }

    private LogicalTopN DistinctOn(LogicalNode plan, List<int> on, List<LogicalSortKey> keys)
    {
        if (keys.Take(on.Count).Any(k => !on.Contains(k.Column)))
        {
            throw _context.Error(
                SqlState.InvalidColumnReference,
                "SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
                ExpressionBinder.PositionOf(_select.DistinctOn![0]));
        }

        var one = new ConstantExpression(Datum.OfInt64(1), SqlType.Int64);
        return new LogicalTopN(plan, [.. on.Distinct()], [.. keys.Where(k => !on.Contains(k.Column))], one, null);
    }
}
