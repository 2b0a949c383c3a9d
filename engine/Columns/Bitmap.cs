using System.Numerics;
using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Columns;

/// <summary>Arrow bitmaps: least significant bit first; bits past the length are unspecified, bytes padded to 64.</summary>
public static class Bitmap
{
    public static int BytesFor(int bits) => (bits + 7) >> 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Get(ReadOnlySpan<byte> bits, int index) => (bits[index >> 3] >> (index & 7) & 1) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set(Span<byte> bits, int index) => bits[index >> 3] |= (byte)(1 << (index & 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear(Span<byte> bits, int index) => bits[index >> 3] &= (byte)~(1 << (index & 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(Span<byte> bits, int index, bool value)
    {
        if (value)
        {
            Set(bits, index);
        }
        else
        {
            Clear(bits, index);
        }
    }

    /// <summary>How many of the first <paramref name="length"/> bits are set.</summary>
    public static int CountSet(ReadOnlySpan<byte> bits, int length)
    {
        int count = 0;
        int whole = length >> 6;
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(bits[..(whole * 8)]);
        foreach (ulong word in words)
        {
            count += BitOperations.PopCount(word);
        }

        for (int i = whole << 6; i < length; i++)
        {
            count += Get(bits, i) ? 1 : 0;
        }

        return count;
    }
}
