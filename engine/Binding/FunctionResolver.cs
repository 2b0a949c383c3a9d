using Vectorized.Engine.Catalog;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>An overload and the types its arguments must be coerced to.</summary>
internal readonly record struct ResolvedFunction(ScalarFunction Function, IReadOnlyList<SqlType> ArgumentTypes);

/// <summary>
/// Chooses among overloads by PostgreSQL's rules (its chapters 10.2 and 10.3): an exact match; else candidates whose
/// arguments convert implicitly, narrowed by exact matches, preferred types, and what untyped literals may be. In a
/// registered signature Unknown means any type, and a list of Unknown any list.
/// </summary>
internal sealed class FunctionResolver(FunctionRegistry registry)
{
    /// <summary>Null when no overload fits; ambiguity is 42725.</summary>
    public ResolvedFunction? Find(string name, IReadOnlyList<SqlType> arguments, bool isOperator, int position)
    {
        var candidates = registry.Overloads(name)
            .Where(f => Arity(f, arguments.Count))
            .Select(f => new Candidate(f, Expand(f, arguments.Count)))
            .ToList();
        if (isOperator && Paired(arguments) is { } assumed
            && candidates.Find(c => Exact(c, assumed) == assumed.Length) is { } paired)
        {
            return Finish(paired, arguments);
        }

        var exact = candidates.Find(c => Exact(c, arguments) == arguments.Count);
        if (exact is not null)
        {
            return Finish(exact, arguments);
        }

        candidates.RemoveAll(c => !Accepts(c, arguments));
        return candidates.Count switch
        {
            0 => null,
            1 => Finish(candidates[0], arguments),
            _ => Finish(Narrow(name, candidates, arguments, isOperator, position), arguments),
        };
    }

    public ResolvedFunction Function(string name, IReadOnlyList<SqlType> arguments, int position) =>
        Find(name, arguments, isOperator: false, position) ?? throw UnknownFunction(name, arguments, position);

    public ResolvedFunction Operator(string symbol, IReadOnlyList<SqlType> arguments, int position) =>
        Find(symbol, arguments, isOperator: true, position) ?? throw UnknownOperator(symbol, arguments, position);

    private SqlException UnknownFunction(string name, IReadOnlyList<SqlType> arguments, int position)
    {
        bool known = registry.Overloads(name).Count > 0;
        string? hint = known
            ? "No function matches the given name and argument types. You might need to add explicit type casts."
            : Suggestions.Hint(name, registry.Names.Concat(AggregateFunctions.Names).Where(n => char.IsLetter(n[0]))
                .Order(StringComparer.Ordinal))
                ?? "No function matches the given name and argument types. You might need to add explicit type casts.";
        return new SqlException(
            SqlState.UndefinedFunction,
            $"function {name}({string.Join(", ", arguments.Select(CommonType.PgName))}) does not exist", position,
            hint);
    }

    private static SqlException UnknownOperator(string symbol, IReadOnlyList<SqlType> arguments, int position)
    {
        string shown = arguments.Count == 1
            ? $"{symbol} {CommonType.PgName(arguments[0])}"
            : $"{CommonType.PgName(arguments[0])} {symbol} {CommonType.PgName(arguments[1])}";
        return new SqlException(
            SqlState.UndefinedFunction,
            $"operator does not exist: {shown}", position,
            arguments.Count == 1
                ? "No operator matches the given name and argument type. You might need to add an explicit type cast."
                : "No operator matches the given name and argument types. You might need to add explicit type casts.");
    }

    private sealed record Candidate(ScalarFunction Function, SqlType[] Parameters);

    private static bool Arity(ScalarFunction function, int count) => function.Variadic
        ? count >= function.Parameters.Count
        : count == function.Parameters.Count;

    private static SqlType[] Expand(ScalarFunction function, int count)
    {
        var parameters = new SqlType[count];
        for (int i = 0; i < count; i++)
        {
            parameters[i] = function.Parameters[Math.Min(i, function.Parameters.Count - 1)];
        }

        return parameters;
    }

    /// <summary>For `x op 'literal'`: both of the known type.</summary>
    private static SqlType[]? Paired(IReadOnlyList<SqlType> arguments) => arguments.Count != 2 ? null
        : arguments[0].Id == TypeId.Unknown && arguments[1].Id != TypeId.Unknown ? [arguments[1], arguments[1]]
        : arguments[1].Id == TypeId.Unknown && arguments[0].Id != TypeId.Unknown ? [arguments[0], arguments[0]]
        : null;

    private static bool Accepts(Candidate candidate, IReadOnlyList<SqlType> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!IsAny(candidate.Parameters[i], arguments[i])
                && !TypeRules.CanCoerce(arguments[i], candidate.Parameters[i], CoercionContext.Implicit))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The parameter takes the argument's type as it is because it is declared for any.</summary>
    private static bool IsAny(SqlType parameter, SqlType argument) =>
        parameter.Id == TypeId.Unknown
        || (parameter.Id == TypeId.List && parameter.Element!.Id == TypeId.Unknown
            && argument.Id is TypeId.List or TypeId.Unknown)
        || (parameter.Id == TypeId.Map && argument.Id == TypeId.Map)
        || (parameter.Id == TypeId.Struct && argument.Id == TypeId.Struct);

    /// <summary>A declared type is better than any list, and that better than any type.</summary>
    private static int Definiteness(SqlType parameter, SqlType argument) =>
        !IsAny(parameter, argument) ? 2 : parameter.Id == TypeId.Unknown ? 0 : 1;

    private static bool SameType(SqlType parameter, SqlType argument) =>
        parameter.Id != TypeId.Unknown && parameter.Id == argument.Id
        && (parameter.Id != TypeId.List || SameType(parameter.Element!, argument.Element!));

