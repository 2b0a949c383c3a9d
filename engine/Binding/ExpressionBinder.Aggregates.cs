using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Aggregates.</summary>
internal sealed partial class ExpressionBinder
{
    /// <summary>The clause of an aggregate's own arguments, where another aggregate would be nested.</summary>
    public const string AggregateArguments = "aggregate arguments";

    private ColumnExpression Aggregate(Sql.FunctionCall call, AggregateKind kind)
    {
        if (Aggregates is null)
        {
            throw _context.Error(
                SqlState.GroupingError,
                Clause == AggregateArguments
                    ? "aggregate function calls cannot be nested"
                    : $"aggregate functions are not allowed in {Clause}",
                call.Position);
        }

        if (call.IgnoreNulls is not null)
        {
            throw _context.Unsupported("IGNORE NULLS and RESPECT NULLS", call.Position);
        }

        string name = call.Name.Name;
        if (AggregateFunctions.IsOrderedSet(kind))
        {
            return OrderedSetAggregate(call, kind);
        }

        if (call.WithinGroup.Count > 0)
        {
            throw _context.Error(
                SqlState.WrongObjectType, $"{name} is not an ordered-set aggregate, so it cannot have WITHIN GROUP",
                call.Position);
        }

        if (call.Star)
        {
            return kind != AggregateKind.Count || name != "count"
                ? throw _context.Error(SqlState.UndefinedFunction, $"function {name}() does not exist", call.Position)
                : Aggregates.Add(
                    new LogicalAggregateItem(
                        -1, AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64)
                    { Filter = FilterColumn(call) }, name);
        }

        return name is "arg_min" or "arg_max" ? ArgumentOfExtreme(call) : PlainAggregate(call, kind);
    }

    private ColumnExpression PlainAggregate(Sql.FunctionCall call, AggregateKind kind)
    {
        string name = call.Name.Name;
        bool hasTwo = kind is AggregateKind.StringAgg or AggregateKind.JsonbObjectAgg;
        var arguments = AggregateArgumentsOf(call, hasTwo ? 2 : 1);
        if (AggregateFunctions.ArgumentType(kind, arguments[0].Type) is not { } type)
        {
            throw UnknownAggregate(call, arguments);
        }

        int position = PositionOf(call.Arguments[0].Value);
        var value = _coercion.To(arguments[0], type, position);
        var own = value;
        if (kind == AggregateKind.JsonbAgg)
        {
            value = CallBound("to_jsonb", [value], position);
        }
        else if (kind == AggregateKind.JsonbObjectAgg)
        {
            value = _coercion.TryTo(value, SqlType.Varchar, CoercionContext.Explicit, position)
                ?? throw UnknownAggregate(call, arguments);
        }

        int argument2 = kind switch
        {
            AggregateKind.StringAgg => Aggregates!.ColumnFor(
                _coercion.To(arguments[1], type, PositionOf(call.Arguments[1].Value)), "separator"),
            AggregateKind.JsonbObjectAgg => Aggregates!.ColumnFor(
                CallBound("to_jsonb", [_coercion.Known(arguments[1], position)], position), "value"),
            _ => -1,
        };
        var item = new LogicalAggregateItem(
            -1, kind, Aggregates!.ColumnFor(value, name), value.Type, AggregateFunctions.ResultType(kind, value.Type))
        {
            Distinct = (call.Distinct || name == "approx_count_distinct")
                && kind is not (AggregateKind.Min or AggregateKind.Max or AggregateKind.BoolAnd or AggregateKind.BoolOr),
            Filter = FilterColumn(call),
            Argument2 = argument2,
            OrderBy = AggregateFunctions.IsOrderSensitive(kind) ? AggregateOrder(call.OrderBy, kind, call.Arguments[0].Value, own) : [],
        };
        if (item.Distinct && item.OrderBy.Any(k => k.Column != item.Argument && k.Column != Aggregates.ColumnFor(own, name)))
        {
            throw _context.Error(
                SqlState.InvalidColumnReference,
                "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list",
                call.OrderBy[0].Position);
        }

        return Aggregates.Add(item, name);
    }

