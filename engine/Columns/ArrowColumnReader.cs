using System.Runtime.InteropServices;
using System.Text.Unicode;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Columns;

/// <summary>
/// Turns one Arrow array's buffers into a vector in an arena: copied, converted where our physical form differs, every
/// length, offset, code and string checked.
/// </summary>
internal static unsafe class ArrowColumnReader
{
    internal static Vector Read(ArrowKind kind, SqlType type, int length, long nulls, ArrowBuffers buffers, Arena arena)
    {
        // The values' buffer bounds the length before anything is allocated by it.
        CheckLength(kind, length, buffers);
        var validity = ReadValidity(length, nulls, buffers, arena);
        return kind.Id switch
        {
            ArrowTypeId.Utf8View or ArrowTypeId.BinaryView when type.NumericForm == NumericForm.Free =>
                ReadNumericTexts(type, length, validity, buffers, arena),
            ArrowTypeId.Utf8View or ArrowTypeId.BinaryView =>
                ReadViews(kind, type, length, validity, buffers, arena),
            ArrowTypeId.Utf8 or ArrowTypeId.Binary or ArrowTypeId.LargeUtf8 or ArrowTypeId.LargeBinary =>
                ReadOffsets(kind, type, length, validity, buffers, arena),
            ArrowTypeId.FixedSizeBinary when type.Id == TypeId.Bytea =>
                ReadFixedBytes(kind.Width, type, length, validity, buffers, arena),
            _ => ReadFixed(kind, type, length, validity, buffers[1], arena),
        };
    }

    internal static Vector ReadCodes(
        ArrowKind kind, in Vector dictionary, int length, long nulls, ArrowBuffers buffers, Arena arena)
    {
        CheckLength(kind, length, buffers);
        var validity = ReadValidity(length, nulls, buffers, arena);
        var source = buffers[1];
        var codes = arena.Allocate<int>(length);
        for (int row = 0; row < length; row++)
        {
            long code = ReadInteger(kind, source, row);
            if (!IsPresent(validity, row))
            {
                code = 0;
            }
            else if ((ulong)code >= (ulong)dictionary.Length)
            {
                throw FlatTable.Corrupt("a code lies outside its dictionary");
            }

            codes[row] = (int)code;
        }

        if (dictionary.Length == 0)
        {
            // Every row is null: values of zero rows need one to point at.
            var empty = new VectorBuilder(arena, dictionary.Type);
            empty.AppendNull();
            return Over(dictionary.Type, length, codes, validity, empty.Build(), arena);
        }

        return Over(dictionary.Type, length, codes, validity, dictionary, arena);
    }

    /// <summary>A null among the dictionary's values is a null of the rows that have it.</summary>
    private static Vector Over(
        SqlType type, int length, Span<int> codes, Span<byte> validity, in Vector dictionary, Arena arena)
    {
        if (dictionary.MayHaveNulls && length > 0)
        {
            if (validity.IsEmpty)
            {
                validity = arena.Allocate<byte>(Bitmap.BytesFor(length));
                validity.Fill(0xFF);
            }

            for (int row = 0; row < length; row++)
            {
                if (!dictionary.IsValid(codes[row]))
                {
                    Bitmap.Clear(validity, row);
                }
            }
        }

        // SAFETY: codes and validity are arena memory, which does not move and lives as long as the batch.
        return Vector.OverDictionary(
            type, length, Pointer(codes), validity.IsEmpty ? null : Pointer(validity), dictionary.ValuesPointer, dictionary.Length);
    }

    private static void CheckLength(ArrowKind kind, int length, ArrowBuffers buffers)
    {
        long bits = kind.Id switch
        {
            ArrowTypeId.Bool => 1,
            ArrowTypeId.Int => kind.Width,
            ArrowTypeId.FloatingPoint => kind.Width == 1 ? 32 : 64,
            ArrowTypeId.Date => kind.Unit == 0 ? 32 : 64,
            ArrowTypeId.Utf8 or ArrowTypeId.Binary => 32,
            ArrowTypeId.FixedSizeBinary => 8L * kind.Width,
            ArrowTypeId.Time or ArrowTypeId.Timestamp or ArrowTypeId.LargeUtf8 or ArrowTypeId.LargeBinary => 64,
            _ => 128,
        };
        if (bits <= 0 || buffers[1].Length * 8L < bits * length)
        {
            throw FlatTable.Corrupt("a buffer is shorter than its column");
        }
    }

