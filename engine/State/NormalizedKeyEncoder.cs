using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Turns sort columns of a batch's rows into bytes that compare (memcmp) as SQL orders the rows: per column a byte for
/// NULL first or last, then the value, inverted for DESC. Integers big-endian with the sign flipped; floats likewise
/// with -0 as 0 and NaN last; unbounded numerics by class, exponent and digits (1.0 and 1.00 are equal bytes),
/// intervals by length, strings escaped and terminated, nested values by their members (<see cref="NestedKeys"/>).
/// Equal keys give equal bytes and no key is a prefix of another of the same columns, so the columns of a group can stand in
/// front. Immutable; any thread.
/// </summary>
internal sealed unsafe class NormalizedKeyEncoder
{
    private const int NumericBytes = 15;
    private readonly SortKey[] _keys;
    private readonly SqlType[] _types;

    internal NormalizedKeyEncoder(IReadOnlyList<SqlType> columns, IReadOnlyList<SortKey> keys)
    {
        _keys = [.. keys];
        _types = [.. keys.Select(key => columns[key.Column])];
        foreach (var type in _types)
        {
            FixedBytes += FixedWidth(type) < 0 ? 0 : 1 + FixedWidth(type);
            HasStrings |= FixedWidth(type) < 0;
        }
    }

    /// <summary>Bytes of the columns of fixed width, NULL bytes included.</summary>
    internal int FixedBytes { get; }

    internal bool HasStrings { get; }


    /// <summary>Encodes every row of the batch into <paramref name="into"/>, replacing what it held.</summary>
    internal void Encode(Batch batch, NormalizedKeys into)
    {
        into.Begin(batch.RowCount);
        Measure(batch, into);
        into.Lay();
        for (int i = 0; i < _keys.Length; i++)
        {
            ref var vector = ref batch[_keys[i].Column];
            if (FixedWidth(_types[i]) < 0)
            {
                WriteViews(in vector, _types[i], _keys[i], into);
                continue;
            }

            WriteFixed(in vector, _types[i], _keys[i], into);
        }
    }

    /// <summary>How many bytes of a key its first columns take.</summary>
    internal int PrefixLength(ReadOnlySpan<byte> key, int columns)
    {
        int at = 0;
        for (int i = 0; i < columns; i++)
        {
            bool isPresent = key[at++] == 1;
            int width = FixedWidth(_types[i]);
            at += width >= 0 ? width : isPresent ? NestedKeys.WrittenLength(_types[i], key[at..], _keys[i].Descending) : 0;
        }

        return at;
    }

    /// <summary>Bytes of a present value, -1 for strings and nested values.</summary>
    internal static int FixedWidth(SqlType type) => type.Layout switch
    {
        Layout.Bit => 1,
        Layout.Fixed16 => type.NumericForm == NumericForm.Free ? NumericBytes : 16,
        Layout.View => -1,
        _ => type.Width,
    };

    private void Measure(Batch batch, NormalizedKeys into)
    {
        var ends = into.Ends;
        ends.Fill(FixedBytes);
        for (int i = 0; i < _keys.Length; i++)
        {
            if (FixedWidth(_types[i]) >= 0)
            {
                continue;
            }

            ref var vector = ref batch[_keys[i].Column];
            for (int row = 0; row < ends.Length; row++)
            {
                ends[row] += vector.IsValid(row) ? 1 + NestedKeys.ViewLength(_types[i], vector.Bytes(row)) : 1;
            }
        }
    }

    internal static int EscapedLength(ReadOnlySpan<byte> bytes) => bytes.Length + bytes.Count((byte)0) + 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte NullByte(SortKey key) => key.NullsFirst ? (byte)0 : (byte)2;

