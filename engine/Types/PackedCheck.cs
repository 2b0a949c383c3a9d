using System.Buffers.Binary;

namespace Vectorized.Engine.Types;

/// <summary>
/// Whether bytes from outside are a packed value of a type: lengths and offsets fit, members of view layout are
/// well-formed themselves. It does not check that the value is canonical.
/// </summary>
internal static class PackedCheck
{
    internal static bool IsWellFormed(SqlType type, ReadOnlySpan<byte> packed)
    {
        switch (type.Id)
        {
            case TypeId.List: return IsList(type.Element!, packed);
            case TypeId.Map: return IsList(PackedMap.EntryType(type), packed);
            case TypeId.Struct: return IsStruct(type.Fields!, packed);
            default: return !type.IsText || System.Text.Unicode.Utf8.IsValid(packed);
        }
    }

    private static bool IsList(SqlType element, ReadOnlySpan<byte> packed)
    {
        int count = packed.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(packed);
        int width = PackedBuilder.WidthOf(element);
        long start = 4 + ((count + 7L) >> 3);
        if (count < 0 || packed.Length < start)
        {
            return false;
        }

        if (width != 0)
        {
            return packed.Length == start + ((long)width * count);
        }

        if (packed.Length < start + (4L * count) || !AreEnds(packed.Slice((int)start, 4 * count), packed.Length - (int)start - (4 * count)))
        {
            return false;
        }

        var list = new PackedList(element, packed);
        for (int i = 0; i < count; i++)
        {
            if (!list.IsNull(i) && !IsWellFormed(element, list.Bytes(i)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsStruct(StructFields fields, ReadOnlySpan<byte> packed)
    {
        int start = (fields.Items.Count + 7) >> 3;
        int views = 0;
        foreach (var (_, type) in fields.Items)
        {
            int width = PackedBuilder.WidthOf(type);
            start += width;
            views += width == 0 ? 1 : 0;
        }

        if (packed.Length < start + (4 * views) || !AreEnds(packed.Slice(start, 4 * views), packed.Length - start - (4 * views)))
        {
            return false;
        }

        var row = new PackedStruct(fields, packed);
        for (int i = 0; i < fields.Items.Count; i++)
        {
            if (!row.IsNull(i) && fields.Items[i].Type.Layout == Layout.View && !IsWellFormed(fields.Items[i].Type, row.Bytes(i)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Ends that never go back and close with the data's length.</summary>
    private static bool AreEnds(ReadOnlySpan<byte> ends, int dataLength)
    {
        int last = 0;
        for (int at = 0; at < ends.Length; at += 4)
        {
            int end = BinaryPrimitives.ReadInt32LittleEndian(ends[at..]);
            if (end < last)
            {
                return false;
            }

            last = end;
        }

        return last == dataLength;
    }
}
