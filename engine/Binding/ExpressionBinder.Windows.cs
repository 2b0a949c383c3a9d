using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Window functions.</summary>
internal sealed partial class ExpressionBinder
{
    /// <summary>The clause of a window function's own arguments, where another one would be nested.</summary>
    private const string WindowArguments = "window function arguments";

    private ColumnExpression WindowFunction(Sql.FunctionCall call, string name)
    {
        var function = WindowFunctions.Find(name);
        var aggregate = function is null ? AggregateFunctions.Find(name) : null;
        if (function is null && aggregate is null)
        {
            throw AggregateFunctions.IsRefused(name)
                ? _context.Unsupported($"aggregate function {name} over a window", call.Position)
                : _context.Functions.Overloads(name).Count > 0
                ? _context.Error(
                    SqlState.WrongObjectType,
                    $"OVER specified, but {name} is not a window function nor an aggregate function", call.Position)
                : UnknownFunction(call);
        }

        if (Windows is null)
        {
            throw _context.Error(
                SqlState.WindowingError,
                Clause == WindowArguments ? "window function calls cannot be nested"
                    : $"window functions are not allowed in {Clause}",
                call.Position);
        }

        RefuseInWindow(call, name, aggregate is not null);
        var inner = WindowBinder(WindowArguments);
        var window = Window(call.Over!);
        var definitions = WindowBinder("window definitions");
        WindowOrder[] order = [.. window.OrderBy.Select(o =>
        {
            var (descending, nullsFirst) = _queries.Direction(o);
            return new WindowOrder(definitions.BindKnown(o.Value), descending, nullsFirst);
        })];
        var frame = new WindowFrameBinder(_context, _queries, definitions).Bind(window, order, call.Position);
        var item = aggregate is { } kind ? FramedAggregate(call, kind, inner) : Function(call, function!.Value, inner);
        item = item with
        {
            Partition = [.. window.PartitionBy.Select(definitions.BindKnown)],
            Order = order,
            Filter = call.Filter is null ? null
                : _coercion.Boolean(inner.Bind(call.Filter), "argument of FILTER", PositionOf(call.Filter)),
        };
        // Ranks, lag and lead look at the partition, whatever the frame.
        bool isFramed = item.Call.Kind >= WindowFunctionKind.FirstValue;
        item = isFramed ? item with
        {
            Call = item.Call with { Frame = frame.Frame, IgnoreNulls = call.IgnoreNulls == true },
            FrameOrder = frame.Order,
            FrameStart = frame.Start,
            FrameEnd = frame.End,
        }
        : item;
        return Windows.Add(item, name, _context.Pool);
    }

    private ExpressionBinder WindowBinder(string clause) => new(_context, _queries, _scope, clause)
    {
        Subqueries = Subqueries,
        Aggregates = Aggregates,
        FunctionParameters = FunctionParameters,
    };

    private void RefuseInWindow(Sql.FunctionCall call, string name, bool isAggregate)
    {
        if (call.WithinGroup.Count > 0)
        {
            throw _context.Unsupported($"OVER with the ordered-set aggregate {name}", call.Position);
        }

        if (call.Distinct)
        {
            throw _context.Error(
                SqlState.FeatureNotSupported, "DISTINCT is not implemented for window functions", call.Position);
        }

        if (call.OrderBy.Count > 0)
        {
            throw _context.Error(
                SqlState.FeatureNotSupported, "aggregate ORDER BY is not implemented for window functions", call.Position);
        }

        if (call.Filter is not null && !isAggregate)
        {
            throw _context.Error(
                SqlState.FeatureNotSupported, "FILTER is not implemented for non-aggregate window functions", call.Position);
        }

        if (call.IgnoreNulls == true && name is not ("first_value" or "last_value"))
        {
            throw _context.Unsupported($"IGNORE NULLS for {name}", call.Position);
        }
    }

    private WindowItem FramedAggregate(Sql.FunctionCall call, AggregateKind kind, ExpressionBinder inner)
    {
        string name = call.Name.Name;
        if (call.Star)
        {
            return kind == AggregateKind.Count
                ? Item(WindowFunctionKind.Aggregate, SqlType.Int64, AggregateKind.CountStar)
                : throw _context.Error(SqlState.UndefinedFunction, $"function {name}() does not exist", call.Position);
        }

        if (!WindowFunctions.IsFramed(kind))
        {
            throw _context.Unsupported($"aggregate function {name} over a window", call.Position);
        }

        var arguments = call.Arguments.Select(a => inner.Bind(a.Value)).ToList();
        if (arguments.Count != (kind == AggregateKind.StringAgg ? 2 : 1)
            || AggregateFunctions.ArgumentType(kind, arguments[0].Type) is not { } type)
        {
            throw UnknownAggregate(call, arguments);
        }

        var value = _coercion.To(arguments[0], type, PositionOf(call.Arguments[0].Value));
        var item = Item(WindowFunctionKind.Aggregate, AggregateFunctions.ResultType(kind, value.Type), kind, value);
        return kind != AggregateKind.StringAgg ? item : item with
        {
            Argument2 = _coercion.To(arguments[1], type, PositionOf(call.Arguments[1].Value)),
        };
    }

