using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Values of view layout as bytes that compare as SQL orders them. Strings and JSON are escaped and terminated; of a list or map
/// each member is a byte (1 present, 2 NULL, which is larger than any value) and its own bytes, a 0 ends it, so that a prefix
/// sorts first; of a row value the members alone. As <see cref="ValueOrder"/> compares.
/// </summary>
internal static unsafe class NestedKeys
{
    private const byte End = 0;
    private const byte Present = 1;
    private const byte Missing = 2;

    /// <summary>Bytes a present value takes.</summary>
    internal static int ViewLength(SqlType type, ReadOnlySpan<byte> bytes) => type.Id switch
    {
        TypeId.List => ListLength(new PackedList(type.Element!, bytes)),
        TypeId.Map => ListLength(PackedMap.Entries(type, bytes)),
        TypeId.Struct => StructLength(new PackedStruct(type.Fields!, bytes)),
        _ => NormalizedKeyEncoder.EscapedLength(bytes),
    };

    /// <summary>Writes a present value at the start of the target and returns the bytes taken.</summary>
    internal static int WriteView(SqlType type, ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        switch (type.Id)
        {
            case TypeId.List:
                return WriteList(new PackedList(type.Element!, bytes), target);
            case TypeId.Map:
                return WriteList(PackedMap.Entries(type, bytes), target);
            case TypeId.Struct:
                return WriteStruct(new PackedStruct(type.Fields!, bytes), target);
            default:
                int length = NormalizedKeyEncoder.EscapedLength(bytes);
                NormalizedKeyEncoder.WriteEscaped(bytes, target[..length]);
                return length;
        }
    }

    /// <summary>Bytes that a value written at the start of a key takes; inverted as for DESC or not.</summary>
    internal static int WrittenLength(SqlType type, ReadOnlySpan<byte> key, bool isInverted)
    {
        byte flip = isInverted ? (byte)0xFF : (byte)0;
        int at = 0;
        switch (type.Id)
        {
            case TypeId.List or TypeId.Map:
                var element = type.Id == TypeId.Map ? PackedMap.EntryType(type) : type.Element!;
                while ((key[at] ^ flip) != End)
                {
                    at += WrittenMemberLength(element, key[at..], isInverted);
                }

                return at + 1;
            case TypeId.Struct:
                foreach (var field in type.Fields!.Items)
                {
                    at += WrittenMemberLength(field.Type, key[at..], isInverted);
                }

                return at;
            default:
                // Up to and with the two bytes that end a string; one such byte and another is an escaped one.
                do
                {
                    at += key[at..].IndexOf(flip) + 2;
                }
                while (key[at - 1] != flip);
                return at;
        }
    }

    private static int WrittenMemberLength(SqlType type, ReadOnlySpan<byte> key, bool isInverted)
    {
        if ((key[0] ^ (isInverted ? 0xFF : 0)) == Missing)
        {
            return 1;
        }

        int width = NormalizedKeyEncoder.FixedWidth(type);
        return 1 + (width >= 0 ? width : WrittenLength(type, key[1..], isInverted));
    }

    private static int ListLength(PackedList list)
    {
        int length = 1;
        for (int i = 0; i < list.Count; i++)
        {
            length += 1 + (list.IsNull(i) ? 0 : MemberLength(list.Element, list.Bytes(i)));
        }

        return length;
    }

    private static int StructLength(PackedStruct row)
    {
        int length = 0;
        for (int i = 0; i < row.Fields.Items.Count; i++)
        {
            length += 1 + (row.IsNull(i) ? 0 : MemberLength(row.Fields.Items[i].Type, row.Bytes(i)));
        }

        return length;
    }

    private static int MemberLength(SqlType type, ReadOnlySpan<byte> bytes) =>
        NormalizedKeyEncoder.FixedWidth(type) is > 0 and var width ? width : ViewLength(type, bytes);

    private static int WriteList(PackedList list, Span<byte> target)
    {
        int at = 0;
        for (int i = 0; i < list.Count; i++)
        {
            at += WriteMember(list.Element, list.IsNull(i), list.Raw(i), list.Bytes(i), target[at..]);
        }

        target[at] = End;
        return at + 1;
    }

    private static int WriteStruct(PackedStruct row, Span<byte> target)
    {
        int at = 0;
        for (int i = 0; i < row.Fields.Items.Count; i++)
        {
            var type = row.Fields.Items[i].Type;
            bool isView = type.Layout == Layout.View;
            at += WriteMember(type, row.IsNull(i), isView ? 0 : row.Raw(i), row.Bytes(i), target[at..]);
        }

        return at;
    }

    private static int WriteMember(SqlType type, bool isNull, Int128 raw, ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        if (isNull)
        {
            target[0] = Missing;
            return 1;
        }

        target[0] = Present;
        int width = NormalizedKeyEncoder.FixedWidth(type);
        if (width < 0)
        {
            return 1 + WriteView(type, bytes, target[1..]);
        }

        if (type.Layout == Layout.Bit)
        {
            target[1] = (byte)raw;
        }
        else
        {
            // SAFETY: little-endian: the low bytes of the sign-extended value are the value as it stands in a column.
            NormalizedKeyEncoder.WriteValue((byte*)&raw, type, target.Slice(1, width));
        }

        return 1 + width;
    }
}
