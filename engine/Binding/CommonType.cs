using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>The one type of several expressions: CASE, COALESCE, VALUES, UNION, IN, ARRAY (PostgreSQL 10.5).</summary>
internal static class CommonType
{
    /// <summary>
    /// All unknown gives varchar. The first known type decides the category; a later one takes over when the earlier
    /// converts to it implicitly and not the other way round.
    /// </summary>
    /// <param name="context">What error messages call the place: `CASE`, `UNION`.</param>
    /// <param name="types">The types; Unknown for untyped literals.</param>
    /// <param name="positions">Where the expressions stand, for errors.</param>
    public static SqlType Select(string context, IReadOnlyList<SqlType> types, IReadOnlyList<int> positions) =>
        TrySelect(types, out var result, out int culprit)
            ? result
            : throw new SqlException(
                SqlState.DatatypeMismatch,
                $"{context} types {PgName(result)} and {PgName(types[culprit])} cannot be matched",
                culprit < positions.Count ? positions[culprit] : 0);

    public static bool TrySelect(IReadOnlyList<SqlType> types, out SqlType result, out int culprit)
    {
        result = SqlType.Unknown;
        culprit = -1;
        for (int i = 0; i < types.Count; i++)
        {
            var next = types[i];
            if (next.Id == TypeId.Unknown)
            {
                continue;
            }

            if (result.Id == TypeId.Unknown)
            {
                result = next;
            }
            else if (result.Id == next.Id && TypeRules.Cast(result, next) is not null)
            {
                result = result.Id == TypeId.List ? Lists(result, next) : TypeRules.Widest(result, next);
            }
            else if (TypeRules.Category(result) != TypeRules.Category(next))
            {
                culprit = i;
                return false;
            }
            else if (Implicit(result, next) && !Implicit(next, result))
            {
                result = Exact(next, result);
            }
            else if (Implicit(next, result))
            {
                result = Exact(result, next);
            }
            else
            {
                culprit = i;
                return false;
            }
        }

        if (result.Id == TypeId.Unknown)
        {
            result = SqlType.Varchar;
        }

        return true;
    }

    /// <summary>The name without modifiers, as PostgreSQL's messages have it.</summary>
    public static string PgName(SqlType type) => type.Base.ToString();

    private static bool Implicit(SqlType from, SqlType to) => TypeRules.CanCoerce(from, to, CoercionContext.Implicit);

    /// <summary>A bounded numeric must also hold the integers of the other type.</summary>
    private static SqlType Exact(SqlType chosen, SqlType other) =>
        chosen.Id == TypeId.Numeric && other.IsInteger ? TypeRules.Widest(chosen, TypeRules.ExactNumeric(other))
            : chosen;

    private static SqlType Lists(SqlType a, SqlType b) =>
        TrySelect([a.Element!, b.Element!], out var element, out _) ? SqlType.ListOf(element) : a;
}
