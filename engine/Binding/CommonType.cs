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
            ? KeepsScales(context, types, result)
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
            else if (result.Id == TypeId.Struct && next.Id == TypeId.Struct)
            {
                if (Rows(result, next) is not { } row)
                {
                    culprit = i;
                    return false;
                }

                result = row;
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

        result = Known(result);
        return true;
    }

    /// <summary>
    /// Where values stand beside each other as rows or elements, each numeric keeps the scale it is written with (2 beside 1.50
    /// stays 2): bounds of different scale become an unbounded numeric. The branches of CASE and COALESCE stay bounded, for
    /// the sake of what is computed over them.
    /// </summary>
    private static SqlType KeepsScales(string context, IReadOnlyList<SqlType> types, SqlType result) =>
        context is "CASE" or "COALESCE" ? result : Beside(types, result);

    /// <summary>The common type of values that stand beside each other, which keep their scales.</summary>
    public static SqlType Beside(IReadOnlyList<SqlType> types, SqlType common) =>
        common.Id == TypeId.List && types.All(t => t.Id == TypeId.List)
            ? SqlType.ListOf(Beside([.. types.Select(t => t.Element!)], common.Element!))
            : common is { Id: TypeId.Numeric, Precision: > 0, Scale: > 0 }
                && types.Any(t => t.Id == TypeId.Unknown || (t.IsNumber && t.Scale != common.Scale))
            ? SqlType.Numeric : common;

    /// <summary>Untyped literals, also as fields of rows, are text.</summary>
    private static SqlType Known(SqlType type) => type.Id switch
    {
        TypeId.Unknown => SqlType.Varchar,
        TypeId.Struct => SqlType.StructOf(new StructFields([.. type.Fields!.Items.Select(f => (f.Name, Known(f.Type)))])),
        _ => type,
    };

    /// <summary>The name without modifiers, as PostgreSQL's messages have it.</summary>
    public static string PgName(SqlType type) => type.Base.ToString();

    private static bool Implicit(SqlType from, SqlType to) => TypeRules.CanCoerce(from, to, CoercionContext.Implicit);

    /// <summary>A bounded numeric must also hold the integers of the other type.</summary>
    private static SqlType Exact(SqlType chosen, SqlType other) =>
        chosen.Id == TypeId.Numeric && other.IsInteger ? TypeRules.Widest(chosen, TypeRules.ExactNumeric(other))
            : chosen;

    /// <summary>Row types field by field, under the first one's names.</summary>
    private static SqlType? Rows(SqlType a, SqlType b)
    {
        var (left, right) = (a.Fields!.Items, b.Fields!.Items);
        if (left.Count != right.Count)
        {
            return null;
        }

        var fields = new (string, SqlType)[left.Count];
        for (int i = 0; i < fields.Length; i++)
        {
            var type = left[i].Type;
            if (!type.Equals(right[i].Type) && !TrySelect([type, right[i].Type], out type, out _))
            {
                return null;
            }

            fields[i] = (left[i].Name, Beside([left[i].Type, right[i].Type], type));
        }

        return SqlType.StructOf(new StructFields(fields));
    }

    private static SqlType Lists(SqlType a, SqlType b) =>
        TrySelect([a.Element!, b.Element!], out var element, out _) ? SqlType.ListOf(element) : a;
}
