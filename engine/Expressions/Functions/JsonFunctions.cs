using System.Text.Json;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// Reading jsonb: -> ->> by key and index, #> #>> by path, jsonb_typeof, jsonb_array_length, ?. A jsonb value is its
/// canonical text, so a part of it is a slice of the same bytes.
/// </summary>
internal static class JsonFunctions
{
    private static readonly SqlType _texts = SqlType.ListOf(SqlType.Varchar);

    internal static void Register(FunctionFamily family)
    {
        Access(family, "->", SqlType.Varchar, SqlType.Jsonb);
        Access(family, "->", SqlType.Int32, SqlType.Jsonb);
        Access(family, "->>", SqlType.Varchar, SqlType.Varchar);
        Access(family, "->>", SqlType.Int32, SqlType.Varchar);
        Access(family, "#>", _texts, SqlType.Jsonb);
        Access(family, "#>>", _texts, SqlType.Varchar);
        Access(family, "array_access", SqlType.Varchar, SqlType.Jsonb);
        Access(family, "array_access", SqlType.Int32, SqlType.Jsonb);
        family.Add("jsonb_typeof", [SqlType.Jsonb], SqlType.Varchar, TypeOf, canFail: false);
        family.Add("jsonb_array_length", [SqlType.Jsonb], SqlType.Int32, ArrayLength);
        family.Add("?", [SqlType.Jsonb, SqlType.Varchar], SqlType.Boolean, Exists, canFail: false);
    }

    private static void Access(FunctionFamily family, string name, SqlType step, SqlType result) => family.Add(
        name, [SqlType.Jsonb, step], result,
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var texts = new TextColumn(a[0]);
            bool asText = r.Type.Id == TypeId.Varchar;
            foreach (int row in c.Active.Rows(n))
            {
                if (!Find(texts[row], a[1], row, out int start, out int length)
                    || (asText && texts[row].Slice(start, length).SequenceEqual("null"u8)))
                {
                    Bitmap.Clear(r.Validity, row);
                }
                else if (asText && texts[row][start] == (byte)'"')
                {
                    r.Views[row] = Unquote(texts, row, start, length, c.Arena);
                }
                else
                {
                    r.Views[row] = texts.Slice(row, start, length);
                }
            }
        },
        canFail: false, nullFree: false);

    /// <summary>The part a key, an index or a path leads to.</summary>
    private static bool Find(ReadOnlySpan<byte> json, in Vector steps, int row, out int start, out int length)
    {
        start = 0;
        length = json.Length;
        switch (steps.Type.Id)
        {
            case TypeId.Int32: return Element(json, steps.Value<int>(row), ref start, ref length);
            case TypeId.List:
                var path = new PackedList(SqlType.Varchar, steps.Bytes(row));
                for (int i = 0; i < path.Count; i++)
                {
                    if (path.IsNull(i) || !Step(json, path.Bytes(i), ref start, ref length))
                    {
                        return false;
                    }
                }

                return true;
            default: return Member(json, steps.Bytes(row), ref start, ref length);
        }
    }

    private static bool Step(ReadOnlySpan<byte> json, ReadOnlySpan<byte> step, ref int start, ref int length) =>
        json[start] == (byte)'['
            ? IntegerText.TryParseInt32(step, out int index) == ValueStatus.Ok && Element(json, index, ref start, ref length)
            : Member(json, step, ref start, ref length);

    private static bool Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key, ref int start, ref int length)
    {
        var reader = new Utf8JsonReader(json.Slice(start, length));
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader.ValueTextEquals(key);
            reader.Read();
            int from = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found)
            {
                length = (int)reader.BytesConsumed - from;
                start += from;
                return true;
            }
        }

        return false;
    }

    /// <summary>Indices below 0 count from the end.</summary>
    private static bool Element(ReadOnlySpan<byte> json, int index, ref int start, ref int length)
    {
        var part = json.Slice(start, length);
        if (part[0] != (byte)'[')
        {
            return false;
        }

        index += index < 0 ? CountOf(part) : 0;
        var reader = new Utf8JsonReader(part);
        reader.Read();
        for (int at = 0; index >= 0 && reader.Read() && reader.TokenType != JsonTokenType.EndArray; at++)
        {
            int from = (int)reader.TokenStartIndex;
            reader.Skip();
            if (at == index)
            {
                length = (int)reader.BytesConsumed - from;
                start += from;
                return true;
            }
        }

        return false;
    }

    private static int CountOf(ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(array);
        reader.Read();
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            count++;
        }

        return count;
    }

    /// <summary>A JSON string's text: the bytes between the quotes where nothing is escaped.</summary>
    private static StringView Unquote(in TextColumn texts, int row, int start, int length, Arena arena)
    {
        var quoted = texts[row].Slice(start, length);
        if (!quoted.Contains((byte)'\\'))
        {
            return texts.Slice(row, start + 1, length - 2);
        }

        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        var sink = new TextSink(length);
        int written = reader.CopyString(sink.GetSpan(length));
        sink.Advance(written);
        var view = arena.AddString(sink.Written);
        sink.Dispose();
        return view;
    }

    private static void TypeOf(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            result.Views[row] = StringView.Inline(texts[row][0] switch
            {
                (byte)'{' => "object"u8,
                (byte)'[' => "array"u8,
                (byte)'"' => "string"u8,
                (byte)'t' or (byte)'f' => "boolean"u8,
                (byte)'n' => "null"u8,
                _ => "number"u8,
            });
        }
    }

    private static void ArrayLength(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var text = texts[row];
            result.Values<int>()[row] = text[0] == (byte)'[' ? CountOf(text) : throw new SqlException(
                SqlState.InvalidParameterValue,
                text[0] == (byte)'{' ? "cannot get array length of a non-array" : "cannot get array length of a scalar");
        }
    }

    /// <summary>Whether a string is a key of the object or a string element of the array.</summary>
    private static void Exists(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var keys = new TextColumn(arguments[1]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            int start = 0;
            int length = texts[row].Length;
            Bitmap.Put(result.Bits, row, Member(texts[row], keys[row], ref start, ref length) || HoldsString(texts[row], keys[row]));
        }
    }

    private static bool HoldsString(ReadOnlySpan<byte> json, ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.ValueTextEquals(text);
        }

        while (reader.TokenType == JsonTokenType.StartArray || reader.CurrentDepth > 0)
        {
            if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(text))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
