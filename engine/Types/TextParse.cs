using System.Text;
using System.Text.Unicode;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Types;

/// <summary>
/// UTF-8 text to values of every type, by PostgreSQL 15's input rules (differences stand at the parsers of each type).
/// The Try forms return a status and neither throw nor allocate; <see cref="Parse(ReadOnlySpan{byte}, SqlType, TextOptions)"/>
/// throws PostgreSQL's error. Names of relations, types and functions (reg*) are the catalog's: here only their numbers are read.
/// </summary>
public static class TextParse
{
    /// <summary>Parses and appends one value to a column of the type; appends nothing on failure.</summary>
    public static ValueStatus TryAppend(ReadOnlySpan<byte> text, SqlType type, TextOptions options, VectorBuilder column)
    {
        ValueStatus status;
        switch (type.Id)
        {
            case TypeId.Varchar or TypeId.Unknown:
                status = CheckText(text, type.Precision, out int length);
                if (status == ValueStatus.Ok)
                {
                    column.AppendBytes(text[..length]);
                }

                return status;
            case TypeId.Int64:
                status = IntegerText.TryParseInt64(text, out long int64);
                if (status == ValueStatus.Ok)
                {
                    column.Append(int64);
                }

                return status;
            case TypeId.Int32:
                status = IntegerText.TryParseInt32(text, out int int32);
                if (status == ValueStatus.Ok)
                {
                    column.Append(int32);
                }

                return status;
            case TypeId.Float64:
                status = FloatParser.TryParse(text, out double float64);
                if (status == ValueStatus.Ok)
                {
                    column.Append(float64);
                }

                return status;
            case TypeId.Timestamp:
                status = TemporalParser.TryParseTimestamp(text, out long timestamp);
                if (status == ValueStatus.Ok)
                {
                    column.Append(timestamp);
                }

                return status;
            case TypeId.TimestampTz:
                status = TemporalParser.TryParseTimestampTz(text, options.Zone, out long instant);
                if (status == ValueStatus.Ok)
                {
                    column.Append(instant);
                }

                return status;
            default:
                return type.Layout == Layout.View
                    ? TryAppendView(text, type, options, column) : TryAppendFixed(text, type, options, column);
        }
    }

    /// <summary>A value of a fixed-width type as its bit pattern, sign-extended.</summary>
    public static ValueStatus TryParseFixed(ReadOnlySpan<byte> text, SqlType type, TextOptions options, out Int128 raw)
    {
        ValueStatus status;
        raw = 0;
        switch (type.Id)
        {
            case TypeId.Boolean:
                status = BooleanText.TryParse(text, out bool boolean);
                raw = boolean ? 1 : 0;
                return status;
            case TypeId.Int16:
                status = IntegerText.TryParseInt16(text, out short int16);
                raw = int16;
                return status;
            case TypeId.Int32:
                status = IntegerText.TryParseInt32(text, out int int32);
                raw = int32;
                return status;
            case TypeId.Int64:
                status = IntegerText.TryParseInt64(text, out long int64);
                raw = int64;
                return status;
            case TypeId.Float32:
                status = FloatParser.TryParse(text, out float float32);
                raw = BitConverter.SingleToInt32Bits(float32);
                return status;
            case TypeId.Float64:
                status = FloatParser.TryParse(text, out double float64);
                raw = BitConverter.DoubleToInt64Bits(float64);
                return status;
            case TypeId.Numeric: return TryParseNumeric(text, type, out raw);
            case TypeId.Date:
                status = TemporalParser.TryParseDate(text, out int date);
                raw = date;
                return status;
            case TypeId.Time:
                status = TemporalParser.TryParseTime(text, out long time);
                raw = time;
                return status;
            case TypeId.Timestamp:
                status = TemporalParser.TryParseTimestamp(text, out long timestamp);
                raw = timestamp;
                return status;
            case TypeId.TimestampTz:
                status = TemporalParser.TryParseTimestampTz(text, options.Zone, out long instant);
                raw = instant;
                return status;
            case TypeId.Interval:
                status = IntervalText.TryParse(text, out var interval);
                raw = interval.Bits;
                return status;
            case TypeId.Uuid: return HexText.TryParseUuid(text, out raw);
            case TypeId.Oid or TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace:
                status = IntegerText.TryParseOid(text, out uint oid);
                raw = unchecked((int)oid);
                return status;
            default: return ValueStatus.InvalidText;
        }
    }

