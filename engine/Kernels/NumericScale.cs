using System.Runtime.Intrinsics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Brings numerics and integers to a scaled form or to the free one. Scaling up within the planner's bounds cannot
/// overflow and is unchecked. The source itself is returned when it has the form already; constants stay constants.
/// </summary>
internal static unsafe class NumericScale
{
    /// <summary>Values of the type fit 64 bits as they are.</summary>
    internal static bool Is64(SqlType type) => type.IsInteger || type.NumericForm == NumericForm.Scaled64;

    /// <summary>As int64 of value * 10^scale; the type must be <see cref="Is64"/> and its scale not above.</summary>
    internal static Vector To64(in Vector source, int scale, int rowCount, Arena arena)
    {
        int up = scale - source.Type.Scale;
        if (up == 0 && source.Type.Layout == Layout.Fixed8)
        {
            return Retype(source, SqlType.Int64);
        }

        var result = Like(source, SqlType.Int64, rowCount, arena, out int count);
        var output = (long*)result.ValuesPointer;
        long factor = PowersOfTen.Int64[up];
        switch (source.Type.Layout)
        {
            case Layout.Fixed2:
                for (int row = 0; row < count; row++)
                {
                    output[row] = ((short*)source.ValuesPointer)[row] * factor;
                }

                break;
            case Layout.Fixed4:
                for (int row = 0; row < count; row++)
                {
                    output[row] = ((int*)source.ValuesPointer)[row] * factor;
                }

                break;
            case Layout.Fixed8:
                Multiply((long*)source.ValuesPointer, factor, output, count);
                break;
            default:
                throw new SqlException(SqlState.InternalError, $"type {source.Type} does not fit 64 bits");
        }

        return result;
    }

    /// <summary>As Int128 of value * 10^scale; any integer or scaled numeric whose scale is not above.</summary>
    internal static Vector To128(in Vector source, int scale, int rowCount, Arena arena)
    {
        int up = scale - source.Type.Scale;
        var type = SqlType.NumericOf(38, scale);
        if (up == 0 && source.Type.Layout == Layout.Fixed16)
        {
            return Retype(source, type);
        }

        var result = Like(source, type, rowCount, arena, out int count);
        var output = (Int128*)result.ValuesPointer;
        var factor = PowersOfTen.Wide[up];
        if (source.Type.Layout == Layout.Fixed16)
        {
            for (int row = 0; row < count; row++)
            {
                output[row] = unchecked(((Int128*)source.ValuesPointer)[row] * factor);
            }

            return result;
        }

        var narrow = (long*)To64(source, source.Type.Scale, rowCount, arena).ValuesPointer;
        if (up <= 18)
        {
            long small = PowersOfTen.Int64[up];
            for (int row = 0; row < count; row++)
            {
                long high = Math.BigMul(narrow[row], small, out long low);
                output[row] = new Int128((ulong)high, (ulong)low);
            }

            return result;
        }

        for (int row = 0; row < count; row++)
        {
            output[row] = unchecked(narrow[row] * factor);
        }

        return result;
    }

    /// <summary>As free numerics; active rows that do not fit are an error (22003).</summary>
    internal static Vector ToFree(in Vector source, int rowCount, EvaluationContext context)
    {
        if (source.Type.NumericForm == NumericForm.Free)
        {
            return source;
        }

        var result = Like(source, SqlType.Numeric, rowCount, context.Arena, out int count);
        var output = (FreeNumeric*)result.ValuesPointer;
        int scale = source.Type.Scale;
        if (Is64(source.Type))
        {
            var values = (long*)To64(source, scale, rowCount, context.Arena).ValuesPointer;
            for (int row = 0; row < count; row++)
            {
                output[row] = FreeNumeric.FromInt64(values[row], scale);
            }

            return result;
        }

        var active = source.Encoding == VectorEncoding.Constant ? default : context.Active;
        for (int row = 0; row < count; row++)
        {
            if (NumericForms.ToFree(((Int128*)source.ValuesPointer)[row], scale, out output[row]) is not ValueStatus.Ok and var status
                && active.Contains(row))
            {
                throw ValueErrors.Operation(status, SqlType.Numeric);
            }
        }

        return result;
    }

    /// <summary>Three-way comparison by value of numerics no scaled form holds together.</summary>
    internal static int Order(in Vector left, int leftRow, in Vector right, int rightRow)
    {
        bool leftFree = left.Type.NumericForm == NumericForm.Free;
        bool rightFree = right.Type.NumericForm == NumericForm.Free;
        var a = leftFree ? left.Value<FreeNumeric>(leftRow) : default;
        var b = rightFree ? right.Value<FreeNumeric>(rightRow) : default;
        if (leftFree && rightFree)
        {
            return a.CompareTo(b);
        }

        if (leftFree && !a.IsFinite)
        {
            return a.IsNaN || !a.IsNegative ? 1 : -1;
        }

        if (rightFree && !b.IsFinite)
        {
            return b.IsNaN || !b.IsNegative ? -1 : 1;
        }

        var (x, scaleX) = leftFree ? Parts(a) : (Raw(left, leftRow), left.Type.Scale);
        var (y, scaleY) = rightFree ? Parts(b) : (Raw(right, rightRow), right.Type.Scale);
        return Order(x, scaleX, y, scaleY);
    }

    /// <summary>The side of the smaller scale is scaled up; where that overflows, its magnitude is the larger one.</summary>
    internal static int Order(Int128 x, int scaleX, Int128 y, int scaleY)
    {
        if (scaleX == scaleY || x == 0 || y == 0)
        {
            return x.CompareTo(y);
        }

        if (scaleX > scaleY)
        {
            return -Order(y, scaleY, x, scaleX);
        }

        return NumericForms.TryMultiply(x, PowersOfTen.Wide[scaleY - scaleX], out var scaled) ? scaled.CompareTo(y) : x < 0 ? -1 : 1;
    }

    internal static Int128 Raw(in Vector source, int row) => source.Type.Layout switch
    {
        Layout.Fixed2 => source.Value<short>(row),
        Layout.Fixed4 => source.Value<int>(row),
        Layout.Fixed8 => source.Value<long>(row),
        _ => source.Value<Int128>(row),
    };

    /// <summary>A fresh vector with the source's encoding (flat or constant) and no nulls.</summary>
    internal static Vector Like(in Vector source, SqlType type, int rowCount, Arena arena, out int count)
    {
        bool constant = source.Encoding == VectorEncoding.Constant;
        count = constant ? 1 : rowCount;
        return constant ? Vector.AllocateConstant(arena, type, rowCount) : Vector.Allocate(arena, type, rowCount);
    }

    private static (Int128 Coefficient, int Scale) Parts(FreeNumeric value) =>
        (value.IsNegative ? -(Int128)value.Coefficient : (Int128)value.Coefficient, value.Scale);

    private static Vector Retype(in Vector source, SqlType type)
    {
        var result = source;
        result.Type = type;
        return result;
    }

    private static void Multiply(long* values, long factor, long* output, int count)
    {
        int row = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            KernelCounters.EnterVector();
            for (; row + 4 <= count; row += 4)
            {
                (Vector256.Load(values + row) * factor).Store(output + row);
            }
        }

        for (; row < count; row++)
        {
            output[row] = unchecked(values[row] * factor);
        }
    }
}