    private static Span<byte> ReadValidity(int length, long nulls, ArrowBuffers buffers, Arena arena)
    {
        if (nulls == 0)
        {
            return default;
        }

        var source = buffers[0];
        int bytes = Bitmap.BytesFor(length);
        if (source.Length < bytes)
        {
            throw FlatTable.Corrupt("a validity buffer is shorter than its column");
        }

        var validity = arena.Allocate<byte>(bytes);
        source[..bytes].CopyTo(validity);
        return validity;
    }

    private static Vector ReadFixed(
        ArrowKind kind, SqlType type, int length, Span<byte> validity, ReadOnlySpan<byte> source, Arena arena)
    {
        if (type.Layout == Layout.Bit)
        {
            var bits = arena.Allocate<byte>(Bitmap.BytesFor(length));
            source[..bits.Length].CopyTo(bits);
            return Over(type, length, bits, validity);
        }

        var values = arena.Allocate<byte>(checked(length * type.Width));
        if (kind == ArrowKind.Of(type) && type.Id is not (TypeId.Interval or TypeId.Numeric))
        {
            source[..values.Length].CopyTo(values);
            CheckRanges(type, values, validity);
        }
        else
        {
            Convert(kind, type, source, values, validity);
        }

        return Over(type, length, values, validity);
    }

    /// <summary>Times and dates must lie where the engine expects them; anything goes under a null.</summary>
    private static void CheckRanges(SqlType type, Span<byte> values, Span<byte> validity)
    {
        if (type.Id == TypeId.Time)
        {
            var times = MemoryMarshal.Cast<byte, long>(values);
            for (int row = 0; row < times.Length; row++)
            {
                Check(times[row] is >= 0 and <= Temporal.MicrosPerDay, validity, row, ref times[row]);
            }
        }
        else if (type.Id is TypeId.Timestamp or TypeId.TimestampTz)
        {
            var timestamps = MemoryMarshal.Cast<byte, long>(values);
            for (int row = 0; row < timestamps.Length; row++)
            {
                bool isGood = Temporal.InRange(timestamps[row]) || !Temporal.IsFinite(timestamps[row]);
                Check(isGood, validity, row, ref timestamps[row]);
            }
        }
        else if (type.Id == TypeId.Date)
        {
            var dates = MemoryMarshal.Cast<byte, int>(values);
            for (int row = 0; row < dates.Length; row++)
            {
                bool isGood = dates[row] is >= Temporal.DateMin and <= Temporal.DateMax || !Temporal.IsFinite(dates[row]);
                Check(isGood, validity, row, ref dates[row]);
            }
        }
    }

    private static void Check<T>(bool isGood, Span<byte> validity, int row, ref T value) where T : unmanaged
    {
        if (isGood)
        {
            return;
        }

        value = IsPresent(validity, row) ? throw OutOfRange() : default;
    }

    private static SqlException OutOfRange() =>
        new(SqlState.DatetimeFieldOverflow, "a value of an Arrow column is out of range for its SQL type");

