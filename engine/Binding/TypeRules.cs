using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>When a conversion may happen by itself.</summary>
public enum CoercionContext : byte
{
    /// <summary>Anywhere.</summary>
    Implicit = 0,

    /// <summary>On the way into a column (INSERT, UPDATE), and anywhere implicit ones may.</summary>
    Assignment = 1,

    /// <summary>Only where the query says CAST.</summary>
    Explicit = 2,
}

/// <summary>
/// PostgreSQL's type categories and cast rules (its chapter 10 and pg_cast) for the types there are; varchar, text and
/// char(n) are one type here. Stateless.
/// </summary>
public static class TypeRules
{
    /// <summary>PostgreSQL's typcategory.</summary>
    public static char Category(SqlType type) => type.Id switch
    {
        TypeId.Boolean => 'B',
        TypeId.Int16 or TypeId.Int32 or TypeId.Int64 or TypeId.Float32 or TypeId.Float64 or TypeId.Numeric => 'N',
        TypeId.Oid or TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace => 'N',
        TypeId.Varchar or TypeId.Name => 'S',
        TypeId.Date or TypeId.Time or TypeId.Timestamp or TypeId.TimestampTz => 'D',
        TypeId.Interval => 'T',
        TypeId.List => 'A',
        TypeId.Struct => 'C',
        TypeId.InternalChar => 'Z',
        TypeId.Unknown => 'X',
        TypeId.Void => 'P',
        _ => 'U',
    };

    /// <summary>The preferred type of its category.</summary>
    public static bool IsPreferred(SqlType type) =>
        type.Id is TypeId.Boolean or TypeId.Float64 or TypeId.Oid or TypeId.Varchar or TypeId.TimestampTz or TypeId.Interval;

    /// <summary>In which context a value of one type becomes one of the other, or null: never.</summary>
    public static CoercionContext? Cast(SqlType from, SqlType to)
    {
        if (from.Id == to.Id)
        {
            return SameFamily(from, to);
        }

        if (from.Id == TypeId.Unknown)
        {
            return CoercionContext.Implicit;
        }

        if (to.Id is TypeId.Unknown or TypeId.Void || from.Id == TypeId.Void)
        {
            return null;
        }

        return Numbers(from, to) ?? Listed(from.Id, to.Id) ?? ThroughText(from, to);
    }

    public static bool CanCoerce(SqlType from, SqlType to, CoercionContext context) => Cast(from, to) is { } cast
        && cast <= context;

    /// <summary>
    /// A numeric type that holds every value of the two, or unbounded numeric; other types: the first without its modifier
    /// when the modifiers differ.
    /// </summary>
    public static SqlType Widest(SqlType a, SqlType b)
    {
        if (a.Equals(b))
        {
            return a;
        }

        if (a.Id == TypeId.Numeric && b.Id == TypeId.Numeric && a.Precision > 0 && b.Precision > 0)
        {
            int scale = Math.Max(a.Scale, b.Scale);
            int precision = Math.Max(a.Precision - a.Scale, b.Precision - b.Scale) + scale;
            return precision <= 38 ? SqlType.NumericOf(precision, scale) : SqlType.Numeric;
        }

        return a.Id == TypeId.List && b.Id == TypeId.List ? SqlType.ListOf(Widest(a.Element!, b.Element!)) : a.Base;
    }

    /// <summary>The numeric type with the digits an integer type may have; the type itself when it is no integer.</summary>
    public static SqlType ExactNumeric(SqlType type) => type.Id switch
    {
        TypeId.Int16 => SqlType.NumericOf(5, 0),
        TypeId.Int32 => SqlType.NumericOf(10, 0),
        TypeId.Int64 => SqlType.NumericOf(19, 0),
        _ => SqlType.Numeric,
    };

    private static CoercionContext? SameFamily(SqlType from, SqlType to)
    {
        if (from.Id == TypeId.List)
        {
            return from.Element!.Equals(to.Element) ? CoercionContext.Implicit : Cast(from.Element!, to.Element!);
        }

        if (from.Id == TypeId.Struct)
        {
            var (a, b) = (from.Fields!.Items, to.Fields!.Items);
            return a.Count != b.Count ? null
                : a.Zip(b).Select(p => Cast(p.First.Type, p.Second.Type)).Aggregate(
                    (CoercionContext?)CoercionContext.Implicit, (x, y) => x is null || y is null ? null : x > y ? x
                        : y);
        }

        if (from.Id == TypeId.Map)
        {
            return from.Equals(to) ? CoercionContext.Implicit : null;
        }

        return CoercionContext.Implicit;
    }

    private static CoercionContext? Numbers(SqlType from, SqlType to)
    {
        if (from.IsNumber && to.IsNumber)
        {
            return Rank(from) < Rank(to) ? CoercionContext.Implicit : CoercionContext.Assignment;
        }

        if (from.IsInteger && to.IsOidLike)
        {
            return CoercionContext.Implicit;
        }

        return from.IsOidLike && to.Id is TypeId.Int32 or TypeId.Int64 ? CoercionContext.Assignment
            : from.IsOidLike && to.IsOidLike ? CoercionContext.Implicit : null;
    }

    private static int Rank(SqlType type) => type.Id switch
    {
        TypeId.Int16 => 0,
        TypeId.Int32 => 1,
        TypeId.Int64 => 2,
        TypeId.Numeric => 3,
        TypeId.Float32 => 4,
        _ => 5,
    };

    private static CoercionContext? Listed(TypeId from, TypeId to) => (from, to) switch
    {
        (TypeId.Date, TypeId.Timestamp or TypeId.TimestampTz) => CoercionContext.Implicit,
        (TypeId.Timestamp, TypeId.TimestampTz) => CoercionContext.Implicit,
        (TypeId.Timestamp, TypeId.Date or TypeId.Time) => CoercionContext.Assignment,
        (TypeId.TimestampTz, TypeId.Date or TypeId.Time or TypeId.Timestamp) => CoercionContext.Assignment,
        (TypeId.Time, TypeId.Interval) => CoercionContext.Implicit,
        (TypeId.Interval, TypeId.Time) => CoercionContext.Assignment,
        (TypeId.Name or TypeId.InternalChar, TypeId.Varchar) => CoercionContext.Implicit,
        (TypeId.Varchar, TypeId.Name) => CoercionContext.Implicit,
        (TypeId.Varchar, TypeId.InternalChar) => CoercionContext.Assignment,
        (TypeId.Varchar, TypeId.RegClass) => CoercionContext.Implicit,
        (TypeId.InternalChar, TypeId.Int32) or (TypeId.Int32, TypeId.InternalChar) => CoercionContext.Explicit,
        (TypeId.Boolean, TypeId.Int32) or (TypeId.Int32, TypeId.Boolean) => CoercionContext.Explicit,
        (TypeId.Jsonb, TypeId.Boolean or TypeId.Int16 or TypeId.Int32 or TypeId.Int64) => CoercionContext.Explicit,
        (TypeId.Jsonb, TypeId.Float32 or TypeId.Float64 or TypeId.Numeric) => CoercionContext.Explicit,
        _ => null,
    };

    /// <summary>By output and input text: into strings on assignment, out of strings only when asked for.</summary>
    private static CoercionContext? ThroughText(SqlType from, SqlType to) =>
        to.Id is TypeId.Varchar or TypeId.Name ? CoercionContext.Assignment
        : from.Id is TypeId.Varchar or TypeId.Name or TypeId.InternalChar || to.Id == TypeId.InternalChar
            ? CoercionContext.Explicit
        : null;
}
