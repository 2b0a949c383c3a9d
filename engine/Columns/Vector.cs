using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// One column of a batch: a view of native memory that an arena, a chunk or a handed-over batch owns. Layout by
/// <see cref="SqlType.Layout"/>; validity is an Arrow bitmap (1 = present), absent when no row is null. Values
/// under a null are unspecified but readable; views under a null are all zero. Buffers are 64-byte aligned and
/// padded (a slice's start is not). Copying the struct copies no data.
/// </summary>
public unsafe struct Vector
{
    private byte* _values;
    private byte* _validity;
    private int* _codes;

    public SqlType Type;
    public int Length;

    /// <summary>Number of distinct values of a dictionary vector, else 0.</summary>
    public int DictionaryLength;

    public VectorEncoding Encoding;

    public readonly bool MayHaveNulls => _validity != null;

    public readonly bool IsFlat => Encoding == VectorEncoding.Flat;

    /// <summary>How many values (not rows) stand in <see cref="Values{T}"/>.</summary>
    public readonly int ValueCount =>
        Encoding == VectorEncoding.Flat ? Length : Encoding == VectorEncoding.Constant ? 1 : DictionaryLength;

    /// <summary>A column without values: see <see cref="VectorEncoding.Absent"/>.</summary>
    public static Vector Absent(SqlType type, int length) => new() { Type = type, Length = length, Encoding = VectorEncoding.Absent };

    internal readonly byte* ValuesPointer => _values;

    internal readonly byte* ValidityPointer => _validity;

    internal readonly int* CodesPointer => _codes;

    /// <summary>The dictionary's codes by row; empty unless <see cref="VectorEncoding.Dictionary"/>.</summary>
    public readonly ReadOnlySpan<int> Codes => Encoding == VectorEncoding.Dictionary ? new(_codes, Length) : default;

    /// <summary>A flat vector without nulls over fresh arena memory; values unspecified (views and bits zero).</summary>
    public static Vector Allocate(Arena arena, SqlType type, int length)
    {
        var layout = type.Layout;
        long bytes = layout == Layout.Bit ? Bitmap.BytesFor(length) : (long)type.Width * length;
        byte* values = arena.AllocateBytes(bytes);
        if (layout is Layout.Bit or Layout.View)
        {
            NativeMemory.Clear(values, (nuint)bytes);
        }

        return new Vector { Type = type, Length = length, _values = values };
    }

    /// <summary>A vector of one value that stands for <paramref name="length"/> rows; value unspecified, present.</summary>
    public static Vector AllocateConstant(Arena arena, SqlType type, int length)
    {
        var vector = Allocate(arena, type, 1);
        vector.Encoding = VectorEncoding.Constant;
        vector.Length = length;
        return vector;
    }

    internal static Vector Over(SqlType type, int length, byte* values, byte* validity) =>
        new() { Type = type, Length = length, _values = values, _validity = validity };

    internal static Vector OverDictionary(
        SqlType type, int length, int* codes, byte* rowValidity, byte* values, int dictionaryLength) => new()
        {
            Type = type,
            Length = length,
            DictionaryLength = dictionaryLength,
            Encoding = VectorEncoding.Dictionary,
            _values = values,
            _validity = rowValidity,
            _codes = codes,
        };

    /// <summary>This vector's values under other row codes (nulls by row): a dictionary vector without copying values.</summary>
    public readonly Vector WithCodes(Span<int> codes, int length)
    {
        // SAFETY: codes stand in arena memory, which does not move; the caller keeps that arena as long as the vector.
        var vector = this;
        vector._codes = (int*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(codes));
        vector._validity = null;
        vector.DictionaryLength = ValueCount;
        vector.Length = length;
        vector.Encoding = VectorEncoding.Dictionary;
        return vector;
    }

    /// <summary>The values as T, whose size is the layout's width; <see cref="ValueCount"/> of them. Not for bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Span<T> Values<T>() where T : unmanaged => new(_values, ValueCount);

    public readonly Span<StringView> Views => new(_values, ValueCount);

    /// <summary>The packed bits of a boolean vector.</summary>
    public readonly Span<byte> Bits => new(_values, Bitmap.BytesFor(ValueCount));

    /// <summary>The validity bitmap by row (one bit for a constant); empty when no row is null.</summary>
    public readonly Span<byte> Validity =>
        _validity == null ? default : new(_validity, Bitmap.BytesFor(Encoding == VectorEncoding.Constant ? 1 : Length));

    /// <summary>Gives the vector a validity bitmap of its own, all present (or all null), and returns it.</summary>
    public Span<byte> AddValidity(Arena arena, bool valid = true)
    {
        int bytes = Bitmap.BytesFor(Encoding == VectorEncoding.Constant ? 1 : Length);
        _validity = arena.AllocateBytes(bytes);
        var span = new Span<byte>(_validity, bytes);
        span.Fill(valid ? (byte)0xFF : (byte)0);
        return span;
    }

    /// <summary>Shares another vector's validity bitmap of the same rows.</summary>
    public void ShareValidity(in Vector other) => _validity = other._validity;

    public void DropValidity() => _validity = null;

    /// <summary>The same rows under another validity bitmap (null: none is null).</summary>
    internal readonly Vector WithValidity(byte* validity)
    {
        var vector = this;
        vector._validity = validity;
        return vector;
    }

    /// <summary>A dictionary's (or constant's) values as a flat vector without nulls, a row each.</summary>
    internal readonly Vector AsValues() => Over(Type, ValueCount, _values, null);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsValid(int row)
    {
        if (_validity == null)
        {
            return true;
        }

        int bit = Encoding == VectorEncoding.Constant ? 0 : row;
        return (_validity[bit >> 3] >> (bit & 7) & 1) != 0;
    }

    /// <summary>Which value a row has, through the encoding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int ValueIndex(int row) =>
        Encoding == VectorEncoding.Flat ? row : Encoding == VectorEncoding.Constant ? 0 : _codes[row];

    /// <summary>One row's value, through the encoding: for edges (encoders, tests), not for kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref T Value<T>(int row) where T : unmanaged => ref ((T*)_values)[ValueIndex(row)];

    public readonly bool Bit(int row)
    {
        int bit = ValueIndex(row);
        return (_values[bit >> 3] >> (bit & 7) & 1) != 0;
    }

    /// <summary>The bytes of one row of a view vector.</summary>
    public readonly ReadOnlySpan<byte> Bytes(int row) => StringView.Bytes(ref ((StringView*)_values)[ValueIndex(row)]);

    /// <summary>Rows [start, start + count) of a flat vector without copying; start is a multiple of 8 so that bitmaps align.</summary>
    public readonly Vector Slice(int start, int count)
    {
        if ((start & 7) != 0 || start + count > Length)
        {
            throw new ArgumentOutOfRangeException(nameof(start));
        }

        var slice = this;
        slice.Length = count;
        if (Encoding is VectorEncoding.Constant or VectorEncoding.Absent)
        {
            return slice;
        }

        slice._validity = _validity == null ? null : _validity + (start >> 3);
        if (Encoding == VectorEncoding.Dictionary)
        {
            slice._codes = _codes + start;
        }
        else
        {
            slice._values = Type.Layout == Layout.Bit ? _values + (start >> 3) : _values + ((long)start * Type.Width);
        }

        return slice;
    }
}
