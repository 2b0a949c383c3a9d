using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Types;

/// <summary>
/// SQL's order and equality of two values of one type: floats with NaN last and -0 = 0, numerics by value, intervals
/// normalised, text by bytes (C collation), lists element by element with nulls last. For edges (constants, nested
/// values, tests); columns are compared by kernels.
/// </summary>
public static class ValueOrder
{
    /// <summary>Compares fixed-width values by their bit patterns, sign-extended as <see cref="Datum.Raw"/> holds them.</summary>
    public static int Compare(SqlType type, Int128 a, Int128 b) => type.Id switch
    {
        TypeId.Float32 => CompareFloats(BitConverter.Int32BitsToSingle((int)a), BitConverter.Int32BitsToSingle((int)b)),
        TypeId.Float64 => CompareFloats(BitConverter.Int64BitsToDouble((long)a), BitConverter.Int64BitsToDouble((long)b)),
        TypeId.Numeric when type.NumericForm == NumericForm.Free => FreeNumeric.FromBits(a).CompareTo(FreeNumeric.FromBits(b)),
        TypeId.Interval => IntervalValue.FromBits(a).CompareTo(IntervalValue.FromBits(b)),
        TypeId.Uuid => CompareUuids(a, b),
        _ when type.IsOidLike => unchecked((uint)a).CompareTo(unchecked((uint)b)),
        _ => a.CompareTo(b),
    };

    /// <summary>Compares values of view layout by their bytes.</summary>
    public static int Compare(SqlType type, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => type.Id switch
    {
        TypeId.List => CompareLists(type.Element!, new PackedList(type.Element!, a), new PackedList(type.Element!, b)),
        TypeId.Struct => CompareStructs(new PackedStruct(type.Fields!, a), new PackedStruct(type.Fields!, b)),
        TypeId.Map => CompareLists(PackedMap.EntryType(type), PackedMap.Entries(type, a), PackedMap.Entries(type, b)),
        _ => a.SequenceCompareTo(b),
    };

    /// <summary>Compares two datums of one type that are not null.</summary>
    public static int Compare(in Datum a, in Datum b) => a.Type.Layout == Layout.View
        ? Compare(a.Type, a.Bytes, b.Bytes) : Compare(a.Type, a.Raw, b.Raw);

    /// <summary>Compares two rows that are not null, of vectors of one type.</summary>
    public static int Compare(in Vector a, int rowA, in Vector b, int rowB) => a.Type.Layout switch
    {
        Layout.Bit => a.Bit(rowA).CompareTo(b.Bit(rowB)),
        Layout.Fixed2 => a.Value<short>(rowA).CompareTo(b.Value<short>(rowB)),
        Layout.Fixed4 => Compare(a.Type, a.Value<int>(rowA), b.Value<int>(rowB)),
        Layout.Fixed8 => Compare(a.Type, a.Value<long>(rowA), b.Value<long>(rowB)),
        Layout.Fixed16 => Compare(a.Type, a.Value<Int128>(rowA), b.Value<Int128>(rowB)),
        _ => Compare(a.Type, a.Bytes(rowA), b.Bytes(rowB)),
    };

    /// <summary>
    /// Equal values to equal bits: -0 becomes 0, every NaN the same, numerics lose trailing zeros, intervals are normalised.
    /// </summary>
    public static Int128 Canonical(SqlType type, Int128 raw)
    {
        switch (type.Id)
        {
            case TypeId.Float32:
                float single = BitConverter.Int32BitsToSingle(unchecked((int)raw));
                return single == 0 ? 0 : float.IsNaN(single) ? BitConverter.SingleToInt32Bits(float.NaN) : raw;
            case TypeId.Float64:
                double value = BitConverter.Int64BitsToDouble(unchecked((long)raw));
                return value == 0 ? 0 : double.IsNaN(value) ? BitConverter.DoubleToInt64Bits(double.NaN) : raw;
            case TypeId.Numeric when type.NumericForm == NumericForm.Free: return FreeNumeric.FromBits(raw).Canonical().Bits;
            case TypeId.Interval: return IntervalValue.FromBits(raw).Canonical().Bits;
            default: return raw;
        }
    }

    private static int CompareFloats(double a, double b) =>
        a < b ? -1 : a > b ? 1 : a == b ? 0 : double.IsNaN(a) ? (double.IsNaN(b) ? 0 : 1) : -1;

    private static int CompareUuids(Int128 a, Int128 b)
    {
        Span<byte> left = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(left, a);
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(right, b);
        return left.SequenceCompareTo(right);
    }

    private static int CompareLists(SqlType element, PackedList a, PackedList b)
    {
        int common = Math.Min(a.Count, b.Count);
        for (int i = 0; i < common; i++)
        {
            int order = CompareMembers(
                element, a.IsNull(i), b.IsNull(i), element.Layout == Layout.View, a.Raw(i), b.Raw(i), a.Bytes(i), b.Bytes(i));
            if (order != 0)
            {
                return order;
            }
        }

        return a.Count.CompareTo(b.Count);
    }

    private static int CompareStructs(PackedStruct a, PackedStruct b)
    {
        for (int i = 0; i < a.Fields.Items.Count; i++)
        {
            var type = a.Fields.Items[i].Type;
            int order = CompareMembers(
                type, a.IsNull(i), b.IsNull(i), type.Layout == Layout.View, a.Raw(i), b.Raw(i), a.Bytes(i), b.Bytes(i));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static int CompareMembers(
        SqlType type, bool aIsNull, bool bIsNull, bool isView, Int128 a, Int128 b, ReadOnlySpan<byte> aBytes, ReadOnlySpan<byte> bBytes) =>
        aIsNull || bIsNull ? aIsNull.CompareTo(bIsNull) : isView ? Compare(type, aBytes, bBytes) : Compare(type, a, b);
}
