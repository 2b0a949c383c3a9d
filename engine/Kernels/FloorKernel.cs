using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Kernels;

/// <summary>
/// Floors instants to multiples of a window size, shifted by an offset: TUMBLE. Division by the one size of a batch is a
/// multiplication by its reciprocal in floating point, corrected to be exact. Infinite instants stay.
/// </summary>
internal static unsafe class FloorKernel
{
    internal static void Floor(in Vector instants, long size, long offset, int rowCount, ref Vector result)
    {
        var values = (long*)instants.ValuesPointer;
        var output = (long*)result.ValuesPointer;
        int step = instants.Encoding == VectorEncoding.Constant ? 0 : 1;
        double reciprocal = 1.0 / size;
        for (int row = 0; row < rowCount; row++)
        {
            long value = values[row * step];
            if (value is long.MaxValue or long.MinValue)
            {
                output[row] = value;
                continue;
            }

            // The estimate may be one off, and is far off where the quotient has more than 53 bits: then divide.
            long shifted = unchecked(value - offset);
            long quotient = (long)(shifted * reciprocal);
            long rest = unchecked(shifted - (quotient * size));
            if ((ulong)rest >= (ulong)size)
            {
                rest = shifted % size;
                rest += rest < 0 ? size : 0;
            }

            output[row] = unchecked(value - rest);
        }
    }

    /// <summary>The largest offset + k * size not above the instant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long Floor(long instant, long size, long offset)
    {
        if (instant is long.MaxValue or long.MinValue)
        {
            return instant;
        }

        long rest = unchecked(instant - offset) % size;
        return unchecked(instant - (rest < 0 ? rest + size : rest));
    }
}