    private static void WriteFixed(in Vector vector, SqlType type, SortKey key, NormalizedKeys into)
    {
        int width = FixedWidth(type);
        for (int row = 0; row < into.Count; row++)
        {
            byte* target = into.Advance(row, 1 + width);
            if (!vector.IsValid(row))
            {
                // A NULL takes the room of a value so that rows of fixed columns have one width.
                *target = NullByte(key);
                NativeMemory.Clear(target + 1, (nuint)width);
                continue;
            }

            *target = 1;
            WriteValue(in vector, vector.ValueIndex(row), type, new Span<byte>(target + 1, width));
            if (key.Descending)
            {
                Invert(new Span<byte>(target + 1, width));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteValue(in Vector vector, int index, SqlType type, Span<byte> target)
    {
        byte* values = vector.ValuesPointer;
        if (type.Layout == Layout.Bit)
        {
            target[0] = (byte)(values[index >> 3] >> (index & 7) & 1);
            return;
        }

        WriteValue(values + ((long)type.Width * index), type, target);
    }

    /// <summary>One present value of fixed width other than a bit, from its place in memory.</summary>
    internal static void WriteValue(byte* value, SqlType type, Span<byte> target)
    {
        switch (type.Layout)
        {
            case Layout.Fixed2:
                BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(*(short*)value ^ short.MinValue));
                break;
            case Layout.Fixed4 when type.Id == TypeId.Float32:
                BinaryPrimitives.WriteUInt32BigEndian(target, Ordered(*(float*)value));
                break;
            case Layout.Fixed4:
                uint word = *(uint*)value;
                BinaryPrimitives.WriteUInt32BigEndian(target, type.IsOidLike ? word : word ^ 0x80000000);
                break;
            case Layout.Fixed8 when type.Id == TypeId.Float64:
                BinaryPrimitives.WriteUInt64BigEndian(target, Ordered(*(double*)value));
                break;
            case Layout.Fixed8:
                BinaryPrimitives.WriteUInt64BigEndian(target, *(ulong*)value ^ (1UL << 63));
                break;
            default:
                WriteValue16(value, type, target);
                break;
        }
    }

    private static void WriteValue16(byte* value, SqlType type, Span<byte> target)
    {
        if (type.Id == TypeId.Uuid)
        {
            new ReadOnlySpan<byte>(value, 16).CopyTo(target);
        }
        else if (type.NumericForm == NumericForm.Free)
        {
            NormalizedNumeric.Write(value, target);
        }
        else
        {
            var number = type.Id == TypeId.Interval ? IntervalMicros(value) : *(Int128*)value;
            BinaryPrimitives.WriteInt128BigEndian(target, number ^ Int128.MinValue);
        }
    }

    private static Int128 IntervalMicros(byte* value)
    {
        var words = Kernels.IntervalWords.Of(*(Kernels.Words16*)value);
        return new Int128(words.High, words.Low);
    }

    private static uint Ordered(float value)
    {
        uint bits = value == 0 ? 0 : float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);
        return (int)bits < 0 ? ~bits : bits ^ 0x80000000;
    }

    private static ulong Ordered(double value)
    {
        ulong bits = value == 0 ? 0 : double.IsNaN(value) ? 0x7FF8000000000000 : BitConverter.DoubleToUInt64Bits(value);
        return (long)bits < 0 ? ~bits : bits ^ (1UL << 63);
    }

    private static void WriteViews(in Vector vector, SqlType type, SortKey key, NormalizedKeys into)
    {
        for (int row = 0; row < into.Count; row++)
        {
            if (!vector.IsValid(row))
            {
                *into.Advance(row, 1) = NullByte(key);
                continue;
            }

            var bytes = vector.Bytes(row);
            int length = NestedKeys.ViewLength(type, bytes);
            byte* target = into.Advance(row, 1 + length);
            *target++ = 1;
            var written = new Span<byte>(target, length);
            NestedKeys.WriteView(type, bytes, written);
            if (key.Descending)
            {
                Invert(written);
            }
        }
    }

    /// <summary>A zero byte becomes 0 255, the end 0 0: shorter strings sort first.</summary>
    internal static void WriteEscaped(ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        int zero;
        while ((zero = bytes.IndexOf((byte)0)) >= 0)
        {
            bytes[..(zero + 1)].CopyTo(target);
            target[zero + 1] = 0xFF;
            target = target[(zero + 2)..];
            bytes = bytes[(zero + 1)..];
        }

        bytes.CopyTo(target);
        target[bytes.Length] = 0;
        target[bytes.Length + 1] = 0;
    }

    private static void Invert(Span<byte> bytes)
    {
        foreach (ref byte b in bytes)
        {
            b = (byte)~b;
        }
    }
}
