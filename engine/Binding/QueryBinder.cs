using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>A column a query shows. Origin: oid and attribute number of the relation column it is, or zeros.</summary>
internal sealed record OutputColumn(string Name, int Id, SqlType Type)
{
    public uint TableOid { get; init; }

    public short Attribute { get; init; }

    public bool ZeroBased { get; init; }
}

/// <summary>
/// A bound query. The plan may have more columns than are shown. LIMIT and OFFSET are in the plan; an ORDER BY without them
/// is not, it stands in Order for whoever shows the rows (a relation has no order).
/// </summary>
internal sealed record BoundQuery(LogicalNode Plan, IReadOnlyList<OutputColumn> Outputs)
{
    public IReadOnlyList<LogicalSortKey> Order { get; init; } = [];

    /// <summary>The plan's root already orders by <see cref="Order"/>.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Positions of the outputs' expressions, for errors about their types.</summary>
    public IReadOnlyList<int> Positions { get; init; } = [];
}

/// <summary>A WITH entry: bound once; each further reference is a copy under new column ids.</summary>
internal sealed class CommonTableDefinition(string name, BoundQuery query, IReadOnlyList<string> columns)
{
    public string Name { get; } = name;

    public BoundQuery Query { get; } = query;

    public IReadOnlyList<string> Columns { get; } = columns;

    public bool IsUsed { get; set; }

    /// <summary>The error of naming it here, or null.</summary>
    public SqlException? Forbidden { get; init; }
}

/// <summary>Binds queries: WITH, set operations, VALUES, ORDER BY, LIMIT. SELECT is <see cref="SelectBinder"/>'s.</summary>
internal sealed class QueryBinder
{
    private readonly Stack<Dictionary<string, CommonTableDefinition>> _with = new();

    public QueryBinder(BindContext context)
    {
        Context = context;
        Coercion = new Coercion(context);
        From = new FromBinder(this);
        SetOperations = new SetOperationBinder(this);
    }

    public BindContext Context { get; }

    public Coercion Coercion { get; }

    public FromBinder From { get; }

    public SetOperationBinder SetOperations { get; }

    public BoundQuery BindSubquery(Sql.Query query, Scope outer) => Bind(query, outer);

    /// <param name="query">The query.</param>
    /// <param name="outer">Names around a subquery, or null.</param>
    /// <param name="keepUnknown">Untyped literals among the outputs stay so, for INSERT to read them as its columns' types.</param>
    public BoundQuery Bind(Sql.Query query, Scope? outer, bool keepUnknown = false)
    {
        Refuse(query);
        bool pushed = PushWith(query.With, outer);
        try
        {
            var bound = query.Body switch
            {
                Sql.SelectBody select => new SelectBinder(this, outer).Bind(select, query.OrderBy, keepUnknown),
                Sql.ValuesBody values => Ordered(BindValues(values, outer, keepUnknown), query.OrderBy, outer),
                Sql.SetOperation set => Ordered(SetOperations.Bind(set, outer, keepUnknown), query.OrderBy, outer),
                Sql.NestedQuery nested => Nested(Bind(nested.Query, outer, keepUnknown), query, outer),
                _ => throw Context.Unsupported(query.Body.GetType().Name, query.Body.Position),
            };
            return Limited(bound, query, outer);
        }
        finally
        {
            if (pushed)
            {
                _with.Pop();
            }
        }
    }

    /// <summary>The operand of a set operation.</summary>
    public BoundQuery BindBody(Sql.QueryBody body, Scope? outer, bool keepUnknown) =>
        Bind(new Sql.Query(body) { Position = body.Position }, outer, keepUnknown);

    /// <summary>Descending, and whether NULLs come first: by default they are the largest values.</summary>
    public (bool Descending, bool NullsFirst) Direction(Sql.OrderItem item)
    {
        if (item.Using is { } symbol && symbol.Symbol is not ("<" or ">"))
        {
            throw Context.Error(
                SqlState.WrongObjectType, $"operator {symbol.Symbol} is not a valid ordering operator", item.Position,
                "Ordering operators must be \"<\" or \">\" members of btree operator families.");
        }

        bool descending = item.Direction == Sql.SortDirection.Descending || item.Using is { Symbol: ">" };
        return (descending, item.Nulls == Sql.NullsOrder.Default ? descending : item.Nulls == Sql.NullsOrder.First);
    }

