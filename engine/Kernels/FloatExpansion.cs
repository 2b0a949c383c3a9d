using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// An exact sum of doubles as three doubles whose mathematical sum it is: additions and retractions in any order, by any
/// number of workers, give the same value, rounded once when it is read. Knuth's two-sum cascades an addend through the
/// parts; what does not fit in three (a spread of about 159 bits, or overflow) is refused and the owner goes on with a
/// <see cref="Superaccumulator"/>. The parts need not be ordered. (Shewchuk, "Adaptive Precision Floating-Point
/// Arithmetic", 1997; the rounding step is Hettinger's msum.)
/// </summary>
internal struct FloatExpansion
{
    public double High;
    public double Middle;
    public double Low;

    /// <summary>Adds a finite value; false leaves the sum as it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryAdd(double value)
    {
        double high = TwoSum(High, value, out double rest);
        double middle = TwoSum(Middle, rest, out rest);
        double low = TwoSum(Low, rest, out rest);
        // An overflow to infinity leaves NaN as the rest, so one comparison finds both cases.
        if (rest == 0)
        {
            High = high;
            Middle = middle;
            Low = low;
            return true;
        }

        return TryAddDistilled(value);
    }

    /// <summary>The sum rounded to nearest, ties to even: exact input, one rounding.</summary>
    internal readonly double Rounded()
    {
        var sum = this;
        sum.Distil();
        double result = sum.High;
        if (sum.Low != 0 && sum.Middle < 0 == sum.Low < 0 && sum.Middle != 0)
        {
            // Half a unit below the last place, with more of the same sign to come: the tie was none.
            double doubled = sum.Middle * 2;
            double next = result + doubled;
            if (next - result == doubled)
            {
                return next;
            }
        }

        return result;
    }

    /// <summary>The sum rounded once to single precision (by way of a double rounded to odd).</summary>
    internal readonly float RoundedToSingle()
    {
        var sum = this;
        sum.Distil();
        double rest = sum.Middle != 0 ? sum.Middle : sum.Low;
        return (float)RoundToOdd(sum.High, rest);
    }

    /// <summary>A double next to the exact value high + rest that, unless exact, is odd in its last place.</summary>
    internal static double RoundToOdd(double high, double rest)
    {
        long bits = BitConverter.DoubleToInt64Bits(high);
        if (rest == 0 || (bits & 1) != 0)
        {
            return high;
        }

        return rest > 0 ? Math.BitIncrement(high) : Math.BitDecrement(high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double TwoSum(double a, double b, out double rest)
    {
        double sum = a + b;
        double bVirtual = sum - a;
        rest = (a - (sum - bVirtual)) + (b - bVirtual);
        return sum;
    }

    /// <summary>Makes the parts non-overlapping, largest first: each is the sum of itself and the smaller ones, rounded.</summary>
    private void Distil()
    {
        double high;
        double middle;
        do
        {
            high = High;
            middle = Middle;
            Middle = TwoSum(Middle, Low, out Low);
            High = TwoSum(High, Middle, out Middle);
        }
        while (High != high || Middle != middle);
    }

    /// <summary>Four parts distilled may fit in three after all: zeros among them fall away.</summary>
    private bool TryAddDistilled(double value)
    {
        double a = High;
        double b = Middle;
        double c = Low;
        double d = value;
        for (int pass = 0; pass < 4; pass++)
        {
            c = TwoSum(c, d, out d);
            b = TwoSum(b, c, out c);
            a = TwoSum(a, b, out b);
        }

        if (d != 0)
        {
            // Distilled parts are ordered, so a zero above d means the parts below it are all that is left of it.
            if (b == 0)
            {
                (b, c, d) = (c, d, 0);
            }
            else if (c == 0)
            {
                (c, d) = (d, 0);
            }
        }

        if (d != 0 || !double.IsFinite(a))
        {
            return false;
        }

        High = a;
        Middle = b;
        Low = c;
        return true;
    }
}