    /// <summary>Value by value: decimals to our forms, nanoseconds to microseconds, narrow integers to wide ones.</summary>
    private static void Convert(ArrowKind kind, SqlType type, ReadOnlySpan<byte> source, Span<byte> target, Span<byte> validity)
    {
        int rows = target.Length / type.Width;
        for (int row = 0; row < rows; row++)
        {
            bool isPresent = IsPresent(validity, row);
            switch (type.Id)
            {
                case TypeId.Numeric:
                    var value = MemoryMarshal.Read<Int128>(source[(16 * row)..]);
                    var bound = NumericForms.Bound(type.Precision);
                    if (isPresent && (value >= bound || value <= -bound))
                    {
                        throw new SqlException(SqlState.NumericValueOutOfRange, $"a value of an Arrow column exceeds {type}");
                    }

                    value = isPresent ? value : 0;
                    if (type.Layout == Layout.Fixed8)
                    {
                        MemoryMarshal.Write(target[(8 * row)..], (long)value);
                    }
                    else
                    {
                        MemoryMarshal.Write(target[(16 * row)..], value);
                    }

                    break;
                case TypeId.Interval:
                    var span = MemoryMarshal.Read<IntervalValue>(source[(16 * row)..]);
                    MemoryMarshal.Write(target[(16 * row)..], new IntervalValue(span.Months, span.Days, span.Micros / 1000));
                    break;
                case TypeId.Timestamp or TypeId.TimestampTz:
                    long micros = isPresent ? ToMicros(MemoryMarshal.Read<long>(source[(8 * row)..]), kind.Unit) : 0;
                    MemoryMarshal.Write(target[(8 * row)..], micros);
                    break;
                case TypeId.Date:
                    long milliseconds = isPresent ? MemoryMarshal.Read<long>(source[(8 * row)..]) : 0;
                    long days = Temporal.DayOf(ToMicros(milliseconds, 1));
                    MemoryMarshal.Write(target[(4 * row)..], (int)days);
                    break;
                default:
                    long integer = ReadInteger(kind, source, row);
                    switch (type.Width)
                    {
                        case 2: MemoryMarshal.Write(target[(2 * row)..], (short)integer); break;
                        case 4: MemoryMarshal.Write(target[(4 * row)..], (int)integer); break;
                        default: MemoryMarshal.Write(target[(8 * row)..], integer); break;
                    }

                    break;
            }
        }
    }

    private static long ToMicros(long value, int unit)
    {
        var micros = unit switch
        {
            0 => (Int128)value * Temporal.MicrosPerSecond,
            1 => (Int128)value * 1000,
            2 => value,
            _ => (value / 1000) - (value % 1000 < 0 ? 1 : 0),
        };
        return micros >= Temporal.TimestampMin && micros <= Temporal.TimestampMax ? (long)micros : throw OutOfRange();
    }

    private static long ReadInteger(ArrowKind kind, ReadOnlySpan<byte> source, int row) => (kind.Width, kind.Unit) switch
    {
        (8, 1) => (sbyte)source[row],
        (8, _) => source[row],
        (16, 1) => MemoryMarshal.Read<short>(source[(2 * row)..]),
        (16, _) => MemoryMarshal.Read<ushort>(source[(2 * row)..]),
        (32, 1) => MemoryMarshal.Read<int>(source[(4 * row)..]),
        (32, _) => MemoryMarshal.Read<uint>(source[(4 * row)..]),
        _ => MemoryMarshal.Read<long>(source[(8 * row)..]),
    };

    private static Vector ReadViews(
        ArrowKind kind, SqlType type, int length, Span<byte> validity, ArrowBuffers buffers, Arena arena)
    {
        var source = MemoryMarshal.Cast<byte, StringView>(buffers[1])[..length];
        var views = arena.Allocate<StringView>(length);
        for (int row = 0; row < length; row++)
        {
            views[row] = IsPresent(validity, row)
                ? Add(kind, type, ViewBytes(in source[row], buffers), arena) : default;
        }

        return Over(type, length, MemoryMarshal.AsBytes(views), validity);
    }

    private static Vector ReadNumericTexts(SqlType type, int length, Span<byte> validity, ArrowBuffers buffers, Arena arena)
    {
        var source = MemoryMarshal.Cast<byte, StringView>(buffers[1])[..length];
        var values = arena.AllocateZeroed<FreeNumeric>(length);
        for (int row = 0; row < length; row++)
        {
            if (!IsPresent(validity, row))
            {
                continue;
            }

            var text = ViewBytes(in source[row], buffers);
            var status = NumericText.TryParse(text, out values[row]);
            if (status != ValueStatus.Ok)
            {
                throw ValueErrors.Parsing(status, type, text);
            }
        }

        return Over(type, length, MemoryMarshal.AsBytes(values), validity);
    }

