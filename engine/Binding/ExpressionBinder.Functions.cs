using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Function calls: registered ones, those with a syntax of their own, SQL functions.</summary>
internal sealed partial class ExpressionBinder
{
    private ScalarExpression Function(Sql.FunctionCall call)
    {
        string name = call.Name.Name;
        if (call.Name.Schema is { } schema && schema is not ("pg_catalog" or "information_schema" or "rw_catalog"))
        {
            return UserFunction(call, schema) ?? throw UnknownFunction(call);
        }

        if (call.Over is not null)
        {
            return WindowFunction(call, name);
        }

        if (call.ScalarAsAggregate)
        {
            return ScalarAsAggregate(call);
        }

        if (name == "grouping" && Aggregates is not null)
        {
            return Aggregates.AddGrouping([.. call.Arguments.Select(a => Aggregates.Arguments.BindKnown(a.Value))], call.Position);
        }

        if (AggregateFunctions.Find(name) is { } kind)
        {
            return Aggregate(call, kind);
        }

        if (AggregateFunctions.IsRefused(name) || name == "grouping")
        {
            throw _context.Unsupported($"aggregate function {name}", call.Position);
        }

        if (TableFunctions.IsKnown(name))
        {
            return SetFunction(call, name);
        }

        RefuseDecorations(call, name);
        if (Lambda(call, name) is { } lambda)
        {
            return lambda;
        }

        return Special(call, name) ?? Registered(call, name);
    }

    /// <summary>Decorations only aggregates have.</summary>
    private void RefuseDecorations(Sql.FunctionCall call, string name)
    {
        string? what = call.Star ? $"{name}(*)"
            : call.Distinct ? "DISTINCT"
            : call.OrderBy.Count > 0 ? "ORDER BY"
            : call.WithinGroup.Count > 0 ? "WITHIN GROUP"
            : call.Filter is not null ? "FILTER" : null;
        if (what is not null && _context.Functions.Overloads(name).Count > 0)
        {
            throw _context.Error(
                SqlState.WrongObjectType, $"{what} specified, but {name} is not an aggregate function", call.Position);
        }

        foreach (var argument in call.Arguments)
        {
            if (argument.PartitionBy is not null)
            {
                throw _context.Error(
                    SqlState.SyntaxError, "PARTITION BY stands in the arguments of SESSION only", argument.PartitionBy.Position);
            }

            if (argument.Name is not null)
            {
                throw _context.Unsupported(
                    "named arguments", argument.Position > 0 ? argument.Position : call.Position);
            }
        }
    }

    private ScalarExpression Registered(Sql.FunctionCall call, string name)
    {
        if (call.Arguments.Any(a => a.Variadic))
        {
            throw _context.Unsupported("VARIADIC arguments", call.Position);
        }

        var arguments = call.Arguments.Select(a => Bind(a.Value)).ToList();
        if (name is "map_access" or "map_contains" or "map_insert" or "map_delete")
        {
            TypeMapArguments(arguments);
        }

        var types = arguments.Select(a => a.Type).ToArray();
        var found = _context.Resolver.Find(name, types, isOperator: false, _context.Position(call.Position));
        if (found is null)
        {
            if (call.Name.Schema is null && UserFunction(call, null) is { } own)
            {
                return own;
            }

            // A type's name called with one argument is a cast.
            if (arguments.Count == 1 && TypeResolver.Find(name) is { } type
                && _coercion.TryTo(arguments[0], type, CoercionContext.Explicit, call.Position) is { } cast)
            {
                return cast;
            }
        }

        var resolved = found ?? _context.Resolver.Function(call.Name.Name, types, _context.Position(call.Position));
        if (_context.ForView && resolved.Function.Volatility == Volatility.Volatile && !Expressions.ArrivalTimes.Is(resolved.Function))
        {
            throw _context.Unsupported($"volatile function {name} in a materialized view", call.Position);
        }

        return MakeCall(resolved, arguments, [.. call.Arguments.Select(a => PositionOf(a.Value))]);
    }

