using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>A type whose values compare one row at a time.</summary>
internal unsafe interface IWideOrder
{
    /// <summary>Sign of the three-way comparison of the values at two indices.</summary>
    static abstract int Compare(byte* left, int leftIndex, byte* right, int rightIndex);

    static abstract bool Equal(byte* left, int leftIndex, byte* right, int rightIndex);
}

/// <summary>Comparisons of 16-byte types and strings, row by row into bits.</summary>
internal static unsafe class WideCompare
{
    internal static void Compare(CompareOp op, in Vector left, in Vector right, int rowCount, byte* bits)
    {
        byte* a = left.ValuesPointer;
        byte* b = right.ValuesPointer;
        int step = right.Encoding == VectorEncoding.Constant ? 0 : 1;
        switch (left.Type.Id)
        {
            case TypeId.Uuid:
                Run<UuidOrder>(op, a, b, step, rowCount, bits);
                break;
            case TypeId.Interval:
                Run<IntervalOrder>(op, a, b, step, rowCount, bits);
                break;
            case TypeId.Numeric when left.Type.NumericForm == NumericForm.Free:
                Run<FreeOrder>(op, a, b, step, rowCount, bits);
                break;
            case TypeId.List or TypeId.Struct or TypeId.Map:
                Nested(op, left, right, rowCount, bits);
                break;
            case TypeId.Numeric:
                Run<Int128Order>(op, a, b, step, rowCount, bits);
                break;
            default:
                if (left.Type.Layout != Layout.View)
                {
                    throw new SqlException(SqlState.InternalError, $"values of type {left.Type} have no order");
                }

                Views(op, (StringView*)a, (StringView*)b, step, rowCount, bits);
                break;
        }
    }

    private static void Views(CompareOp op, StringView* a, StringView* b, int step, int rowCount, byte* bits)
    {
        // Equality with a short constant is equality of two words.
        if (step == 0 && b->IsInline && op is CompareOp.Equal or CompareOp.NotEqual)
        {
            ulong head = b->Head;
            ulong tail = b->Tail;
            int flip = op == CompareOp.NotEqual ? 0xFF : 0;
            for (int row = 0; row < rowCount; row += 8)
            {
                int group = 0;
                int count = Math.Min(8, rowCount - row);
                for (int bit = 0; bit < count; bit++)
                {
                    ref readonly var view = ref a[row + bit];
                    group |= (((view.Head ^ head) | (view.Tail ^ tail)) == 0 ? 1 : 0) << bit;
                }

                bits[row >> 3] = (byte)(group ^ flip);
            }

            return;
        }

        Run<ViewOrder>(op, (byte*)a, (byte*)b, step, rowCount, bits);
    }

    /// <summary>Lists and rows: packed values are canonical, so equality is of bytes; order is by member.</summary>
    private static void Nested(CompareOp op, in Vector left, in Vector right, int rowCount, byte* bits)
    {
        if (op is CompareOp.Equal or CompareOp.NotEqual)
        {
            int step = right.Encoding == VectorEncoding.Constant ? 0 : 1;
            Run<ViewOrder>(op, left.ValuesPointer, right.ValuesPointer, step, rowCount, bits);
            return;
        }

        for (int row = 0; row < rowCount; row++)
        {
            bits[row >> 3] = (row & 7) == 0 ? (byte)0 : bits[row >> 3];
            bool holds = left.IsValid(row) && right.IsValid(row)
                && CompareOps.Holds(op, ValueOrder.Compare(left, row, right, row));
            bits[row >> 3] |= (byte)((holds ? 1 : 0) << (row & 7));
        }
    }

    internal static void Run<TOrder>(CompareOp op, byte* a, byte* b, int step, int rowCount, byte* bits)
        where TOrder : struct, IWideOrder
    {
        switch (op)
        {
            case CompareOp.Equal: Equality<TOrder>(a, b, step, rowCount, bits, 0); break;
            case CompareOp.NotEqual: Equality<TOrder>(a, b, step, rowCount, bits, 0xFF); break;
            case CompareOp.Less: Ordered<TOrder, CompareLess>(a, b, step, rowCount, bits); break;
            case CompareOp.LessEqual: Ordered<TOrder, CompareLessEqual>(a, b, step, rowCount, bits); break;
            case CompareOp.Greater: Ordered<TOrder, CompareGreater>(a, b, step, rowCount, bits); break;
            default: Ordered<TOrder, CompareGreaterEqual>(a, b, step, rowCount, bits); break;
        }
    }