    /// <summary>
    /// arg_min(x, y), arg_max(x, y): x of the row whose y is least or greatest, of the rows where neither is NULL; the call's
    /// own ORDER BY breaks ties.
    /// </summary>
    private ColumnExpression ArgumentOfExtreme(Sql.FunctionCall call)
    {
        string name = call.Name.Name;
        var arguments = AggregateArgumentsOf(call, 2);
        var value = _coercion.Known(arguments[0], PositionOf(call.Arguments[0].Value));
        var by = _coercion.Known(arguments[1], PositionOf(call.Arguments[1].Value));
        if (!AggregateFunctions.IsOrdered(by.Type))
        {
            throw UnknownAggregate(call, arguments);
        }

        var conditions = new List<ScalarExpression> { new NullTestExpression(value, true), new NullTestExpression(by, true) };
        if (call.Filter is not null)
        {
            conditions.Insert(0, AggregateFilter(call.Filter));
        }

        bool isMax = name == "arg_max";
        return Aggregates!.Add(
            new LogicalAggregateItem(-1, AggregateKind.FirstValue, Aggregates.ColumnFor(value, name), value.Type, value.Type)
            {
                Filter = Aggregates.ColumnFor(ExpressionTree.And(conditions), "filter"),
                OrderBy = [new LogicalSortKey(Aggregates.ColumnFor(by, name), isMax, isMax),
                    .. AggregateOrder(call.OrderBy, AggregateKind.FirstValue)],
            }, name);
    }

    /// <summary>The bound arguments: as many as there must be, of this query level.</summary>
    private List<ScalarExpression> AggregateArgumentsOf(Sql.FunctionCall call, int count)
    {
        var arguments = call.Arguments.Select(a => Aggregates!.Arguments.Bind(a.Value)).ToList();
        if (arguments.Count != count)
        {
            throw UnknownAggregate(call, arguments);
        }

        return Aggregates!.IsOuter(arguments[0])
            ? throw _context.Unsupported("an aggregate over columns of an outer query", call.Position) : arguments;
    }

    private int FilterColumn(Sql.FunctionCall call) =>
        call.Filter is null ? -1 : Aggregates!.ColumnFor(AggregateFilter(call.Filter), "filter");

    private ScalarExpression AggregateFilter(Sql.Expression filter) => _coercion.Boolean(
        Aggregates!.Arguments.Bind(filter), "argument of FILTER", PositionOf(filter));

    /// <summary>A key written as the argument is the argument: a subquery in both is one.</summary>
    private LogicalSortKey[] AggregateOrder(
        IReadOnlyList<Sql.OrderItem> order, AggregateKind kind, Sql.Expression? argument = null, ScalarExpression? bound = null) =>
        [.. order.Select(o =>
        {
            var (descending, nullsFirst) = _queries.Direction(o);
            var key = bound is not null && o.Value.Equals(argument) ? bound : Aggregates!.Arguments.BindKnown(o.Value);
            return new LogicalSortKey(Aggregates!.ColumnFor(key, $"{kind} order"), descending, nullsFirst);
        })];

    /// <summary>`AGGREGATE:f(x ...)`: the scalar function f of array_agg(x ...).</summary>
    private ScalarExpression ScalarAsAggregate(Sql.FunctionCall call)
    {
        if (call.Arguments.Count == 0)
        {
            throw _context.Error(SqlState.SyntaxError, "AGGREGATE: needs an argument", call.Position);
        }

        var values = call with
        {
            Name = new Sql.QualifiedName(["array_agg"]) { Position = call.Name.Position },
            Arguments = [call.Arguments[0]],
            ScalarAsAggregate = false,
        };
        ScalarExpression[] arguments =
            [Aggregate(values, AggregateKind.ArrayAgg), .. call.Arguments.Skip(1).Select(a => Bind(a.Value))];
        return CallBound(call.Name.Name, arguments, call.Position);
    }

    private SqlException UnknownAggregate(Sql.FunctionCall call, List<ScalarExpression> arguments) => _context.Error(
        SqlState.UndefinedFunction,
        $"function {call.Name.Name}({string.Join(", ", arguments.Select(a => CommonType.PgName(a.Type)))}) does not exist",
        call.Position,
        "No function matches the given name and argument types. You might need to add explicit type casts.");
}
