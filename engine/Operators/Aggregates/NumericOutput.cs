using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>Puts exact numbers into a column of any number type; what does not fit is the user's error 22003.</summary>
internal static class NumericOutput
{
    /// <summary>value * 10^-scale.</summary>
    internal static void Put(ref Vector output, int row, Int128 value, int scale)
    {
        var type = output.Type;
        ValueStatus status;
        if (type.Id == TypeId.Numeric)
        {
            switch (type.NumericForm)
            {
                case NumericForm.Free:
                    status = NumericForms.ToFree(value, scale, out var free);
                    output.Values<Int128>()[row] = free.Bits;
                    break;
                case NumericForm.Scaled64:
                    status = NumericForms.ToScaled64(value, scale, type.Precision, type.Scale, out output.Values<long>()[row]);
                    break;
                default:
                    status = NumericForms.Rescale(value, scale, type.Precision, type.Scale, out output.Values<Int128>()[row]);
                    break;
            }
        }
        else if (type.Id == TypeId.Float64)
        {
            output.Values<double>()[row] = NumericForms.ToFloat64(value, scale);
            status = ValueStatus.Ok;
        }
        else
        {
            status = NumericForms.ToInt64(value, scale, out long whole);
            if (type.Layout == Layout.Fixed8)
            {
                output.Values<long>()[row] = whole;
            }
            else
            {
                status = whole == (int)whole ? status : ValueStatus.OutOfRange;
                output.Values<int>()[row] = (int)whole;
            }
        }

        Check(status, type);
    }

    /// <summary>A free numeric in a column of any number type.</summary>
    internal static void Put(ref Vector output, int row, FreeNumeric value)
    {
        var type = output.Type;
        if (type.NumericForm == NumericForm.Free)
        {
            output.Values<Int128>()[row] = value.Bits;
        }
        else if (type.Id == TypeId.Float64)
        {
            output.Values<double>()[row] = NumericForms.ToFloat64(value);
        }
        else if (type.NumericForm == NumericForm.Scaled64)
        {
            Check(NumericForms.ToScaled64(value, type.Precision, type.Scale, out output.Values<long>()[row]), type);
        }
        else if (type.NumericForm == NumericForm.Scaled128)
        {
            Check(NumericForms.ToScaled128(value, type.Precision, type.Scale, out output.Values<Int128>()[row]), type);
        }
        else
        {
            Check(NumericForms.ToInt64(value, out output.Values<long>()[row]), type);
        }
    }

    /// <summary>
    /// value * 10^-scale / divisor as a free numeric: up to 28 decimals, rounded once, half away from zero, and without trailing
    /// zeros beyond <paramref name="scaleMin"/>. The divisor is positive.
    /// </summary>
    internal static FreeNumeric Divide(Int256 value, int scale, ulong divisor, int scaleMin)
    {
        bool isNegative = value.IsNegative;
        var quotient = (isNegative ? -value : value).DivRem(divisor, out ulong rest);
        UInt128 digits;
        bool roundUp;
        if (!quotient.TryMagnitude(out digits) || digits > FreeNumeric.CoefficientMax)
        {
            // Too long: cut decimals off. What was cut counts only by whether it is half a unit or more, and not zero.
            bool sticky = rest != 0;
            ulong last = 0;
            do
            {
                if (scale-- == 0)
                {
                    throw ValueErrors.Operation(ValueStatus.NumericOverflow, SqlType.Numeric);
                }

                sticky |= last != 0;
                quotient = quotient.DivRem(10, out last);
            }
            while (!quotient.TryMagnitude(out digits) || digits > FreeNumeric.CoefficientMax);

            roundUp = last >= 5;
        }
        else
        {
            while (rest != 0 && scale < FreeNumeric.ScaleMax && digits <= (FreeNumeric.CoefficientMax - 9) / 10)
            {
                var (digit, left) = UInt128.DivRem((UInt128)rest * 10, divisor);
                digits = (digits * 10) + digit;
                rest = (ulong)left;
                scale++;
            }

            roundUp = rest != 0 && rest >= divisor - rest;
        }

        if (roundUp)
        {
            digits++;
        }

        Check(NumericForms.ToFree(isNegative, digits, scale, 0, out var result), SqlType.Numeric);
        return Trim(result, scaleMin);
    }

    /// <summary>As the other, of a value that is not negative, by a wider divisor (below 2^124).</summary>
    internal static FreeNumeric Divide(Int256 value, int scale, UInt128 divisor)
    {
        var quotient = value.DivRem(divisor, out UInt128 rest);
        if (!quotient.TryMagnitude(out UInt128 digits))
        {
            throw ValueErrors.Operation(ValueStatus.NumericOverflow, SqlType.Numeric);
        }

        while (rest != 0 && scale < FreeNumeric.ScaleMax && digits <= (FreeNumeric.CoefficientMax - 9) / 10)
        {
            (var digit, rest) = UInt128.DivRem(rest * 10, divisor);
            digits = (digits * 10) + digit;
            scale++;
        }

        int nextDigit = (int)(rest * 10 / divisor);
        Check(NumericForms.ToFree(false, digits, scale, nextDigit, out var result), SqlType.Numeric);
        return Trim(result, 0);
    }

    /// <summary>The square root to 28 digits (Newton's iteration from the float's root).</summary>
    internal static FreeNumeric SquareRoot(FreeNumeric value)
    {
        if (value.IsZero || !value.IsFinite)
        {
            return value;
        }

        decimal radicand = value.ToDecimal();
        decimal root = (decimal)Math.Sqrt((double)radicand);
        for (int i = 0; i < 4 && root != 0; i++)
        {
            decimal next = (root + (radicand / root)) / 2;
            if (next == root)
            {
                break;
            }

            root = next;
        }

        return Trim(FreeNumeric.FromDecimal(root), 0);
    }

    internal static void Check(ValueStatus status, SqlType type)
    {
        if (status != ValueStatus.Ok)
        {
            ValueErrors.ThrowOperation(status, type);
        }
    }

    /// <summary>Takes trailing zeros away, down to a scale.</summary>
    private static FreeNumeric Trim(FreeNumeric value, int scaleMin)
    {
        int scale = value.Scale;
        var digits = value.Coefficient;
        while (scale > scaleMin)
        {
            var (shorter, digit) = UInt128.DivRem(digits, 10);
            if (digit != 0)
            {
                break;
            }

            digits = shorter;
            scale--;
        }

        return FreeNumeric.Create(value.IsNegative, digits, scale);
    }
}