    private static int Exact(Candidate candidate, IReadOnlyList<SqlType> arguments)
    {
        int count = 0;
        for (int i = 0; i < arguments.Count; i++)
        {
            count += SameType(candidate.Parameters[i], arguments[i]) ? 1 : 0;
        }

        return count;
    }

    private static Candidate Narrow(
        string name, List<Candidate> candidates, IReadOnlyList<SqlType> arguments, bool isOperator, int position)
    {
        KeepBest(candidates, c => Exact(c, arguments));
        KeepBest(candidates, c => Count(arguments, i => arguments[i].Id != TypeId.Unknown
            && (SameType(c.Parameters[i], arguments[i]) || PrefersFor(c.Parameters[i], arguments[i]))));
        KeepBest(candidates, c => Count(arguments, i => Definiteness(c.Parameters[i], arguments[i])));
        if (candidates.Count > 1)
        {
            ByUnknowns(candidates, arguments);
        }

        if (candidates.Count > 1)
        {
            ByKnownType(candidates, arguments);
        }

        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        string list = string.Join(", ", arguments.Select(CommonType.PgName));
        throw new SqlException(
            SqlState.AmbiguousFunction,
            isOperator ? $"operator is not unique: {string.Join($" {name} ", arguments.Select(CommonType.PgName))}"
                : $"function {name}({list}) is not unique",
            position,
            $"Could not choose a best candidate {(isOperator ? "operator" : "function")}. You might need to add explicit type casts.");
    }

    private static bool PrefersFor(SqlType parameter, SqlType argument) =>
        TypeRules.IsPreferred(parameter) && TypeRules.Category(parameter) == TypeRules.Category(argument);

    /// <summary>Untyped literals: as strings if some candidate takes one there, else in the only category left.</summary>
    private static void ByUnknowns(List<Candidate> candidates, IReadOnlyList<SqlType> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i].Id != TypeId.Unknown)
            {
                continue;
            }

            var categories = candidates.Select(c => TypeRules.Category(c.Parameters[i])).Distinct().ToList();
            char category = categories.Contains('S') ? 'S' : categories.Count == 1 ? categories[0] : '\0';
            if (category == '\0')
            {
                continue;
            }

            int at = i;
            Keep(candidates, c => TypeRules.Category(c.Parameters[at]) == category);
            Keep(candidates, c => TypeRules.IsPreferred(c.Parameters[at]));
        }
    }

    /// <summary>If all typed arguments are of one type, take the untyped ones for it too.</summary>
    private static void ByKnownType(List<Candidate> candidates, IReadOnlyList<SqlType> arguments)
    {
        var known = arguments.Where(a => a.Id != TypeId.Unknown).Select(a => a.Id).Distinct().ToList();
        if (known.Count == 1 && arguments.Any(a => a.Id == TypeId.Unknown))
        {
            var type = arguments.First(a => a.Id == known[0]);
            var all = arguments.Select(_ => type).ToArray();
            Keep(candidates, c => Accepts(c, all));
            KeepBest(candidates, c => Exact(c, all));
        }
    }

    private static int Count(IReadOnlyList<SqlType> arguments, Func<int, bool> counts) =>
        Count(arguments, i => counts(i) ? 1 : 0);

    private static int Count(IReadOnlyList<SqlType> arguments, Func<int, int> counts)
    {
        int total = 0;
        for (int i = 0; i < arguments.Count; i++)
        {
            total += counts(i);
        }

        return total;
    }

    private static void KeepBest(List<Candidate> candidates, Func<Candidate, int> score)
    {
        int best = candidates.Max(score);
        candidates.RemoveAll(c => score(c) < best);
    }

    /// <summary>Drops the others unless that would drop all.</summary>
    private static void Keep(List<Candidate> candidates, Predicate<Candidate> good)
    {
        if (candidates.Exists(good))
        {
            candidates.RemoveAll(c => !good(c));
        }
    }

    private static ResolvedFunction Finish(Candidate candidate, IReadOnlyList<SqlType> arguments)
    {
        var element = ElementOf(candidate, arguments);
        var types = new SqlType[arguments.Count];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = Target(candidate.Parameters[i], arguments[i], element);
        }

        return new ResolvedFunction(candidate.Function, types);
    }

    /// <summary>The element type when the signature has a list of any: its other "any" parameters follow it.</summary>
    private static SqlType? ElementOf(Candidate candidate, IReadOnlyList<SqlType> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (candidate.Parameters[i] is { Id: TypeId.List, Element.Id: TypeId.Unknown }
                && arguments[i].Id == TypeId.List)
            {
                return arguments[i].Element;
            }
        }

        return null;
    }

    private static SqlType Target(SqlType parameter, SqlType argument, SqlType? element)
    {
        if (parameter.Id == TypeId.Unknown)
        {
            return element is not null
                && (argument.Id == TypeId.Unknown || TypeRules.CanCoerce(argument, element, CoercionContext.Implicit))
                ? element
                : argument.Id == TypeId.Unknown ? SqlType.Varchar : argument;
        }

        if (parameter is { Id: TypeId.List, Element.Id: TypeId.Unknown })
        {
            return argument.Id == TypeId.List ? argument
                : SqlType.ListOf(element ?? throw new SqlException(
                    SqlState.DatatypeMismatch, "could not determine polymorphic type because input has type unknown"));
        }

        if (parameter.Id == TypeId.Numeric)
        {
            return argument.Id == TypeId.Numeric ? argument : TypeRules.ExactNumeric(argument);
        }

        return SameType(parameter, argument) || parameter.Id is TypeId.Map or TypeId.Struct ? argument : parameter;
    }
}
