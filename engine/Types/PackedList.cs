using System.Buffers.Binary;

namespace Vectorized.Engine.Types;

/// <summary>
/// Reads a packed list, the bytes of a list value in a column of view layout. Form: int32 count, a bitmap of the present
/// elements, then either each element's fixed-width bytes (little-endian, a boolean one byte, zero under a null), or for
/// elements of view layout the int32 end of each in the data that follows, and the data. Nested elements are packed
/// themselves. Packed values are canonical (<see cref="ValueOrder.Canonical"/>): equal bytes if and only if equal values,
/// the price being that an unbounded numeric in a list loses trailing zeros and an interval is normalised.
/// An element is reached in O(1). The span belongs to the column.
/// </summary>
public readonly ref struct PackedList
{
    private readonly ReadOnlySpan<byte> _packed;
    private readonly int _values;
    private readonly int _width;

    public PackedList(SqlType element, ReadOnlySpan<byte> packed)
    {
        Element = element;
        _packed = packed;
        Count = packed.IsEmpty ? 0 : BinaryPrimitives.ReadInt32LittleEndian(packed);
        _values = 4 + ((Count + 7) >> 3);
        _width = PackedBuilder.WidthOf(element);
    }

    public SqlType Element { get; }

    public int Count { get; }

    public bool IsNull(int index) => (_packed[4 + (index >> 3)] >> (index & 7) & 1) == 0;

    /// <summary>A fixed-width element, sign-extended; 0 for a null and for elements of view layout.</summary>
    public Int128 Raw(int index) => _width == 0 ? 0 : PackedBuilder.ReadRaw(_packed[(_values + (index * _width))..], _width);

    /// <summary>An element of view layout; empty for a null and for fixed-width elements.</summary>
    public ReadOnlySpan<byte> Bytes(int index)
    {
        if (_width != 0)
        {
            return default;
        }

        int start = index == 0 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(_packed[(_values + (4 * (index - 1)))..]);
        int end = BinaryPrimitives.ReadInt32LittleEndian(_packed[(_values + (4 * index))..]);
        return _packed.Slice(_values + (4 * Count) + start, end - start);
    }

    public Datum this[int index] => IsNull(index) ? Datum.Null(Element)
        : _width == 0 ? Datum.OfBytes(Element, Bytes(index).ToArray()) : Datum.OfRaw(Element, Raw(index));
}
