using System.Text;
using System.Text.Json;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>One column of a <see cref="JsonDecoder"/>: appends the JSON value a reader stands on.</summary>
internal sealed class JsonColumn(string name, SqlType type, JsonOptions options)
{
    private const int ValueCharactersMax = 100;

    private readonly JsonValues _values = new(options);

    private readonly TypeId _id = type.Id;

    /// <summary>Text without a limit, which every string is.</summary>
    private readonly bool _takesAnyText = type is { Id: TypeId.Varchar, Precision: 0 };

    /// <summary>Appends a value, or nothing if the status is not Ok. Afterwards the reader stands on the value's last token.</summary>
    internal ValueStatus Append(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, VectorBuilder column)
    {
        var token = reader.TokenType;
        if (token == JsonTokenType.Null)
        {
            column.AppendNull();
            return ValueStatus.Ok;
        }

        switch (_id)
        {
            case TypeId.Varchar when _takesAnyText && token == JsonTokenType.String && !reader.ValueIsEscaped:
                column.AppendBytes(reader.ValueSpan);
                return ValueStatus.Ok;
            case TypeId.Int64 when token == JsonTokenType.Number:
                var status = IntegerText.TryParseInt64(reader.ValueSpan, out long int64);
                if (status == ValueStatus.Ok)
                {
                    column.Append(int64);
                }

                return status;
            case TypeId.Float64 when token == JsonTokenType.Number:
                status = FloatParser.TryParse(reader.ValueSpan, out double float64);
                if (status == ValueStatus.Ok)
                {
                    column.Append(float64);
                }

                return status;
            default:
                return type.Layout == Layout.View
                    ? AppendView(ref reader, document, column) : AppendFixed(ref reader, column);
        }
    }

    /// <summary>Why the value the reader stands on cannot be one of the column's type.</summary>
    internal string Reason(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, ValueStatus status)
    {
        int start = (int)reader.TokenStartIndex;
        var value = document[start..Math.Min((int)reader.BytesConsumed, start + ValueCharactersMax)];
        string text = Encoding.UTF8.GetString(value);
        return status switch
        {
            ValueStatus.OutOfRange or ValueStatus.NumericOverflow or ValueStatus.DatetimeOverflow or ValueStatus.IntervalOverflow =>
                $"field \"{name}\": {text} is out of range for type {type}",
            ValueStatus.TooLong => $"field \"{name}\": {text} is too long for type {type}",
            ValueStatus.InvalidEncoding => $"field \"{name}\": {text} holds a character that text cannot",
            _ => $"field \"{name}\": {text} is not a value of type {type}",
        };
    }

    private ValueStatus AppendFixed(ref Utf8JsonReader reader, VectorBuilder column)
    {
        var status = _values.TryReadFixed(ref reader, type, out var raw);
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

    private ValueStatus AppendView(ref Utf8JsonReader reader, ReadOnlySpan<byte> document, VectorBuilder column)
    {
        var bytes = new TextSink(256);
        try
        {
            var status = _values.TryReadView(ref reader, document, type, ref bytes);
            if (status == ValueStatus.Ok)
            {
                column.AppendBytes(bytes.Written);
            }

            return status;
        }
        finally
        {
            bytes.Dispose();
        }
    }
}
