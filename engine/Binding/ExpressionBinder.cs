using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Binds the expressions of one clause over one scope. Subqueries become joins the clause's plan must take in
/// (<see cref="Subqueries"/>); aggregates and window functions are collected for the query level. Trees are bounded in
/// height by the parser, so recursion is safe.
/// </summary>
internal sealed partial class ExpressionBinder
{
    private readonly BindContext _context;
    private readonly QueryBinder _queries;
    private readonly Scope _scope;
    private readonly Coercion _coercion;

    public ExpressionBinder(BindContext context, QueryBinder queries, Scope scope, string clause)
    {
        _context = context;
        _queries = queries;
        _scope = scope;
        _coercion = new Coercion(context);
        Clause = clause;
    }

    /// <summary>What messages call the place: `WHERE`, `SELECT`, `VALUES`.</summary>
    public string Clause { get; }

    /// <summary>Where the clause's subqueries are collected; null: none are allowed here.</summary>
    public SubqueryList? Subqueries { get; init; }

    /// <summary>Where its aggregates are collected; null: none are allowed here.</summary>
    public AggregateCollector? Aggregates { get; init; }

    /// <summary>The expression stands above a GROUP BY.</summary>
    public bool IsGrouped { get; init; }

    /// <summary>Where its window functions are collected; null: none are allowed here.</summary>
    public WindowCollector? Windows { get; init; }

    /// <summary>Where its set-returning functions are collected; null: none are allowed here.</summary>
    public SetFunctionCollector? SetFunctions { get; init; }

    /// <summary>While a function's body is bound: what $1, $2 stand for.</summary>
    public IReadOnlyList<RangeColumn>? FunctionParameters { get; init; }

    public Coercion Coercion => _coercion;

    /// <summary>A condition; top-level NULL counts as false.</summary>
    public ScalarExpression BindCondition(Sql.Expression expression) =>
        _coercion.Boolean(Bind(expression), $"argument of {Clause}", PositionOf(expression));

    /// <summary>An expression whose untyped literals are text.</summary>
    public ScalarExpression BindKnown(Sql.Expression expression) =>
        _coercion.Known(Bind(expression), PositionOf(expression));

    public ScalarExpression Bind(Sql.Expression expression)
    {
        switch (expression)
        {
            case Sql.ColumnReference e:
                return Column(e);
            case Sql.NullLiteral:
                return ExpressionTree.Null(SqlType.Unknown);
            case Sql.BooleanLiteral e:
                return e.Value ? ExpressionTree.True : ExpressionTree.False;
            case Sql.NumberLiteral e:
                return LiteralText.Number(e.Text);
            case Sql.StringLiteral e:
                return new ConstantExpression(Datum.OfText(SqlType.Unknown, e.Value), SqlType.Unknown);
            case Sql.Parameter e:
                return Parameter(e);
            case Sql.UnaryExpression e:
                return Unary(e);
            case Sql.BinaryExpression e:
                return Binary(e);
            case Sql.LogicalExpression e:
                return Logical(e);
            case Sql.NotExpression e:
                return Not(_coercion.Boolean(Bind(e.Operand), "argument of NOT", PositionOf(e.Operand)), e.Position);
            case Sql.IsExpression e:
                return Is(e);
            case Sql.IsDistinctExpression e:
                return IsDistinct(e);
            case Sql.BetweenExpression e:
                return Between(e);
            case Sql.InListExpression e:
                return InList(e);
            case Sql.LikeExpression e:
                return Like(e);
            case Sql.QuantifiedArray e:
                return QuantifiedArray(e);
            case Sql.CaseExpression e:
                return Case(e);
            case Sql.CastExpression e:
                return Cast(e);
            case Sql.CollateExpression e:
                return Collate(e);
            case Sql.AtTimeZoneExpression e:
                return Call(BuiltinNames.AtTimeZone, [e.Zone, e.Operand], e.Position);
            case Sql.ArrayExpression e:
                return Array(e, elementType: null);
            case Sql.RowExpression e:
                return Row(e);
            case Sql.Subscript e:
                return Subscript(e);
            case Sql.Slice e:
                return Slice(e);
            case Sql.FieldAccess e:
                return Field(e);
            case Sql.FunctionCall e:
                return Function(e);
            case Sql.SqlValueFunction e:
                return SqlValue(e);
            case Sql.ScalarSubquery e:
                return Subquery(e);
            case Sql.ExistsExpression e:
                return Exists(e);
            case Sql.ArraySubquery e:
                return ArrayOf(e);
            case Sql.InSubqueryExpression e:
                return InSubquery(e);
            case Sql.QuantifiedSubquery e:
                return QuantifiedSubquery(e);
            case Sql.Wildcard { Qualifier.Count: > 0, Except.Count: 0 } e
                when _scope.FindVariable(e.Qualifier.Count > 1 ? e.Qualifier[^2] : null, e.Qualifier[^1]) is { } row:
                return WholeRow(row, e.Position);
            case Sql.MapExpression e:
                return Map(e);
            case Sql.IsJsonExpression e:
                return IsJson(e);
            case Sql.DefaultExpression:
                throw _context.Error(
                    SqlState.SyntaxError, "DEFAULT is not allowed in this context", expression.Position);
            default:
                throw _context.Unsupported(Describe(expression), PositionOf(expression));
        }
    }