    private static Vector ReadOffsets(
        ArrowKind kind, SqlType type, int length, Span<byte> validity, ArrowBuffers buffers, Arena arena)
    {
        bool isLarge = kind.Id is ArrowTypeId.LargeUtf8 or ArrowTypeId.LargeBinary;
        var offsets = buffers[1];
        var data = buffers[2];
        if (length > 0 && offsets.Length < (length + 1L) * (isLarge ? 8 : 4))
        {
            throw FlatTable.Corrupt("a buffer is shorter than its column");
        }

        var views = arena.Allocate<StringView>(length);
        for (int row = 0; row < length; row++)
        {
            long start = Offset(offsets, row, isLarge);
            long end = Offset(offsets, row + 1, isLarge);
            if (start < 0 || end < start || end > data.Length)
            {
                throw FlatTable.Corrupt("a string lies outside its buffer");
            }

            views[row] = IsPresent(validity, row) ? Add(kind, type, data[(int)start..(int)end], arena) : default;
        }

        return Over(type, length, MemoryMarshal.AsBytes(views), validity);
    }

    private static long Offset(ReadOnlySpan<byte> offsets, int index, bool isLarge) => isLarge
        ? MemoryMarshal.Read<long>(offsets[(8 * index)..]) : MemoryMarshal.Read<int>(offsets[(4 * index)..]);

    private static Vector ReadFixedBytes(
        int width, SqlType type, int length, Span<byte> validity, ArrowBuffers buffers, Arena arena)
    {
        var data = buffers[1];
        var views = arena.Allocate<StringView>(length);
        for (int row = 0; row < length; row++)
        {
            views[row] = IsPresent(validity, row) ? arena.AddString(data.Slice(row * width, width)) : default;
        }

        return Over(type, length, MemoryMarshal.AsBytes(views), validity);
    }

    private static ReadOnlySpan<byte> ViewBytes(ref readonly StringView view, ArrowBuffers buffers)
    {
        if (view.Length < 0)
        {
            throw FlatTable.Corrupt("a string has a negative length");
        }

        if (view.IsInline)
        {
            return StringView.Bytes(in view);
        }

        if (view.Block < 0 || view.Block >= buffers.Count - 2)
        {
            throw FlatTable.Corrupt("a string lies in no buffer");
        }

        var data = buffers[2 + view.Block];
        return view.Offset < 0 || view.Offset > data.Length - view.Length
            ? throw FlatTable.Corrupt("a string lies outside its buffer") : data.Slice(view.Offset, view.Length);
    }

    /// <summary>Text, JSON and packed values are checked as input from a client is.</summary>
    private static StringView Add(ArrowKind kind, SqlType type, ReadOnlySpan<byte> bytes, Arena arena)
    {
        if ((kind.IsUtf8 || type.IsText) && (!Utf8.IsValid(bytes) || bytes.Contains((byte)0)))
        {
            throw new SqlException(SqlState.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\"");
        }

        if (type.Id == TypeId.Jsonb)
        {
            return AddJson(bytes, arena);
        }

        return type.Id is TypeId.List or TypeId.Struct or TypeId.Map && !PackedCheck.IsWellFormed(type, bytes)
            ? throw FlatTable.Corrupt($"a value is no packed {type}") : arena.AddString(bytes);
    }

    private static StringView AddJson(ReadOnlySpan<byte> bytes, Arena arena)
    {
        var canonical = new TextSink(bytes.Length);
        try
        {
            var status = JsonbText.TryNormalize(bytes, ref canonical);
            return status == ValueStatus.Ok
                ? arena.AddString(canonical.Written) : throw ValueErrors.Parsing(status, SqlType.Jsonb, bytes);
        }
        finally
        {
            canonical.Dispose();
        }
    }

    private static bool IsPresent(ReadOnlySpan<byte> validity, int row) => validity.IsEmpty || Bitmap.Get(validity, row);

    // SAFETY (both): the spans are arena memory, which does not move and lives as long as the batch.
    private static Vector Over(SqlType type, int length, Span<byte> values, Span<byte> validity) =>
        Vector.Over(type, length, Pointer(values), validity.IsEmpty ? null : Pointer(validity));

    private static T* Pointer<T>(Span<T> span) where T : unmanaged =>
        (T*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
}
