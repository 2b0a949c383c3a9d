using System.Buffers.Binary;

namespace Vectorized.Engine.Types;

/// <summary>
/// Reads a packed row value: a bitmap of the present fields, the fixed-width fields' bytes in order, the int32 end of
/// each field of view layout, their data. Canonical as <see cref="PackedList"/>. A field is reached in O(fields).
/// </summary>
public readonly ref struct PackedStruct(StructFields fields, ReadOnlySpan<byte> packed)
{
    private readonly ReadOnlySpan<byte> _packed = packed;

    public StructFields Fields { get; } = fields;

    public bool IsNull(int field) => (_packed[field >> 3] >> (field & 7) & 1) == 0;

    public Int128 Raw(int field)
    {
        int width = PackedBuilder.WidthOf(Fields.Items[field].Type);
        return width == 0 ? 0 : PackedBuilder.ReadRaw(_packed[(FixedStart + Fixed(field).Bytes)..], width);
    }

    public ReadOnlySpan<byte> Bytes(int field)
    {
        if (PackedBuilder.WidthOf(Fields.Items[field].Type) != 0)
        {
            return default;
        }

        var all = Fixed(Fields.Items.Count);
        int ends = FixedStart + all.Bytes;
        int index = Fixed(field).Views;
        int start = index == 0 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(_packed[(ends + (4 * (index - 1)))..]);
        int end = BinaryPrimitives.ReadInt32LittleEndian(_packed[(ends + (4 * index))..]);
        return _packed.Slice(ends + (4 * all.Views) + start, end - start);
    }

    public Datum this[int field]
    {
        get
        {
            var type = Fields.Items[field].Type;
            return IsNull(field) ? Datum.Null(type)
                : type.Layout == Layout.View ? Datum.OfBytes(type, Bytes(field).ToArray()) : Datum.OfRaw(type, Raw(field));
        }
    }

    private int FixedStart => (Fields.Items.Count + 7) >> 3;

    /// <summary>Bytes of the fixed-width fields before a field, and how many fields of view layout stand before it.</summary>
    private (int Bytes, int Views) Fixed(int field)
    {
        int bytes = 0;
        int views = 0;
        for (int i = 0; i < field; i++)
        {
            int width = PackedBuilder.WidthOf(Fields.Items[i].Type);
            bytes += width;
            views += width == 0 ? 1 : 0;
        }

        return (bytes, views);
    }
}
