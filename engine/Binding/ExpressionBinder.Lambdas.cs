using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>array_transform and map_filter, whose last argument is a lambda; MAP {...}.</summary>
internal sealed partial class ExpressionBinder
{
    private readonly Dictionary<string, LambdaVariable> _variables = new(StringComparer.Ordinal);

    /// <summary>A call of a function with a lambda; null: it is none.</summary>
    private LambdaExpression? Lambda(Sql.FunctionCall call, string name)
    {
        if (name is not ("array_transform" or "map_filter") || call.Arguments.Count != 2
            || call.Arguments[1].Value is not Sql.LambdaExpression lambda)
        {
            return null;
        }

        bool isMap = name == "map_filter";
        var argument = Bind(call.Arguments[0].Value);
        if (argument.Type.Id != (isMap ? TypeId.Map : TypeId.List))
        {
            throw _context.Error(
                SqlState.DatatypeMismatch,
                $"the first argument of {name} must be {(isMap ? "a map" : "an array")}, not {CommonType.PgName(argument.Type)}",
                PositionOf(call.Arguments[0].Value));
        }

        SqlType[] types = isMap ? [argument.Type.Key!, argument.Type.Element!] : [argument.Type.Element!];
        if (lambda.Parameters.Count != types.Length)
        {
            throw _context.Error(
                SqlState.UndefinedFunction, $"the lambda of {name} takes {types.Length} parameter{(isMap ? "s" : "")}",
                lambda.Position);
        }

        var variables = types.Select(t => new LambdaVariable(_context.Pool.Add("lambda", t), t)).ToList();
        var body = BindLambdaBody(lambda, variables);
        if (isMap)
        {
            body = _coercion.Boolean(body, $"the lambda of {name}", PositionOf(lambda.Body));
        }

        return new LambdaExpression(
            isMap ? LambdaFunction.MapFilter : LambdaFunction.ArrayTransform, argument, variables, body,
            isMap ? argument.Type : SqlType.ListOf(body.Type));
    }

    private ScalarExpression BindLambdaBody(Sql.LambdaExpression lambda, List<LambdaVariable> variables)
    {
        var hidden = lambda.Parameters.Select(p => _variables.GetValueOrDefault(p)).ToList();
        for (int i = 0; i < variables.Count; i++)
        {
            _variables[lambda.Parameters[i]] = variables[i];
        }

        int subqueries = Subqueries?.Count ?? 0;
        var body = BindKnown(lambda.Body);
        if (Subqueries?.Count > subqueries)
        {
            throw _context.Unsupported("a subquery in a lambda", lambda.Position);
        }

        for (int i = 0; i < variables.Count; i++)
        {
            if (hidden[i] is { } outer)
            {
                _variables[lambda.Parameters[i]] = outer;
            }
            else
            {
                _variables.Remove(lambda.Parameters[i]);
            }
        }

        return body;
    }

    /// <summary>MAP {k: v, ...}: map_from_key_values over two arrays.</summary>
    private ScalarExpression Map(Sql.MapExpression e)
    {
        if (e.Entries.Count == 0)
        {
            throw _context.Error(
                SqlState.IndeterminateDatatype, "cannot determine type of empty map", e.Position,
                "Cast a text to the type, for example '{}'::map(varchar, int).");
        }

        var keys = Side(e, entry => entry.Key);
        var values = Side(e, entry => entry.Value);
        return CallBound(BuiltinNames.MapFromKeyValues, [keys, values], e.Position);
    }

    private ScalarExpression Side(Sql.MapExpression e, Func<Sql.MapEntry, Sql.Expression> side)
    {
        var items = e.Entries.Select(x => Bind(side(x))).ToList();
        int[] positions = [.. e.Entries.Select(x => _context.Position(PositionOf(side(x))))];
        var type = CommonType.Select("MAP", [.. items.Select(_context.LooseType)], positions);
        return CallBound(BuiltinNames.Array, [.. items.Select((v, i) => _coercion.To(v, type, positions[i]))], e.Position);
    }

    /// <summary>The arguments of a map function: untyped ones behind a map are its keys or values.</summary>
    private void TypeMapArguments(List<ScalarExpression> arguments)
    {
        if (arguments.Count == 0 || arguments[0].Type is not { Id: TypeId.Map } map)
        {
            return;
        }

        for (int i = 1; i < arguments.Count && i < 3; i++)
        {
            var type = i == 1 ? map.Key! : map.Element!;
            if (arguments[i].Type.Id != TypeId.Map && _coercion.TryTo(arguments[i], type, CoercionContext.Implicit, 0) is { } typed)
            {
                arguments[i] = typed;
            }
        }
    }
}
