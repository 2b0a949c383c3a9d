using System.Buffers.Binary;
using Vectorized.Engine.Columns;

namespace Vectorized.Pgwire.Encoding;

/// <summary>One byte a value: t and f as text, 1 and 0 in binary.</summary>
internal sealed class BooleanEncoder(byte whenTrue, byte whenFalse) : ColumnEncoder
{
    public override void Measure(in Vector column, int start, Span<int> sizes, ColumnScratch scratch)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = checked(sizes[i] + (column.IsValid(start + i) ? LengthBytes + 1 : LengthBytes));
        }
    }

    public override void Write(
        in Vector column, int start, Span<byte> into, Span<int> positions, ColumnScratch scratch)
    {
        for (int i = 0; i < positions.Length; i++)
        {
            bool isValid = column.IsValid(start + i);
            BinaryPrimitives.WriteInt32BigEndian(into[positions[i]..], isValid ? 1 : NullLength);
            positions[i] += LengthBytes;
            if (isValid)
            {
                into[positions[i]++] = column.Bit(start + i) ? whenTrue : whenFalse;
            }
        }
    }
}