    /// <summary>Where an error about the whole expression points: its leftmost token.</summary>
    public static int PositionOf(Sql.Expression expression) => expression switch
    {
        Sql.BinaryExpression e => PositionOf(e.Left),
        Sql.LogicalExpression e when e.Operands.Count > 0 => PositionOf(e.Operands[0]),
        Sql.IsExpression e => PositionOf(e.Operand),
        Sql.IsDistinctExpression e => PositionOf(e.Left),
        Sql.BetweenExpression e => PositionOf(e.Operand),
        Sql.InListExpression e => PositionOf(e.Operand),
        Sql.InSubqueryExpression e => PositionOf(e.Operand),
        Sql.LikeExpression e => PositionOf(e.Operand),
        Sql.QuantifiedArray e => PositionOf(e.Left),
        Sql.QuantifiedSubquery e => PositionOf(e.Left),
        Sql.CastExpression e when e.Operand.Position > 0 => PositionOf(e.Operand),
        Sql.CollateExpression e => PositionOf(e.Operand),
        Sql.AtTimeZoneExpression e => PositionOf(e.Operand),
        Sql.Subscript e => PositionOf(e.Operand),
        Sql.FieldAccess e => PositionOf(e.Operand),
        _ => expression.Position,
    };

    private static string Describe(Sql.Expression expression) => expression switch
    {
        Sql.Wildcard => "* in this place",
        Sql.FieldWildcard => "(row).* in this place",
        Sql.BitStringLiteral => "bit string literals",
        Sql.LambdaExpression => "a lambda in this place",
        Sql.CurrentOfExpression => "WHERE CURRENT OF",
        _ => expression.GetType().Name,
    };

    private ScalarExpression IsJson(Sql.IsJsonExpression e)
    {
        if (e.UniqueKeys)
        {
            throw _context.Unsupported("IS JSON ... WITH UNIQUE KEYS", e.Position);
        }

        string kind = e.Kind.ToString().ToLowerInvariant();
        var test = CallBound(
            BuiltinNames.IsJson, [Bind(e.Operand), new ConstantExpression(Datum.OfText(kind), SqlType.Varchar)], e.Position);
        return e.Negated ? Not(test, e.Position) : test;
    }

    private ScalarExpression Parameter(Sql.Parameter parameter)
    {
        if (FunctionParameters is { } own && parameter.Number <= own.Count)
        {
            return new ColumnExpression(own[parameter.Number - 1].Id, own[parameter.Number - 1].Type);
        }

        if (_context.IsDefinition || FunctionParameters is not null)
        {
            throw _context.Error(
                SqlState.UndefinedParameter, $"there is no parameter ${parameter.Number}", parameter.Position);
        }

        _context.Parameters.Use(parameter.Number);
        return new ParameterExpression(parameter.Number, _context.Parameters[parameter.Number]);
    }

