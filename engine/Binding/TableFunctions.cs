using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>A set-returning function with its arguments: what the executor calls, and the columns it gives.</summary>
/// <param name="Function">Name the table-function operator knows: generate_series, range, unnest.</param>
/// <param name="Arguments">Coerced arguments.</param>
/// <param name="Columns">Names and types of the columns, without an ordinal.</param>
/// <param name="Ordinality">The function itself ends in its ordinal (int8), named last in Columns.</param>
internal sealed record BoundTableFunction(
    string Function, IReadOnlyList<ScalarExpression> Arguments, IReadOnlyList<(string Name, SqlType Type)> Columns,
    bool Ordinality = false)
{
    /// <summary>The array whose subscripts a call of generate_subscripts gives.</summary>
    public ScalarExpression? Array { get; init; }
}

/// <summary>The set-returning functions and their signatures.</summary>
internal static class TableFunctions
{
    private static readonly HashSet<string> _names = new(StringComparer.Ordinal)
    {
        "generate_series", "range", "unnest", "generate_subscripts", "_pg_expandarray",
    };

    public static bool IsKnown(string name) => _names.Contains(name);

    public static BoundTableFunction Bind(
        ExpressionBinder binder, BindContext context, string name, IReadOnlyList<ScalarExpression> arguments,
        int position)
    {
        switch (name)
        {
            case "generate_series" or "range" when arguments.Count is 2 or 3:
                return Series(binder, context, name, arguments, position);
            case "unnest" when arguments.Count == 1 && arguments[0].Type.Id == TypeId.List:
                return new BoundTableFunction(name, arguments, [(name, arguments[0].Type.Element!)]);
            case "_pg_expandarray" when arguments.Count == 1 && arguments[0].Type.Id == TypeId.List:
                return new BoundTableFunction(
                    "unnest", arguments, [("x", arguments[0].Type.Element!), ("n", SqlType.Int32)], true);
            case "generate_subscripts" when arguments.Count is 2 or 3 && arguments[0].Type.Id == TypeId.List:
                var first = new ConstantExpression(Datum.OfInt32(1), SqlType.Int32);
                var last = Upper(context, arguments[0], binder.Coercion.To(arguments[1], SqlType.Int32, position),
                    position);
                return new BoundTableFunction("generate_series", [first, last], [(name, SqlType.Int32)])
                {
                    Array = arguments[0],
                };
            default:
                string types = string.Join(", ", arguments.Select(a => CommonType.PgName(a.Type)));
                throw context.Error(
                    SqlState.UndefinedFunction, $"function {name}({types}) does not exist", position,
                    "No function matches the given name and argument types. You might need to add explicit type casts.");
        }
    }

    /// <summary>The call joined to the input's rows; an ordinal of its own is an int4, as PostgreSQL's.</summary>
    public static LogicalNode Apply(BindContext context, LogicalNode? input, BoundTableFunction function, IReadOnlyList<int> columns)
    {
        if (!function.Ordinality)
        {
            return new LogicalTableFunction(input, function.Function, function.Arguments, columns, false);
        }

        int ordinal = context.Pool.Add("ordinality", SqlType.Int64);
        var plan = new LogicalTableFunction(input, function.Function, function.Arguments, [.. columns.SkipLast(1), ordinal], true);
        return LogicalProject.Extend(
            plan, context.Pool, [new ProjectItem(columns[^1], new CastExpression(context.Pool.Reference(ordinal), SqlType.Int32))]);
    }

    /// <summary>array_upper(array, dimension).</summary>
    public static ScalarExpression Upper(
        BindContext context, ScalarExpression array, ScalarExpression dimension, int position)
    {
        var upper = context.Resolver.Function("array_upper", [array.Type, SqlType.Int32], position);
        return new CallExpression(upper.Function, [array, dimension], SqlType.Int32);
    }

    /// <summary>Integers, numerics, or timestamps with an interval as step.</summary>
    private static BoundTableFunction Series(
        ExpressionBinder binder, BindContext context, string name, IReadOnlyList<ScalarExpression> arguments,
        int position)
    {
        var type = CommonType.Select(
            name, [arguments[0].Type, arguments[1].Type], [context.Position(position), context.Position(position)]);
        bool untyped = arguments.Take(2).All(a => a.Type.Id == TypeId.Unknown);
        type = untyped ? arguments.Count == 3 && arguments[2].Type.Id == TypeId.Interval ? SqlType.Timestamp
            : SqlType.Int32
            : type.Id switch
            {
                TypeId.Int16 => SqlType.Int32,
                TypeId.Date => name == "range" ? SqlType.Timestamp : SqlType.TimestampTz,
                _ => type.Base,
            };
        bool isTime = type.Id is TypeId.Timestamp or TypeId.TimestampTz;
        if (!isTime && type.Id is not (TypeId.Int32 or TypeId.Int64 or TypeId.Numeric)
            || (isTime && arguments.Count < 3))
        {
            string types = string.Join(", ", arguments.Select(a => CommonType.PgName(a.Type)));
            throw context.Error(SqlState.UndefinedFunction, $"function {name}({types}) does not exist", position);
        }

        if (!isTime && arguments.Count == 3)
        {
            type = CommonType.Select(
                name, [type, arguments[2].Type], [context.Position(position), context.Position(position)]).Base;
        }

        var coerced = arguments.Select(
            (a, i) => binder.Coercion.To(a, i == 2 && isTime ? SqlType.Interval : type, position)).ToArray();
        return new BoundTableFunction(name, coerced, [(name, type)]);
    }
}
