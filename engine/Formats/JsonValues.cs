using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>
/// JSON values to SQL values, by RisingWave's rules: integers only from whole numbers, floats and numerics from numbers
/// or strings, dates from strings or days, timestamps from strings or epoch numbers, text from strings, numbers,
/// booleans and (as their JSON text) objects and arrays, row values from objects, lists from arrays, maps from objects.
/// </summary>
internal sealed class JsonValues(JsonOptions options)
{
    private const ulong SecondsEnd = 100_000_000_000;
    private const ulong MillisecondsEnd = 100_000_000_000_000;
    private const ulong MicrosecondsEnd = 100_000_000_000_000_000;

    /// <summary>A value of a fixed-width type by its bit pattern; the token is not null.</summary>
    internal ValueStatus TryReadFixed(ref Utf8JsonReader reader, SqlType type, out Int128 raw)
    {
        raw = 0;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number: return TryReadNumber(reader.ValueSpan, type, out raw);
            case JsonTokenType.String when !reader.ValueIsEscaped: return TryReadString(reader.ValueSpan, type, out raw);
            case JsonTokenType.String:
                byte[] unescaped = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
                try
                {
                    int length = reader.CopyString(unescaped);
                    return TryReadString(unescaped.AsSpan(0, length), type, out raw);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(unescaped);
                }

            case JsonTokenType.True or JsonTokenType.False when type.Id == TypeId.Boolean:
                raw = reader.TokenType == JsonTokenType.True ? 1 : 0;
                return ValueStatus.Ok;
            default: return ValueStatus.InvalidText;
        }
    }

    /// <summary>A whole document that is a value of view layout, appended to the sink.</summary>
    internal ValueStatus TryReadDocument(ReadOnlySpan<byte> document, SqlType type, ref TextSink bytes)
    {
        var reader = new Utf8JsonReader(document);
        return reader.Read() ? TryReadView(ref reader, document, type, ref bytes) : ValueStatus.InvalidText;
    }

    /// <summary>A value of view layout, appended to the sink; the token is not null.</summary>
    internal ValueStatus TryReadView(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> document, SqlType type, ref TextSink bytes)
    {
        switch (type.Id)
        {
            case TypeId.Jsonb when !options.JsonInStrings:
                JsonbText.AppendValue(ref reader, ref bytes);
                return ValueStatus.Ok;
            case TypeId.List or TypeId.Map: return TryReadNested(ref reader, document, type, ref bytes);
            case TypeId.Struct when reader.TokenType == JsonTokenType.StartObject:
                return TryReadNested(ref reader, document, type, ref bytes);
            case TypeId.Struct when !options.StructsInStrings: return ValueStatus.InvalidText;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                var text = new TextSink(reader.ValueSpan.Length);
                try
                {
                    text.Advance(reader.CopyString(text.GetSpan(reader.ValueSpan.Length)));
                    return TryReadText(text.Written, type, ref bytes);
                }
                finally
                {
                    text.Dispose();
                }

            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when type.IsText:
                return TextParse.TryParseView(reader.ValueSpan, type, TextOptions.Default, ref bytes);
            case JsonTokenType.StartObject or JsonTokenType.StartArray when type.IsText:
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                return TextParse.TryParseView(document[start..(int)reader.BytesConsumed], type, TextOptions.Default, ref bytes);
            default: return ValueStatus.InvalidText;
        }
    }

    private ValueStatus TryReadText(ReadOnlySpan<byte> text, SqlType type, ref TextSink bytes)
    {
        if (type.Id == TypeId.Bytea && options.Base64Bytes)
        {
            var target = bytes.GetSpan(Base64.GetMaxDecodedFromUtf8Length(text.Length));
            var result = Base64.DecodeFromUtf8(text, target, out _, out int written);
            bytes.Advance(result == OperationStatus.Done ? written : 0);
            return result == OperationStatus.Done ? ValueStatus.Ok : ValueStatus.InvalidText;
        }

        if (type.Id == TypeId.Struct)
        {
            var reader = new Utf8JsonReader(text);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                ? TryReadNested(ref reader, text, type, ref bytes) : ValueStatus.InvalidText;
        }

        return TextParse.TryParseView(text, type, TextOptions.Default, ref bytes);
    }

    private ValueStatus TryReadString(ReadOnlySpan<byte> text, SqlType type, out Int128 raw)
    {
        raw = 0;
        switch (type.Id)
        {
            case TypeId.Boolean: return ValueStatus.InvalidText;
            case TypeId.Int16 or TypeId.Int32 or TypeId.Int64 or TypeId.Float32 or TypeId.Float64 when !options.NumbersInStrings:
                return ValueStatus.InvalidText;
            case TypeId.TimestampTz when options.TimestampTz == TimestampNumbers.TextWithoutOffset:
                var status = TemporalParser.TryParseTimestampTz(text, null, out _);
                if (status == ValueStatus.Ok)
                {
                    // It has an offset, or is an infinity.
                    return ValueStatus.InvalidDatetime;
                }

                status = TemporalParser.TryParseTimestamp(text, out long local);
                raw = local;
                return status;
            case TypeId.TimestampTz:
                status = TemporalParser.TryParseTimestampTz(text, null, out long instant);
                raw = instant;
                return status;
            default: return TextParse.TryParseFixed(text, type, TextOptions.Default, out raw);
        }
    }

    private ValueStatus TryReadNumber(ReadOnlySpan<byte> text, SqlType type, out Int128 raw)
    {
        raw = 0;
        switch (type.Id)
        {
            case TypeId.Int16 or TypeId.Int32 or TypeId.Int64 or TypeId.Oid or TypeId.Float32 or TypeId.Float64 or TypeId.Numeric:
                return TextParse.TryParseFixed(text, type, TextOptions.Default, out raw);
        }

        var status = IntegerText.TryParseInt64(text, out long number);
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        raw = number;
        switch (type.Id)
        {
            case TypeId.Boolean: return options.BooleansAsNumbers && (ulong)number <= 1 ? ValueStatus.Ok : ValueStatus.InvalidText;
            case TypeId.Date: return number is >= Temporal.DateMin and <= Temporal.DateMax ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
            case TypeId.Time:
                raw *= options.TimeInMilliseconds ? 1000 : 1;
                return raw >= 0 && raw < Temporal.MicrosPerDay ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
            case TypeId.Timestamp: return EpochMicros(number, TimestampNumbers.Guess, out raw);
            case TypeId.TimestampTz: return EpochMicros(number, options.TimestampTz, out raw);
            default: return ValueStatus.InvalidText;
        }
    }

    private static ValueStatus EpochMicros(long number, TimestampNumbers mode, out Int128 micros)
    {
        ulong magnitude = number < 0 ? unchecked(0 - (ulong)number) : (ulong)number;
        micros = mode switch
        {
            TimestampNumbers.Milliseconds => (Int128)number * 1000,
            TimestampNumbers.Microseconds => number,
            _ when magnitude < SecondsEnd => (Int128)number * Temporal.MicrosPerSecond,
            _ when magnitude < MillisecondsEnd => (Int128)number * 1000,
            _ when magnitude < MicrosecondsEnd => number,
            _ => number / 1000,
        };
        return mode is TimestampNumbers.TextOnly or TimestampNumbers.TextWithoutOffset ? ValueStatus.InvalidDatetime
            : micros >= Temporal.TimestampMin && micros <= Temporal.TimestampMax ? ValueStatus.Ok : ValueStatus.DatetimeOverflow;
    }

    private ValueStatus TryReadNested(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> document, SqlType type, ref TextSink packed)
    {
        if (reader.TokenType != (type.Id == TypeId.List ? JsonTokenType.StartArray : JsonTokenType.StartObject))
        {
            return ValueStatus.InvalidText;
        }

        var builder = PackedBuilder.Rent();
        var status = type.Id switch
        {
            TypeId.List => ReadList(ref reader, document, type.Element!, builder),
            TypeId.Struct => ReadStruct(ref reader, document, type.Fields!, builder),
            _ => ReadMap(ref reader, document, type, builder),
        };
        if (status == ValueStatus.Ok && type.Id == TypeId.Map)
        {
            var entries = new TextSink(256);
            builder.WriteList(ref entries);
            status = PackedMap.FromEntries(type, entries.Written, ref packed);
            entries.Dispose();
        }
        else if (status == ValueStatus.Ok && type.Id == TypeId.List)
        {
            builder.WriteList(ref packed);
        }
        else if (status == ValueStatus.Ok)
        {
            builder.WriteStruct(ref packed);
        }

        PackedBuilder.Return(builder);
        return status;
    }

    private ValueStatus ReadList(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, SqlType element, PackedBuilder builder)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var status = ReadMember(ref reader, document, element, builder);
            if (status != ValueStatus.Ok)
            {
                return status;
            }
        }

        return ValueStatus.Ok;
    }

    /// <summary>One pass over the object for each field: row types are small.</summary>
    private ValueStatus ReadStruct(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, StructFields fields, PackedBuilder builder)
    {
        var end = reader;
        end.Skip();
        foreach (var (name, type) in fields.Items)
        {
            if (!FindMember(reader, name, out var member) || member.TokenType == JsonTokenType.Null)
            {
                builder.AppendNull(type);
                continue;
            }

            var status = ReadMember(ref member, document, type, builder);
            if (status != ValueStatus.Ok)
            {
                return status;
            }
        }

        reader = end;
        return ValueStatus.Ok;
    }

    /// <summary>A reader on the value of the last member of the name; one whose name differs in case counts if there is no other.</summary>
    private static bool FindMember(Utf8JsonReader reader, string name, out Utf8JsonReader member)
    {
        member = default;
        bool isExact = false;
        bool isFound = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool matches = reader.ValueTextEquals(name);
            bool isAlike = matches || (!isExact && !reader.ValueIsEscaped
                && name.Length == reader.ValueSpan.Length && System.Text.Ascii.EqualsIgnoreCase(reader.ValueSpan, name));
            reader.Read();
            if (isAlike)
            {
                member = reader;
                isExact |= matches;
                isFound = true;
            }

            reader.Skip();
        }

        return isFound;
    }

    private ValueStatus ReadMap(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, SqlType type, PackedBuilder entries)
    {
        var entry = PackedBuilder.Rent();
        var status = ValueStatus.Ok;
        while (status == ValueStatus.Ok && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var text = new TextSink(reader.ValueSpan.Length);
            text.Advance(reader.CopyString(text.GetSpan(reader.ValueSpan.Length)));
            status = entry.TryAppendText(text.Written, type.Key!, TextOptions.Default);
            text.Dispose();
            reader.Read();
            if (status == ValueStatus.Ok)
            {
                status = ReadMember(ref reader, document, type.Element!, entry);
            }

            if (status == ValueStatus.Ok)
            {
                var row = new TextSink(128);
                entry.WriteStruct(ref row);
                entries.AppendBytes(row.Written);
                row.Dispose();
            }
        }

        PackedBuilder.Return(entry);
        return status;
    }

    private ValueStatus ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, SqlType type, PackedBuilder builder)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            builder.AppendNull(type);
            return ValueStatus.Ok;
        }

        if (type.Layout != Layout.View)
        {
            var status = TryReadFixed(ref reader, type, out var raw);
            if (status == ValueStatus.Ok)
            {
                builder.AppendRaw(type, raw);
            }

            return status;
        }

        var bytes = new TextSink(256);
        var viewStatus = TryReadView(ref reader, document, type, ref bytes);
        if (viewStatus == ValueStatus.Ok)
        {
            builder.AppendBytes(bytes.Written);
        }

        bytes.Dispose();
        return viewStatus;
    }
}