    public CommonTableDefinition? FindWith(string name)
    {
        foreach (var level in _with)
        {
            if (level.TryGetValue(name, out var found))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Binds what a view's text names without the WITH entries around its use.</summary>
    public T WithoutCommonTables<T>(Func<T> bind)
    {
        var saved = _with.Reverse().ToList();
        _with.Clear();
        try
        {
            return bind();
        }
        finally
        {
            _with.Clear();
            saved.ForEach(_with.Push);
        }
    }

    private void Refuse(Sql.Query query)
    {
        if (query.Locking.Count > 0)
        {
            throw Context.Unsupported(
                "row locks (FOR UPDATE, FOR SHARE)", query.Locking[0].Position, "Reads never wait for writes.");
        }

        if (query.WithTies)
        {
            throw Context.Unsupported("FETCH FIRST ... WITH TIES", query.Position);
        }

        if (query.EmitOnWindowClose)
        {
            throw Context.Unsupported("EMIT ON WINDOW CLOSE", query.Position);
        }
    }

    /// <summary>Opens a level for a WITH clause that DML statements may have, too; the caller pops it.</summary>
    public bool PushWith(Sql.WithClause? with, Scope? outer)
    {
        if (with is null)
        {
            return false;
        }

        var level = new Dictionary<string, CommonTableDefinition>(StringComparer.Ordinal);
        _with.Push(level);
        foreach (var table in with.Tables)
        {
            if (table.Query is null)
            {
                _with.Pop();
                throw Context.Unsupported(
                    table.ChangelogFrom is not null ? "AS CHANGELOG FROM" : "data-modifying statements in WITH",
                    table.Position);
            }

            if (level.ContainsKey(table.Name))
            {
                _with.Pop();
                throw Context.Error(
                    SqlState.DuplicateAlias, $"WITH query name \"{table.Name}\" specified more than once",
                    table.Position);
            }

            var bound = with.Recursive ? new RecursiveBinder(this).Bind(table, outer, level)
                : Bind(table.Query, outer);
            var names = FromBinder.Rename(
                Context, table.Name, [.. bound.Outputs.Select(o => o.Name)], table.Columns, table.Position);
            level.Add(table.Name, new CommonTableDefinition(table.Name, bound, names));
        }

        return true;
    }

    public void PopWith() => _with.Pop();

    private BoundQuery BindValues(Sql.ValuesBody values, Scope? outer, bool keepUnknown)
    {
        int width = values.Rows[0].Count;
        var subqueries = new SubqueryList();
        var binder = new ExpressionBinder(Context, this, new Scope(outer), "VALUES") { Subqueries = subqueries };
        var rows = new List<List<ScalarExpression>>();
        foreach (var row in values.Rows)
        {
            if (row.Count != width)
            {
                throw Context.Error(SqlState.SyntaxError, "VALUES lists must all be the same length", PositionOf(row));
            }

            Budget.MemoryAccount.CheckManaged();
            rows.Add([.. row.Select(binder.Bind)]);
        }

        var outputs = new List<OutputColumn>();
        for (int i = 0; i < width; i++)
        {
            var positions = values.Rows.Select(r => Context.Position(ExpressionBinder.PositionOf(r[i]))).ToArray();
            var types = rows.Select(r => Context.LooseType(r[i])).ToArray();
            var type = keepUnknown && types.All(t => t.Id == TypeId.Unknown) ? SqlType.Unknown
                : CommonType.Select("VALUES", types, positions);
            for (int r = 0; r < rows.Count; r++)
            {
                rows[r][i] = type.Id == TypeId.Unknown ? rows[r][i] : Coercion.To(rows[r][i], type, positions[r]);
            }

            string name = $"column{i + 1}";
            outputs.Add(new OutputColumn(name, Context.Pool.Add(name, type), type));
        }

        int[] ids = [.. outputs.Select(o => o.Id)];
        if (subqueries.Count == 0)
        {
            return new BoundQuery(
                new LogicalValues([.. rows.Select(r => (IReadOnlyList<ScalarExpression>)r)], ids), outputs)
            {
                Positions = [.. values.Rows[0].Select(ExpressionBinder.PositionOf)],
            };
        }

        if (rows.Count > 1)
        {
            throw Context.Unsupported("subqueries in VALUES of several rows", values.Position);
        }

        var plan = new LogicalProject(
            subqueries.Attach(LogicalValues.OneRow), [.. ids.Select((id, i) => new ProjectItem(id, rows[0][i]))]);
        return new BoundQuery(plan, outputs);
    }

    private static int PositionOf(Sql.SyntaxList<Sql.Expression> row) => row.Count == 0 ? 0
        : ExpressionBinder.PositionOf(row[0]);

    private BoundQuery Nested(BoundQuery inner, Sql.Query query, Scope? outer)
    {
        if (query.OrderBy.Count > 0)
        {
            return Ordered(inner, query.OrderBy, outer);
        }

        return inner;
    }

    /// <summary>ORDER BY of VALUES and set operations: by output name or number only.</summary>
    private BoundQuery Ordered(BoundQuery bound, Sql.SyntaxList<Sql.OrderItem> items, Scope? outer)
    {
        if (items.Count == 0)
        {
            return bound;
        }

        var keys = new List<LogicalSortKey>();
        foreach (var item in items)
        {
            var (descending, nullsFirst) = Direction(item);
            keys.Add(new LogicalSortKey(OutputOf(item, bound.Outputs), descending, nullsFirst));
        }

        return bound with { Order = keys, IsOrdered = false };
    }

    private int OutputOf(Sql.OrderItem item, IReadOnlyList<OutputColumn> outputs)
    {
        if (item.Value is Sql.NumberLiteral number)
        {
            return Ordinal(number, outputs.Count, "ORDER BY") is var i && i >= 0 ? outputs[i].Id : -1;
        }

        if (item.Value is Sql.ColumnReference { Parts.Count: 1 } name)
        {
            var matches = outputs.Where(o => o.Name == name.Name).ToList();
            return matches.Count switch
            {
                1 => matches[0].Id,
                0 => throw Context.Error(
                    SqlState.UndefinedColumn, $"column \"{name.Name}\" does not exist", item.Value.Position,
                    Suggestions.Hint(name.Name, outputs.Select(o => o.Name))),
                _ => throw Context.Error(
                    SqlState.AmbiguousColumn, $"ORDER BY \"{name.Name}\" is ambiguous", item.Value.Position),
            };
        }

        throw Context.Error(
            SqlState.FeatureNotSupported, "invalid UNION/INTERSECT/EXCEPT ORDER BY clause",
            ExpressionBinder.PositionOf(item.Value),
            "Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
            "Only result column names can be used, not expressions or functions.");
    }

    /// <summary>A position in the select list as an index.</summary>
    public int Ordinal(Sql.NumberLiteral number, int count, string clause)
    {
        if (!int.TryParse(number.Text, out int ordinal))
        {
            throw Context.Error(SqlState.SyntaxError, $"non-integer constant in {clause}", number.Position);
        }

        return ordinal >= 1 && ordinal <= count ? ordinal - 1 : throw Context.Error(
            SqlState.InvalidColumnReference, $"{clause} position {ordinal} is not in select list", number.Position);
    }

    private BoundQuery Limited(BoundQuery bound, Sql.Query query, Scope? outer)
    {
        if (query.Limit is null && query.Offset is null)
        {
            return bound;
        }

        var limit = Count(query.Limit, "LIMIT", outer);
        var offset = Count(query.Offset, "OFFSET", outer);
        var plan = new LogicalTopN(bound.Plan, [], bound.Order, limit, offset);
        return bound with { Plan = plan, IsOrdered = true };
    }

    private ScalarExpression? Count(Sql.Expression? value, string clause, Scope? outer)
    {
        if (value is null || value is Sql.NullLiteral)
        {
            return null;
        }

        var binder = new ExpressionBinder(Context, this, new Scope(null), clause);
        if (value is not (Sql.NumberLiteral or Sql.Parameter) && outer is null && value is Sql.ColumnReference)
        {
            throw Context.Error(
                SqlState.InvalidColumnReference, $"argument of {clause} must not contain variables", value.Position);
        }

        int position = ExpressionBinder.PositionOf(value);
        var bound = Coercion.TryTo(binder.Bind(value), SqlType.Int64, CoercionContext.Assignment, position)
            ?? throw Context.Error(SqlState.DatatypeMismatch, $"argument of {clause} must be type bigint", position);
        return bound is ConstantExpression { Value: { IsNull: false, AsInt64: < 0 } }
            ? throw Context.Error(
                clause == "LIMIT" ? SqlState.InvalidRowCountInLimit : SqlState.InvalidRowCountInOffset,
                $"{clause} must not be negative", position)
            : bound;
    }
}
