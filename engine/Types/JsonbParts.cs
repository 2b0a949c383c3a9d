using System.Text.Json;

namespace Vectorized.Engine.Types;

/// <summary>
/// The members of one JSON object, or the elements of one array, as places in its canonical text. Reusable: <see cref="Read"/>
/// starts it anew, so that a warm list allocates nothing. One thread.
/// </summary>
internal sealed class JsonbParts
{
    private readonly List<Part> _parts = [];

    /// <summary>A member's key (with its quotes; empty for an element) and its value.</summary>
    internal readonly record struct Part(int KeyStart, int KeyLength, int Start, int Length);

    internal int Count => _parts.Count;

    internal Part this[int index] => _parts[index];

    /// <summary>Takes an object or array apart; a scalar has no parts.</summary>
    internal JsonbParts Read(ReadOnlySpan<byte> json)
    {
        _parts.Clear();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return this;
        }

        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            int key = (int)reader.TokenStartIndex;
            int keyLength = 0;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                keyLength = reader.ValueSpan.Length + 2;
                reader.Read();
            }

            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            _parts.Add(new Part(key, keyLength, start, (int)reader.BytesConsumed - start));
        }

        return this;
    }

    /// <summary>The place of a key given without quotes, or -1.</summary>
    internal int Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < _parts.Count; i++)
        {
            if (KeyIs(json, _parts[i], key))
            {
                return i;
            }
        }

        return -1;
    }

    internal static bool KeyIs(ReadOnlySpan<byte> json, Part part, ReadOnlySpan<byte> key)
    {
        var quoted = json.Slice(part.KeyStart, part.KeyLength);
        return part.KeyLength > 0 && Text(quoted, key);
    }

    /// <summary>Whether a JSON string literal stands for a text.</summary>
    internal static bool Text(ReadOnlySpan<byte> quoted, ReadOnlySpan<byte> text)
    {
        var inner = quoted[1..^1];
        if (!inner.Contains((byte)'\\'))
        {
            return inner.SequenceEqual(text);
        }

        var reader = new Utf8JsonReader(quoted);
        return reader.Read() && reader.ValueTextEquals(text);
    }

    /// <summary>Appends the text a JSON string literal stands for.</summary>
    internal static void Unquote(scoped ReadOnlySpan<byte> quoted, ref TextSink sink)
    {
        if (!quoted.Contains((byte)'\\'))
        {
            sink.Write(quoted[1..^1]);
            return;
        }

        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        sink.Advance(reader.CopyString(sink.GetSpan(quoted.Length)));
    }
}