    private static void Equality<TOrder>(byte* a, byte* b, int step, int rowCount, byte* bits, int flip)
        where TOrder : struct, IWideOrder
    {
        for (int row = 0; row < rowCount; row += 8)
        {
            int group = 0;
            int count = Math.Min(8, rowCount - row);
            for (int bit = 0; bit < count; bit++)
            {
                group |= (TOrder.Equal(a, row + bit, b, (row + bit) * step) ? 1 : 0) << bit;
            }

            bits[row >> 3] = (byte)(group ^ flip);
        }
    }

    private static void Ordered<TOrder, TOp>(byte* a, byte* b, int step, int rowCount, byte* bits)
        where TOrder : struct, IWideOrder
        where TOp : struct, ICompare
    {
        for (int row = 0; row < rowCount; row += 8)
        {
            int group = 0;
            int count = Math.Min(8, rowCount - row);
            for (int bit = 0; bit < count; bit++)
            {
                group |= (TOp.Holds(TOrder.Compare(a, row + bit, b, (row + bit) * step)) ? 1 : 0) << bit;
            }

            bits[row >> 3] = (byte)group;
        }
    }
}

/// <summary>Unsigned bytes, first byte first.</summary>
internal readonly unsafe struct ViewOrder : IWideOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Compare(byte* left, int leftIndex, byte* right, int rightIndex)
    {
        ref var a = ref ((StringView*)left)[leftIndex];
        ref var b = ref ((StringView*)right)[rightIndex];
        // The first four bytes decide most pairs; zero padding sorts a prefix before its extensions.
        uint prefixA = (uint)(a.Head >> 32);
        uint prefixB = (uint)(b.Head >> 32);
        return prefixA != prefixB
            ? BinaryPrimitives.ReverseEndianness(prefixA).CompareTo(BinaryPrimitives.ReverseEndianness(prefixB))
            : StringView.Compare(ref a, ref b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Equal(byte* left, int leftIndex, byte* right, int rightIndex) =>
        StringView.Equal(ref ((StringView*)left)[leftIndex], ref ((StringView*)right)[rightIndex]);
}

/// <summary>Sixteen bytes in network order.</summary>
internal readonly unsafe struct UuidOrder : IWideOrder
{
    public static int Compare(byte* left, int leftIndex, byte* right, int rightIndex) =>
        new ReadOnlySpan<byte>(left + (16L * leftIndex), 16).SequenceCompareTo(new ReadOnlySpan<byte>(right + (16L * rightIndex), 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Equal(byte* left, int leftIndex, byte* right, int rightIndex) =>
        ((UInt128*)left)[leftIndex] == ((UInt128*)right)[rightIndex];
}

/// <summary>By normalised length: a month is 30 days, a day 24 hours.</summary>
internal readonly unsafe struct IntervalOrder : IWideOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Compare(byte* left, int leftIndex, byte* right, int rightIndex) =>
        Length(left + (16L * leftIndex)).CompareTo(Length(right + (16L * rightIndex)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Equal(byte* left, int leftIndex, byte* right, int rightIndex) =>
        Length(left + (16L * leftIndex)) == Length(right + (16L * rightIndex));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Int128 Length(byte* value) =>
        ((Int128)((((int*)value)[0] * 30L) + ((int*)value)[1]) * 86_400_000_000) + ((long*)value)[1];
}

/// <summary>Numerics of free form, by value; NaN is greatest.</summary>
internal readonly unsafe struct FreeOrder : IWideOrder
{
    public static int Compare(byte* left, int leftIndex, byte* right, int rightIndex) =>
        ((FreeNumeric*)left)[leftIndex].CompareTo(((FreeNumeric*)right)[rightIndex]);

    public static bool Equal(byte* left, int leftIndex, byte* right, int rightIndex) =>
        ((FreeNumeric*)left)[leftIndex].Equals(((FreeNumeric*)right)[rightIndex]);
}

/// <summary>Numerics of one scale.</summary>
internal readonly unsafe struct Int128Order : IWideOrder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Compare(byte* left, int leftIndex, byte* right, int rightIndex) =>
        ((Int128*)left)[leftIndex].CompareTo(((Int128*)right)[rightIndex]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Equal(byte* left, int leftIndex, byte* right, int rightIndex) =>
        ((Int128*)left)[leftIndex] == ((Int128*)right)[rightIndex];
}
