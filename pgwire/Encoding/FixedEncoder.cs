using System.Buffers.Binary;
using Vectorized.Engine.Columns;

namespace Vectorized.Pgwire.Encoding;

/// <summary>The binary form of a fixed-width value.</summary>
internal interface IWireForm<T> where T : unmanaged
{
    static abstract int Bytes { get; }

    static abstract void Write(T value, Span<byte> into);
}

/// <summary>Values whose binary form has one width: the size of a row is known without looking at it.</summary>
internal sealed class FixedEncoder<T, TForm> : ColumnEncoder
    where T : unmanaged
    where TForm : struct, IWireForm<T>
{
    public override void Measure(in Vector column, int start, Span<int> sizes, ColumnScratch scratch)
    {
        int size = LengthBytes + TForm.Bytes;
        if (!column.MayHaveNulls)
        {
            for (int i = 0; i < sizes.Length; i++)
            {
                sizes[i] = checked(sizes[i] + size);
            }

            return;
        }

        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = checked(sizes[i] + (column.IsValid(start + i) ? size : LengthBytes));
        }
    }

    public override void Write(
        in Vector column, int start, Span<byte> into, Span<int> positions, ColumnScratch scratch)
    {
        if (column is { MayHaveNulls: false, IsFlat: true })
        {
            WriteDense(column.Values<T>()[start..], into, positions);
            return;
        }

        for (int i = 0; i < positions.Length; i++)
        {
            bool isValid = column.IsValid(start + i);
            BinaryPrimitives.WriteInt32BigEndian(into[positions[i]..], isValid ? TForm.Bytes : NullLength);
            positions[i] += LengthBytes;
            if (isValid)
            {
                TForm.Write(column.Value<T>(start + i), into.Slice(positions[i], TForm.Bytes));
                positions[i] += TForm.Bytes;
            }
        }
    }

    private static void WriteDense(ReadOnlySpan<T> values, Span<byte> into, Span<int> positions)
    {
        int size = LengthBytes + TForm.Bytes;
        for (int i = 0; i < positions.Length; i++)
        {
            var target = into.Slice(positions[i], size);
            BinaryPrimitives.WriteInt32BigEndian(target, TForm.Bytes);
            TForm.Write(values[i], target[LengthBytes..]);
            positions[i] += size;
        }
    }
}
