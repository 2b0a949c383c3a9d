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
    /// <summary>What UNNEST gives is a row value, whose fields are the columns.</summary>
    public SqlType? Row { get; init; }

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

    /// <summary>A set-returning function over a list, one row an element; row values give a column a field.</summary>
    public static BoundTableFunction OfList(string name, ScalarExpression list)
    {
        var element = list.Type.Element!;
        return element.Id != TypeId.Struct
            ? new BoundTableFunction("unnest", [list], [(name, element)])
            : new BoundTableFunction("unnest", [list], [.. element.Fields!.Items]) { Row = element };
    }

    public static bool IsKnown(string name) => _names.Contains(name) || SetFunctions.ListOf(name) is not null;

    public static BoundTableFunction Bind(
        ExpressionBinder binder, BindContext context, string name, IReadOnlyList<ScalarExpression> arguments,
        int position)
    {
        switch (name)
        {
            case "generate_series" or "range" when arguments.Count is 2 or 3:
                return Series(binder, context, name, arguments, position);
            case "unnest" when arguments.Count > 0 && arguments.All(a => a.Type.Id == TypeId.List):
                var flat = arguments.Select(a => Flattened(binder, a, position)).ToList();
                return flat.Count == 1 ? OfElements(name, flat[0])
                    : OfList(name, binder.CallBound(SetFunctions.Zip, flat, position));
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
                if (SetFunctions.ListOf(name) is { } function && binder.TryCall(function, arguments, position) is { } list)
                {
                    return OfList(name, list);
                }

                string types = string.Join(", ", arguments.Select(a => CommonType.PgName(a.Type)));
                throw context.Error(
                    SqlState.UndefinedFunction, $"function {name}({types}) does not exist", position,
                    "No function matches the given name and argument types. You might need to add explicit type casts.");
        }
    }

    /// <summary>An array of arrays is unnested down to its elements.</summary>
    private static ScalarExpression Flattened(ExpressionBinder binder, ScalarExpression array, int position)
    {
        while (array.Type.Element!.Id == TypeId.List)
        {
            array = binder.CallBound("array_flatten", [array], position);
        }

        return array;
    }

    private static BoundTableFunction OfElements(string name, ScalarExpression array) =>
        new(name, [array], [(name, array.Type.Element!)]);

    /// <summary>
    /// The call joined to the input's rows. A function's own ordinal is an int4, as PostgreSQL's; WITH ORDINALITY adds an int8
    /// as the last of the columns.
    /// </summary>
    public static LogicalNode Apply(
        BindContext context, LogicalNode? input, BoundTableFunction function, IReadOnlyList<int> columns, bool withOrdinality = false)
    {
        if (function.Row is { } row)
        {
            int id = context.Pool.Add("row", row);
            int[] produced = withOrdinality ? [id, columns[^1]] : [id];
            return LogicalProject.Extend(
                new LogicalTableFunction(input, function.Function, function.Arguments, produced, withOrdinality), context.Pool,
                [.. Fields(context, context.Pool.Reference(id), columns)]);
        }

        if (!function.Ordinality || withOrdinality)
        {
            return new LogicalTableFunction(input, function.Function, function.Arguments, columns, withOrdinality);
        }

        int ordinal = context.Pool.Add("ordinality", SqlType.Int64);
        var plan = new LogicalTableFunction(input, function.Function, function.Arguments, [.. columns.SkipLast(1), ordinal], true);
        return LogicalProject.Extend(
            plan, context.Pool, [new ProjectItem(columns[^1], new CastExpression(context.Pool.Reference(ordinal), SqlType.Int32))]);
    }

    /// <summary>The fields of a row value as columns.</summary>
    public static IEnumerable<ProjectItem> Fields(BindContext context, ScalarExpression row, IReadOnlyList<int> columns)
    {
        var field = context.Resolver.Function(BuiltinNames.Field, [row.Type, SqlType.Int32], 0).Function;
        return row.Type.Fields!.Items.Select((f, i) => new ProjectItem(
            columns[i],
            new CallExpression(field, [row, new ConstantExpression(Datum.OfInt32(i + 1), SqlType.Int32)], f.Type)));
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
