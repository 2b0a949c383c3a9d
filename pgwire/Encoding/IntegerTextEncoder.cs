using System.Buffers.Binary;
using System.Buffers.Text;
using Vectorized.Engine.Columns;

namespace Vectorized.Pgwire.Encoding;

/// <summary>Integers as decimal text; T is the column's type, of up to 64 bits (uint for oids).</summary>
internal sealed class IntegerTextEncoder<T> : ColumnEncoder
    where T : unmanaged, System.Numerics.IBinaryInteger<T>
{
    public override void Measure(in Vector column, int start, Span<int> sizes, ColumnScratch scratch)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            int row = start + i;
            int size = column.IsValid(row)
                ? LengthBytes + TextLength(long.CreateTruncating(column.Value<T>(row)))
                : LengthBytes;
            sizes[i] = checked(sizes[i] + size);
        }
    }

    public override void Write(
        in Vector column, int start, Span<byte> into, Span<int> positions, ColumnScratch scratch)
    {
        for (int i = 0; i < positions.Length; i++)
        {
            var target = into[positions[i]..];
            if (!column.IsValid(start + i))
            {
                BinaryPrimitives.WriteInt32BigEndian(target, NullLength);
                positions[i] += LengthBytes;
                continue;
            }

            long value = long.CreateTruncating(column.Value<T>(start + i));
            Utf8Formatter.TryFormat(value, target[LengthBytes..], out int length);
            BinaryPrimitives.WriteInt32BigEndian(target, length);
            positions[i] += LengthBytes + length;
        }
    }

    /// <summary>Characters of a decimal number, its sign included.</summary>
    internal static int TextLength(long value)
    {
        ulong magnitude = value < 0 ? 0 - (ulong)value : (ulong)value;
        int length = value < 0 ? 2 : 1;
        // Four digits a round: two rounds for what most columns hold.
        while (magnitude >= 10_000)
        {
            magnitude /= 10_000;
            length += 4;
        }

        return length + (magnitude >= 1000 ? 3 : magnitude >= 100 ? 2 : magnitude >= 10 ? 1 : 0);
    }
}