    private ScalarExpression Call(string name, IReadOnlyList<Sql.Expression> arguments, int position) =>
        CallBound(name, [.. arguments.Select(Bind)], position);

    /// <summary>A call of a registered function, or null when none takes the arguments.</summary>
    public ScalarExpression? TryCall(string name, IReadOnlyList<ScalarExpression> arguments, int position) =>
        _context.Resolver.Find(name, [.. arguments.Select(a => a.Type)], isOperator: false, _context.Position(position)) is { } found
            ? MakeCall(found, arguments, [.. arguments.Select(_ => position)]) : null;

    public ScalarExpression CallBound(string name, IReadOnlyList<ScalarExpression> arguments, int position)
    {
        var found = _context.Resolver.Function(name, [.. arguments.Select(a => a.Type)], _context.Position(position));
        return MakeCall(found, arguments, [.. arguments.Select(_ => position)]);
    }

    private CallExpression MakeCall(
        ResolvedFunction found, IReadOnlyList<ScalarExpression> arguments, IReadOnlyList<int> positions)
    {
        var coerced = new ScalarExpression[arguments.Count];
        for (int i = 0; i < coerced.Length; i++)
        {
            coerced[i] = _coercion.Argument(arguments[i], found.ArgumentTypes[i], positions[i]);
        }

        return new CallExpression(found.Function, coerced, found.Function.Result([.. coerced.Select(c => c.Type)]));
    }

    /// <summary>Functions that are not calls of a kernel; null: none of them.</summary>
    private ScalarExpression? Special(Sql.FunctionCall call, string name)
    {
        switch (name)
        {
            case "coalesce":
                var values = SameType(call, "COALESCE");
                return values.Count == 1 ? values[0] : new CoalesceExpression(values, values[0].Type);
            case "greatest" or "least":
                return CallBound(name, SameType(call, name.ToUpperInvariant()), call.Position);
            case "nullif" when call.Arguments.Count == 2:
                return NullIf(call);
            case "now" or "transaction_timestamp" or "statement_timestamp" when call.Arguments.Count == 0:
                return Context(ContextValue.Now, SqlType.TimestampTz, name, call.Position);
            case "current_database" or "current_catalog" when call.Arguments.Count == 0:
                return Context(ContextValue.CurrentDatabase, SqlType.Name, name, call.Position);
            case "current_schema" when call.Arguments.Count == 0:
                return Context(ContextValue.CurrentSchema, SqlType.Name, name, call.Position);
            case "current_user" or "session_user" or "user" or "current_role" when call.Arguments.Count == 0:
                return Context(ContextValue.CurrentUser, SqlType.Name, name, call.Position);
            case "pg_typeof" when call.Arguments.Count == 1:
                return new ConstantExpression(Datum.OfText(TypeName(Bind(call.Arguments[0].Value).Type)), SqlType.Varchar);
            case var _ when WindowFunctions.Find(name) is not null:
                throw _context.Error(
                    SqlState.WrongObjectType, $"window function {name} requires an OVER clause", call.Position);
            default:
                return null;
        }
    }

    /// <summary>What pg_typeof shows: the type without modifiers, a row value as record, an array with all its dimensions.</summary>
    private static string TypeName(SqlType type) => type.Id switch
    {
        TypeId.Struct => "record",
        TypeId.List => TypeName(type.Element!) + "[]",
        TypeId.Unknown => "unknown",
        _ => type.Base.ToString(),
    };

    private ScalarExpression NullIf(Sql.FunctionCall call)
    {
        var left = Bind(call.Arguments[0].Value);
        var right = Bind(call.Arguments[1].Value);
        var equal = Operator("=", left, right, call.Position);
        left = _coercion.Known(left, PositionOf(call.Arguments[0].Value));
        return new CaseExpression([new CaseBranch(equal, ExpressionTree.Null(left.Type))], left, left.Type);
    }

