using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Arrow's Utf8View/BinaryView: 16 bytes; length, then 12 inline bytes, or a 4-byte prefix, block and offset. Unused
/// inline bytes are zero, so short values compare as two words. The block is an index into <see cref="BlockTable"/>;
/// a view owns nothing and lives no longer than the block's owner. (Apache Arrow columnar format, "Variable-size
/// Binary View Layout".)
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
public unsafe struct StringView
{
    public const int InlineBytesMax = 12;

    [FieldOffset(0)] private int _length;
    [FieldOffset(4)] private uint _prefix;
    [FieldOffset(8)] private int _block;
    [FieldOffset(12)] private int _offset;
    [FieldOffset(0)] private ulong _low;
    [FieldOffset(8)] private ulong _high;

    public readonly int Length => _length;

    public readonly bool IsInline => _length <= InlineBytesMax;

    /// <summary>Length and first four bytes as one word: unequal words mean unequal values.</summary>
    public readonly ulong Head => _low;

    /// <summary>The second word: last inline bytes, or block and offset.</summary>
    public readonly ulong Tail => _high;

    public readonly int Block => _block;

    public readonly int Offset => _offset;

    public static StringView Inline(ReadOnlySpan<byte> bytes)
    {
        StringView view = default;
        view._length = bytes.Length;
        bytes.CopyTo(new Span<byte>((byte*)&view + 4, InlineBytesMax));
        return view;
    }

    public static StringView Reference(ReadOnlySpan<byte> bytes, int block, int offset)
    {
        StringView view = default;
        view._length = bytes.Length;
        view._prefix = Unsafe.ReadUnaligned<uint>(ref MemoryMarshal.GetReference(bytes));
        view._block = block;
        view._offset = offset;
        return view;
    }

    /// <summary>The same long text at another place.</summary>
    internal readonly StringView At(int block, int offset)
    {
        var view = this;
        view._block = block;
        view._offset = offset;
        return view;
    }

    /// <summary>The bytes of a view that stands in memory that does not move (a vector's, not a local copy on the heap).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Bytes(ref readonly StringView view)
    {
        if (view._length <= InlineBytesMax)
        {
            // SAFETY: the span's lifetime is that of the reference the caller holds.
            ref byte first = ref Unsafe.As<uint, byte>(ref Unsafe.AsRef(in view._prefix));
            return MemoryMarshal.CreateReadOnlySpan(ref first, view._length);
        }

        return new ReadOnlySpan<byte>(BlockTable.Address(view._block) + view._offset, view._length);
    }

    public static bool Equal(ref readonly StringView a, ref readonly StringView b)
    {
        if (a._low != b._low)
        {
            return false;
        }

        return a._length <= InlineBytesMax ? a._high == b._high : a._high == b._high || Bytes(in a).SequenceEqual(Bytes(in b));
    }

    /// <summary>Orders by unsigned bytes (PostgreSQL's C collation).</summary>
    public static int Compare(ref readonly StringView a, ref readonly StringView b) => Bytes(in a).SequenceCompareTo(Bytes(in b));
}
