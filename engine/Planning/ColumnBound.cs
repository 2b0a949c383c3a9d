using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A condition `a + i >= b + j` (or > &lt;= &lt;) over two timestamps with constant intervals, as a bound on a - b in microseconds. Of
/// finite values: infinite ones compare as they are.
/// </summary>
/// <param name="A">One side without its interval.</param>
/// <param name="B">The other's.</param>
/// <param name="IsLower">a - b is at least, else at most, the bound.</param>
/// <param name="Micros">The bound, inclusive.</param>
internal readonly record struct ColumnBound(ScalarExpression A, ScalarExpression B, bool IsLower, long Micros)
{
    /// <summary>Bounds are far from the ends of 64 bits, so that they can be added.</summary>
    private const long MicrosMax = 1L << 56;

    internal static ColumnBound? Match(ScalarExpression condition)
    {
        if (condition is not CallExpression { Function.Name: ">=" or ">" or "<=" or "<", Arguments: [var left, var right] } call
            || !left.Type.Equals(right.Type) || Shifted(left) is not { } a || Shifted(right) is not { } b)
        {
            return null;
        }

        // a + i >= b + j: a - b >= j - i.
        long micros = b.Micros - a.Micros;
        return call.Function.Name switch
        {
            ">=" => new ColumnBound(a.Value, b.Value, true, micros),
            ">" => new ColumnBound(a.Value, b.Value, true, micros + 1),
            "<=" => new ColumnBound(a.Value, b.Value, false, micros),
            _ => new ColumnBound(a.Value, b.Value, false, micros - 1),
        };
    }

    /// <summary>The same about b - a.</summary>
    internal ColumnBound Turned => new(B, A, !IsLower, -Micros);

    private static (ScalarExpression Value, long Micros)? Shifted(ScalarExpression e)
    {
        if (e.Type.Id is not (TypeId.Timestamp or TypeId.TimestampTz))
        {
            return null;
        }

        return e switch
        {
            CallExpression { Function.Name: "+", Arguments: [var value, ConstantExpression i] } when Fixed(value, i) is { } m =>
                (value, m),
            CallExpression { Function.Name: "+", Arguments: [ConstantExpression i, var value] } when Fixed(value, i) is { } m =>
                (value, m),
            CallExpression { Function.Name: "-", Arguments: [var value, ConstantExpression i] } when Fixed(value, i) is { } m =>
                (value, -m),
            _ => (e, 0),
        };
    }

    /// <summary>Months differ in length, and so do a zone's days.</summary>
    private static long? Fixed(ScalarExpression value, ConstantExpression interval)
    {
        if (interval.Value.IsNull || interval.Type.Id != TypeId.Interval
            || value.Type.Id is not (TypeId.Timestamp or TypeId.TimestampTz))
        {
            return null;
        }

        var span = IntervalValue.FromBits(interval.Value.Raw);
        bool isFixed = span.Months == 0 && (span.Days == 0 || value.Type.Id == TypeId.Timestamp);
        return isFixed && span.Normalized > -MicrosMax && span.Normalized < MicrosMax ? (long)span.Normalized : null;
    }
}