    private List<ScalarExpression> SameType(Sql.FunctionCall call, string what)
    {
        if (call.Arguments.Count == 0)
        {
            throw _context.Error(SqlState.SyntaxError, $"{what} needs at least one argument", call.Position);
        }

        var values = call.Arguments.Select(a => Bind(a.Value)).ToList();
        var positions = call.Arguments.Select(a => _context.Position(PositionOf(a.Value))).ToArray();
        var type = CommonType.Select(what, [.. values.Select(_context.LooseType)], positions);
        return [.. values.Select((v, i) => _coercion.To(v, type, positions[i]))];
    }

    private ScalarExpression SqlValue(Sql.SqlValueFunction e)
    {
        if (e.Precision is not (null or 6))
        {
            throw _context.Unsupported("a precision other than 6", e.Position);
        }

        var now = new ContextExpression(ContextValue.Now, SqlType.TimestampTz);
        return e.Value switch
        {
            Sql.SqlValue.CurrentTimestamp =>
                Context(ContextValue.Now, SqlType.TimestampTz, "current_timestamp", e.Position),
            Sql.SqlValue.CurrentDate => Clock(new CastExpression(now, SqlType.Date), "current_date", e.Position),
            Sql.SqlValue.LocalTimestamp =>
                Clock(new CastExpression(now, SqlType.Timestamp), "localtimestamp", e.Position),
            Sql.SqlValue.LocalTime => Clock(new CastExpression(now, SqlType.Time), "localtime", e.Position),
            Sql.SqlValue.CurrentTime =>
                throw _context.Unsupported("current_time (time with time zone)", e.Position, "Use localtime."),
            Sql.SqlValue.CurrentCatalog =>
                Context(ContextValue.CurrentDatabase, SqlType.Name, "current_catalog", e.Position),
            Sql.SqlValue.CurrentSchema =>
                Context(ContextValue.CurrentSchema, SqlType.Name, "current_schema", e.Position),
            _ => Context(ContextValue.CurrentUser, SqlType.Name, "current_user", e.Position),
        };
    }

    private ScalarExpression SetFunction(Sql.FunctionCall call, string name)
    {
        if (SetFunctions is null)
        {
            throw _context.Error(
                SqlState.FeatureNotSupported, $"set-returning functions are not allowed in {Clause}", call.Position);
        }

        var arguments = call.Arguments.Select(a => Bind(a.Value)).ToList();
        var bound = TableFunctions.Bind(this, _context, name, arguments, call.Position);
        var columns = SetFunctions.Add(bound, call.Position);
        return columns.Count == 1 && bound.Row is null
            ? columns[0]
            : MakeRow([.. columns], [.. bound.Columns.Select(c => c.Name)], call.Position);
    }

    private ScalarExpression Context(ContextValue value, SqlType type, string name, int position) =>
        Clock(new ContextExpression(value, type), name, position);

    /// <summary>In a maintained view conditions may name now(), as rows can come and go with time; nothing else may.</summary>
    private ScalarExpression Clock(ScalarExpression value, string name, int position)
    {
        if (!_context.ForView)
        {
            return value;
        }

        if (!Planning.TimeBound.UsesNow(value))
        {
            throw _context.Unsupported($"{name} in a materialized view", position);
        }

        if (Clause is not ("WHERE" or "HAVING" or "JOIN/ON"))
        {
            throw _context.Unsupported(
                $"{name} in a materialized view other than in WHERE, HAVING and ON", position,
                "Compare it with a column there: WHERE ts > now() - interval '1 day'.");
        }

        _context.NoteNow(position);
        return value;
    }

    private SqlException UnknownFunction(Sql.FunctionCall call)
    {
        var types = call.Arguments.Select(a => CommonType.PgName(Bind(a.Value).Type));
        return _context.Error(
            SqlState.UndefinedFunction,
            $"function {string.Join('.', call.Name.Parts)}({string.Join(", ", types)}) does not exist", call.Position,
            "No function matches the given name and argument types. You might need to add explicit type casts.");
    }
}