    /// <summary>A value of view layout: its bytes are appended to the sink (which a failure may leave longer).</summary>
    public static ValueStatus TryParseView(ReadOnlySpan<byte> text, SqlType type, TextOptions options, ref TextSink bytes)
    {
        switch (type.Id)
        {
            case TypeId.Bytea: return HexText.TryParseBytea(text, ref bytes);
            case TypeId.Jsonb: return JsonbText.TryNormalize(text, ref bytes);
            case TypeId.List or TypeId.Struct or TypeId.Map: return NestedParser.TryParse(text, type, options, ref bytes);
            case TypeId.Void: return ValueStatus.InvalidText;
            default:
                var status = CheckText(text, type.Id == TypeId.Varchar ? type.Precision : 0, out int length);
                bytes.Write(text[..Limit(type, text, length)]);
                return status;
        }
    }

    public static ValueStatus TryParse(ReadOnlySpan<byte> text, SqlType type, TextOptions options, out Datum value)
    {
        if (type.Layout != Layout.View)
        {
            var status = TryParseFixed(text, type, options, out var raw);
            value = status == ValueStatus.Ok ? Datum.OfRaw(type, raw) : Datum.Null(type);
            return status;
        }

        Span<byte> first = stackalloc byte[256];
        var bytes = new TextSink(first);
        try
        {
            var status = TryParseView(text, type, options, ref bytes);
            value = status == ValueStatus.Ok ? Datum.OfBytes(type, bytes.Written.ToArray()) : Datum.Null(type);
            return status;
        }
        finally
        {
            bytes.Dispose();
        }
    }

    /// <summary>As TryParse, throwing what PostgreSQL raises.</summary>
    public static Datum Parse(ReadOnlySpan<byte> text, SqlType type, TextOptions options)
    {
        var status = TryParse(text, type, options, out var value);
        return status == ValueStatus.Ok ? value : throw ValueErrors.Parsing(status, type, text);
    }

    public static Datum Parse(string text, SqlType type, TextOptions? options = null) =>
        Parse(Encoding.UTF8.GetBytes(text), type, options ?? TextOptions.Default);

    public static ValueStatus TryParseNumeric(ReadOnlySpan<byte> text, SqlType type, out Int128 raw)
    {
        ValueStatus status;
        switch (type.NumericForm)
        {
            case NumericForm.Scaled64:
                status = NumericText.TryParseScaled64(text, type.Precision, type.Scale, out long scaled);
                raw = scaled;
                return status;
            case NumericForm.Scaled128: return NumericText.TryParseScaled128(text, type.Precision, type.Scale, out raw);
            default:
                status = NumericText.TryParse(text, out var free);
                raw = free.Bits;
                return status;
        }
    }

    /// <summary>
    /// UTF-8 without NUL, at most the given number of characters (0: any), more only if they are spaces, which
    /// <paramref name="length"/> then cuts off.
    /// </summary>
    internal static ValueStatus CheckText(ReadOnlySpan<byte> text, int charactersMax, out int length)
    {
        length = text.Length;
        if (!Utf8.IsValid(text) || text.Contains((byte)0))
        {
            return ValueStatus.InvalidEncoding;
        }

        if (charactersMax == 0 || text.Length <= charactersMax)
        {
            return ValueStatus.Ok;
        }

        int characters = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if ((text[i] & 0xC0) != 0x80 && characters++ == charactersMax)
            {
                length = i;
                return text[i..].IndexOfAnyExcept((byte)' ') < 0 ? ValueStatus.Ok : ValueStatus.TooLong;
            }
        }

        return ValueStatus.Ok;
    }

    private static int Limit(SqlType type, ReadOnlySpan<byte> text, int length)
    {
        // name holds 63 bytes, "char" one; both cut silently.
        int max = type.Id switch { TypeId.Name => 63, TypeId.InternalChar => 1, _ => length };
        length = Math.Min(length, max);
        while (length > 0 && length < text.Length && type.Id == TypeId.Name && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }

    private static ValueStatus TryAppendFixed(ReadOnlySpan<byte> text, SqlType type, TextOptions options, VectorBuilder column)
    {
        var status = TryParseFixed(text, type, options, out var raw);
        if (status != ValueStatus.Ok)
        {
            return status;
        }

        switch (type.Layout)
        {
            case Layout.Bit: column.AppendBit(raw != 0); break;
            case Layout.Fixed2: column.Append((short)raw); break;
            case Layout.Fixed4: column.Append((int)raw); break;
            case Layout.Fixed8: column.Append((long)raw); break;
            default: column.Append(raw); break;
        }

        return status;
    }

    private static ValueStatus TryAppendView(ReadOnlySpan<byte> text, SqlType type, TextOptions options, VectorBuilder column)
    {
        Span<byte> first = stackalloc byte[512];
        var bytes = new TextSink(first);
        var status = TryParseView(text, type, options, ref bytes);
        if (status == ValueStatus.Ok)
        {
            column.AppendBytes(bytes.Written);
        }

        bytes.Dispose();
        return status;
    }
}
