using System.Buffers;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Values as they leave memory: what stands under NULL, and bits past the end, are unspecified in a column and zero in what is written, so
/// that equal batches are equal bytes and nothing leaks that happened to stand there.
/// </summary>
internal static class CanonicalValues
{
    private const int RowsAtOnce = 1_024;

    /// <summary>A bitmap's bits, those under NULL as zero; <paramref name="validity"/> may be empty: no NULL.</summary>
    internal static void WriteBits(IBufferWriter<byte> into, ReadOnlySpan<byte> bits, ReadOnlySpan<byte> validity, int count)
    {
        int bytes = Bitmap.BytesFor(count);
        for (int start = 0; start < bytes; start += RowsAtOnce)
        {
            int length = Math.Min(RowsAtOnce, bytes - start);
            var target = into.GetSpan(length)[..length];
            bits.Slice(start, length).CopyTo(target);
            for (int i = 0; i < length && !validity.IsEmpty; i++)
            {
                target[i] &= validity[start + i];
            }

            if (start + length == bytes && (count & 7) != 0)
            {
                target[^1] &= (byte)((1 << (count & 7)) - 1);
            }

            into.Advance(length);
        }
    }

    /// <summary>Values of so many bytes each, those under NULL as zeros.</summary>
    internal static void Write(
        IBufferWriter<byte> into, ReadOnlySpan<byte> values, ReadOnlySpan<byte> validity, int width, int count)
    {
        for (int start = 0; start < count; start += RowsAtOnce)
        {
            int rows = Math.Min(RowsAtOnce, count - start);
            var target = into.GetSpan(rows * width)[..(rows * width)];
            values.Slice(start * width, rows * width).CopyTo(target);
            for (int row = 0; row < rows; row++)
            {
                if ((row & 7) == 0 && validity[(start + row) >> 3] == 0xFF)
                {
                    row += 7;
                }
                else if (!Bitmap.Get(validity, start + row))
                {
                    target.Slice(row * width, width).Clear();
                }
            }

            into.Advance(rows * width);
        }
    }
}