    private static WindowItem Item(
        WindowFunctionKind kind, SqlType type, AggregateKind aggregate = default, ScalarExpression? argument = null) =>
        new(
            -1,
            new WindowCall(kind, type, WindowFrame.Default)
            {
                Aggregate = aggregate,
                ArgumentType = argument?.Type ?? SqlType.Unknown,
            }, [], [])
        { Argument = argument };

    private WindowItem Function(Sql.FunctionCall call, WindowFunctionKind kind, ExpressionBinder inner)
    {
        var arguments = call.Arguments.Select(a => inner.Bind(a.Value)).ToList();
        var (least, most) = kind switch
        {
            WindowFunctionKind.Lag or WindowFunctionKind.Lead => (1, 3),
            WindowFunctionKind.FirstValue or WindowFunctionKind.LastValue or WindowFunctionKind.Ntile => (1, 1),
            WindowFunctionKind.NthValue => (2, 2),
            _ => (0, 0),
        };
        if (call.Star || arguments.Count < least || arguments.Count > most)
        {
            throw UnknownAggregate(call, arguments);
        }

        switch (kind)
        {
            case WindowFunctionKind.PercentRank or WindowFunctionKind.CumeDist:
                return Item(kind, SqlType.Float64);
            case WindowFunctionKind.RowNumber or WindowFunctionKind.Rank or WindowFunctionKind.DenseRank:
                return Item(kind, SqlType.Int64);
            case WindowFunctionKind.Ntile:
                return Counted(Item(kind, SqlType.Int32), call, arguments, 0);
        }

        var value = arguments[0];
        if (arguments.Count == 3)
        {
            int[] positions = [
                _context.Position(PositionOf(call.Arguments[0].Value)), _context.Position(PositionOf(call.Arguments[2].Value))];
            var type = CommonType.Select(call.Name.Name, [value.Type, arguments[2].Type], positions);
            value = _coercion.To(value, type, positions[0]);
            arguments[2] = _coercion.To(arguments[2], type, positions[1]);
        }
        else
        {
            value = _coercion.Known(value, PositionOf(call.Arguments[0].Value));
        }

        var item = Item(kind, value.Type, argument: value);
        if (arguments.Count > 1)
        {
            item = Counted(item, call, arguments, 1);
        }
        else if (kind is WindowFunctionKind.Lag or WindowFunctionKind.Lead)
        {
            item = item with { Call = item.Call with { Count = 1 } };
        }

        return arguments.Count < 3 ? item : item with { Default = arguments[2] };
    }

    /// <summary>An int4 argument: known now, or a column.</summary>
    private WindowItem Counted(WindowItem item, Sql.FunctionCall call, List<ScalarExpression> arguments, int index)
    {
        int position = PositionOf(call.Arguments[index].Value);
        var value = _coercion.TryTo(arguments[index], SqlType.Int32, CoercionContext.Implicit, position)
            ?? throw UnknownAggregate(call, arguments);
        var folded = Planning.ExpressionFolding.Fold(value);
        if (folded is not ConstantExpression { Value.IsNull: false } constant)
        {
            return item with { Argument2 = value };
        }

        long count = (int)constant.Value.Raw;
        return count <= 0 && item.Call.Kind is WindowFunctionKind.Ntile or WindowFunctionKind.NthValue
            ? throw WindowErrors.NotPositive(item.Call.Kind, _context.Position(position))
            : item with { Call = item.Call with { Count = count } };
    }

    /// <summary>The definition a call's OVER comes to.</summary>
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
        if (window.Reference is not null)
        {
            return found;
        }

        string? problem = window.PartitionBy.Count > 0 ? $"cannot override PARTITION BY clause of window \"{name}\""
            : window.OrderBy.Count > 0 && found.OrderBy.Count > 0 ? $"cannot override ORDER BY clause of window \"{name}\""
            : found.Frame is not null ? $"cannot copy window \"{name}\" because it has a frame clause" : null;
        return problem is not null
            ? throw _context.Error(SqlState.WindowingError, problem, window.Position)
            : window with
            {
                Base = null,
                PartitionBy = found.PartitionBy,
                OrderBy = found.OrderBy.Count > 0 ? found.OrderBy : window.OrderBy,
            };
    }
}

/// <summary>Errors of window functions' arguments, found while planning or while running.</summary>
internal static class WindowErrors
{
    public static SqlException NotPositive(WindowFunctionKind kind, int position = 0) => kind == WindowFunctionKind.Ntile
        ? new SqlException(SqlState.InvalidArgumentForNtile, "argument of ntile must be greater than zero", position)
        : new SqlException(SqlState.InvalidArgumentForNthValue, "argument of nth_value must be greater than zero", position);
}
