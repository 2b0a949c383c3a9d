using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// The planner's precision bounds: the type a numeric operation's result has, so that scaled arithmetic cannot overflow.
/// What would need more than 38 digits is of free form. Integers count as numeric(5,0), (10,0) and (19,0).
/// </summary>
internal static class NumericBounds
{
    private const int DigitsMax = 38;

    /// <summary>The exact numeric type of an integer type; numerics themselves.</summary>
    internal static SqlType Of(SqlType type) => type.Id switch
    {
        TypeId.Int16 => SqlType.NumericOf(5, 0),
        TypeId.Int32 => SqlType.NumericOf(10, 0),
        TypeId.Int64 => SqlType.NumericOf(19, 0),
        _ => type,
    };

    /// <summary>Sum and difference: one digit more before the point.</summary>
    internal static SqlType Sum(SqlType left, SqlType right) => Combine(left, right, (a, b) =>
        Bounded(Math.Max(a.Precision - a.Scale, b.Precision - b.Scale) + 1, Math.Max(a.Scale, b.Scale)));

    internal static SqlType Product(SqlType left, SqlType right) => Combine(left, right, (a, b) =>
        Bounded(a.Precision - a.Scale + b.Precision - b.Scale, a.Scale + b.Scale));

    /// <summary>A remainder is no larger than either operand, but is computed at both scales.</summary>
    internal static SqlType Remainder(SqlType left, SqlType right) => Combine(left, right, (a, b) =>
        Bounded(Math.Max(a.Precision - a.Scale, b.Precision - b.Scale), Math.Max(a.Scale, b.Scale)));

    /// <summary>A type that holds the values of both, or null when none of scaled form does.</summary>
    internal static SqlType? Common(SqlType left, SqlType right)
    {
        var type = Remainder(left, right);
        return type.NumericForm == NumericForm.Free ? null : type;
    }

    private static SqlType Combine(SqlType left, SqlType right, Func<SqlType, SqlType, SqlType> bound)
    {
        var a = Of(left);
        var b = Of(right);
        return a.NumericForm == NumericForm.Free || b.NumericForm == NumericForm.Free ? SqlType.Numeric : bound(a, b);
    }

    private static SqlType Bounded(int whole, int scale) =>
        whole + scale > DigitsMax ? SqlType.Numeric : SqlType.NumericOf(Math.Max(whole + scale, 1), scale);
}
