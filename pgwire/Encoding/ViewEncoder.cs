using System.Buffers.Binary;
using Vectorized.Engine.Columns;

namespace Vectorized.Pgwire.Encoding;

/// <summary>Bytes that stand before a value's own in its wire form.</summary>
internal interface IPrefix
{
    static abstract ReadOnlySpan<byte> Bytes { get; }
}

/// <summary>Text, bytea in binary, json.</summary>
internal readonly struct NoPrefix : IPrefix
{
    public static ReadOnlySpan<byte> Bytes => default;
}

/// <summary>jsonb in binary: its version, then its text.</summary>
internal readonly struct JsonbPrefix : IPrefix
{
    public static ReadOnlySpan<byte> Bytes => [1];
}

/// <summary>Values whose bytes in the column are their wire form.</summary>
internal sealed class ViewEncoder<TPrefix> : ColumnEncoder
    where TPrefix : struct, IPrefix
{
    public override void Measure(in Vector column, int start, Span<int> sizes, ColumnScratch scratch)
    {
        var views = column.Views;
        int extra = LengthBytes + TPrefix.Bytes.Length;
        for (int i = 0; i < sizes.Length; i++)
        {
            int row = start + i;
            int size = column.IsValid(row) ? checked(extra + views[column.ValueIndex(row)].Length) : LengthBytes;
            sizes[i] = checked(sizes[i] + size);
        }
    }

    public override void Write(
        in Vector column, int start, Span<byte> into, Span<int> positions, ColumnScratch scratch)
    {
        var prefix = TPrefix.Bytes;
        for (int i = 0; i < positions.Length; i++)
        {
            var target = into[positions[i]..];
            if (!column.IsValid(start + i))
            {
                BinaryPrimitives.WriteInt32BigEndian(target, NullLength);
                positions[i] += LengthBytes;
                continue;
            }

            var bytes = column.Bytes(start + i);
            BinaryPrimitives.WriteInt32BigEndian(target, prefix.Length + bytes.Length);
            prefix.CopyTo(target[LengthBytes..]);
            bytes.CopyTo(target[(LengthBytes + prefix.Length)..]);
            positions[i] += LengthBytes + prefix.Length + bytes.Length;
        }
    }
}
