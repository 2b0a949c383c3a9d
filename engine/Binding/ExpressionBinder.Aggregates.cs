using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Aggregates and window functions.</summary>
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

        if (call.WithinGroup.Count > 0)
        {
            throw _context.Unsupported("WITHIN GROUP", call.Position);
        }

        if (call.IgnoreNulls is not null)
        {
            throw _context.Unsupported("IGNORE NULLS and RESPECT NULLS", call.Position);
        }

        string name = call.Name.Name;
        int filter = call.Filter is null ? -1 : Aggregates.ColumnFor(AggregateFilter(call.Filter), "filter");
        if (call.Star)
        {
            return kind != AggregateKind.Count
                ? throw _context.Error(SqlState.UndefinedFunction, $"function {name}() does not exist", call.Position)
                : Aggregates.Add(
                    new LogicalAggregateItem(
                        -1, AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64)
                    { Filter = filter }, name);
        }

        var arguments = call.Arguments.Select(a => Aggregates.Arguments.Bind(a.Value)).ToList();
        if (arguments.Count != (kind == AggregateKind.StringAgg ? 2 : 1)
            || AggregateFunctions.ArgumentType(kind, arguments[0].Type) is not { } type)
        {
            throw UnknownAggregate(call, arguments);
        }

        if (Aggregates.IsOuter(arguments[0]))
        {
            throw _context.Unsupported("an aggregate over columns of an outer query", call.Position);
        }

        var value = _coercion.To(arguments[0], type, PositionOf(call.Arguments[0].Value));
        int argument2 = kind == AggregateKind.StringAgg
            ? Aggregates.ColumnFor(_coercion.To(arguments[1], type, PositionOf(call.Arguments[1].Value)), "separator")
            : -1;
        var item = new LogicalAggregateItem(
            -1, kind, Aggregates.ColumnFor(value, name), value.Type, AggregateFunctions.ResultType(kind, value.Type))
        {
            Distinct = call.Distinct
                && kind is not (AggregateKind.Min or AggregateKind.Max or AggregateKind.BoolAnd or AggregateKind.BoolOr),
            Filter = filter,
            Argument2 = argument2,
            OrderBy = IsOrderSensitive(kind) ? AggregateOrder(call, kind) : [],
        };
        if (item.Distinct && item.OrderBy.Any(k => k.Column != item.Argument))
        {
            throw _context.Error(
                SqlState.InvalidColumnReference,
                "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list",
                call.OrderBy[0].Position);
        }

        return Aggregates.Add(item, name);
    }

    private static bool IsOrderSensitive(AggregateKind kind) =>
        kind is AggregateKind.StringAgg or AggregateKind.ArrayAgg or AggregateKind.FirstValue or AggregateKind.LastValue;

    private ScalarExpression AggregateFilter(Sql.Expression filter) => _coercion.Boolean(
        Aggregates!.Arguments.Bind(filter), "argument of FILTER", PositionOf(filter));

    private LogicalSortKey[] AggregateOrder(Sql.FunctionCall call, AggregateKind kind) =>
        [.. call.OrderBy.Select(o =>
        {
            var (descending, nullsFirst) = _queries.Direction(o);
            var key = Aggregates!.Arguments.BindKnown(o.Value);
            return new LogicalSortKey(Aggregates.ColumnFor(key, $"{kind} order"), descending, nullsFirst);
        })];

    private SqlException UnknownAggregate(Sql.FunctionCall call, List<ScalarExpression> arguments) => _context.Error(
        SqlState.UndefinedFunction,
        $"function {call.Name.Name}({string.Join(", ", arguments.Select(a => CommonType.PgName(a.Type)))}) does not exist",
        call.Position,
        "No function matches the given name and argument types. You might need to add explicit type casts.");

    private ColumnExpression WindowFunction(Sql.FunctionCall call, string name)
    {
        if (Windows is null)
        {
            throw _context.Error(
                SqlState.WindowingError, $"window functions are not allowed in {Clause}", call.Position);
        }

        if (name != "row_number")
        {
            throw _context.Unsupported($"window function {name}", call.Position);
        }

        if (call.Arguments.Count > 0 || call.Star)
        {
            throw _context.Error(SqlState.UndefinedFunction, "function row_number takes no arguments", call.Position);
        }

        var window = Window(call.Over!);
        if (window.Frame is not null)
        {
            throw _context.Unsupported(
                "a window frame", window.Frame.Position > 0 ? window.Frame.Position : call.Position);
        }

        var inner = new ExpressionBinder(_context, _queries, _scope, "window definitions")
        {
            Subqueries = Subqueries,
            Aggregates = Aggregates,
        };
        int id = _context.Pool.Add(name, SqlType.Int64);
        Windows.Items.Add(new WindowItem(
            id,
            [.. window.PartitionBy.Select(inner.BindKnown)],
            [.. window.OrderBy.Select(o =>
            {
                var (descending, nullsFirst) = _queries.Direction(o);
                return (inner.BindKnown(o.Value), descending, nullsFirst);
            })]));
        return _context.Pool.Reference(id);
    }

    private Sql.WindowSpecification Window(Sql.WindowSpecification window)
    {
        string? name = window.Reference ?? window.Base;
        if (name is null)
        {
            return window;
        }

        if (!Windows!.Named.TryGetValue(name, out var found))
        {
            throw _context.Error(SqlState.UndefinedObject, $"window \"{name}\" does not exist", window.Position);
        }

        found = Window(found);
        return window.Reference is not null ? found : window with
        {
            Base = null,
            PartitionBy = found.PartitionBy,
            OrderBy = found.OrderBy.Count > 0 ? found.OrderBy : window.OrderBy,
        };
    }
}