    private ScalarExpression Column(Sql.ColumnReference reference)
    {
        var parts = reference.Parts;
        if (parts.Count == 1)
        {
            return Bare(parts[0], reference.Position);
        }

        string? schema = parts.Count > 2 ? parts[^3] : null;
        var variable = _scope.FindVariable(schema, parts[^2]);
        if (variable is null)
        {
            throw MissingVariable(reference, schema, parts[^2]);
        }

        if (Scope.FindIn(variable, parts[^1], _context.Position(reference.Position)) is { } column)
        {
            return Reference(column, reference.Position, $"{variable.Name}.{column.Name}");
        }

        return TableOid(variable, parts[^1]) ?? throw _context.Error(
            SqlState.UndefinedColumn,
            $"column {parts[^2]}.{parts[^1]} does not exist", reference.Position,
            ColumnHint(parts[^1], variable.Columns.Where(c => !c.Hidden).Select(c => (variable.Name, c.Name))));
    }

    private ScalarExpression Bare(string name, int position)
    {
        if (_variables.TryGetValue(name, out var variable))
        {
            return variable;
        }

        if (_scope.Find(name, _context.Position(position)) is { } column)
        {
            return Reference(column, position, Display(column));
        }

        if (_scope.FindVariable(null, name) is { } row)
        {
            return row.IsScalar
                ? Reference(row.Columns[0], position, name)
                : WholeRow(row, position);
        }

        if (name == "tableoid" && _scope.Variables.Find(v => v.TableOid != 0) is { } relation)
        {
            return TableOid(relation, name)!;
        }

        var known = _scope.AllVariables()
            .SelectMany(v => v.Columns.Where(c => !c.Hidden).Select(c => (v.Name, c.Name)));
        throw _context.Error(
            SqlState.UndefinedColumn, $"column \"{name}\" does not exist", position, ColumnHint(name, known));
    }

    private ColumnExpression Reference(RangeColumn column, int position, string display) =>
        _context.Named(new ColumnExpression(column.Id, column.Type), _context.Position(position), display);

    /// <summary>As PostgreSQL shows a column in an error: qualified by its range variable.</summary>
    private string Display(RangeColumn column)
    {
        var variable = _scope.AllVariables().FirstOrDefault(v => v.Columns.Any(c => c.Id == column.Id));
        return variable is not { Name.Length: > 0 } ? column.Name : $"{variable.Name}.{column.Name}";
    }

    private static ConstantExpression? TableOid(RangeVariable variable, string name) =>
        name == "tableoid" && variable.TableOid != 0
            ? new ConstantExpression(Datum.OfRaw(SqlType.Oid, variable.TableOid), SqlType.Oid)
            : null;

    private ScalarExpression WholeRow(RangeVariable variable, int position)
    {
        var columns = variable.Columns.Where(c => !c.Hidden).ToList();
        var values = columns.Select(ScalarExpression (c) => Reference(c, position, $"{variable.Name}.{c.Name}"))
            .ToList();
        return MakeRow(values, [.. columns.Select(c => c.Name)], position);
    }

    private static string? ColumnHint(string written, IEnumerable<(string Table, string Column)> known)
    {
        var list = known.ToList();
        return Suggestions.Nearest(written, list.Select(k => k.Column)) is { } name
            ? $"Perhaps you meant to reference the column \"{list.First(k => k.Column == name).Table}.{name}\"."
            : null;
    }

    private SqlException MissingVariable(Sql.ColumnReference reference, string? schema, string name)
    {
        string shown = schema is null ? name : $"{schema}.{name}";
        var known = _scope.AllVariables().Select(v => v.Name).Distinct().ToList();
        string? hint = Suggestions.Nearest(name, known) is { } near
            ? $"Perhaps you meant to reference the table alias \"{near}\"."
            : known.Count == 0 ? null
                : $"The query's tables are named {string.Join(", ", known.Select(k => $"\"{k}\""))}.";
        return _context.Error(
            SqlState.UndefinedTable, $"missing FROM-clause entry for table \"{shown}\"", reference.Position, hint);
    }
}
