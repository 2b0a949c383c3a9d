using System.Buffers;
using System.Text.Json;

namespace Vectorized.Engine.Types;

/// <summary>
/// jsonb's canonical text, which is also its form in a column: keys in byte order and once (the last one wins), one
/// space after colons and commas, strings with the fewest escapes, integers as written while they fit 64 bits, other
/// numbers as floats (1.0 keeps its point), as RisingWave prints them. Equal texts are equal values but for 1 and 1.0.
/// </summary>
public static class JsonbText
{
    private const int DepthMax = 256;
    private const int InsertionSortMax = 64;

    /// <summary>Appends the canonical text of a JSON document; a failure may leave the sink longer.</summary>
    public static ValueStatus TryNormalize(ReadOnlySpan<byte> json, ref TextSink sink)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            if (!reader.Read())
            {
                return ValueStatus.InvalidText;
            }

            AppendValue(ref reader, ref sink);
            return reader.Read() ? ValueStatus.InvalidText : ValueStatus.Ok;
        }
        catch (JsonException)
        {
            return ValueStatus.InvalidText;
        }
        catch (InvalidOperationException)
        {
            // The reader's word for a string that is no valid UTF-16 or UTF-8, such as half a surrogate pair.
            return ValueStatus.InvalidText;
        }
    }

    /// <summary>Appends the value the reader stands on; afterwards the reader stands on its last token.</summary>
    public static void AppendValue(ref Utf8JsonReader reader, ref TextSink sink)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: AppendObject(ref reader, ref sink); break;
            case JsonTokenType.StartArray: AppendArray(ref reader, ref sink); break;
            case JsonTokenType.String: AppendString(ref reader, ref sink); break;
            case JsonTokenType.Number: AppendNumber(reader.ValueSpan, ref sink); break;
            case JsonTokenType.True: sink.Write("true"u8); break;
            case JsonTokenType.False: sink.Write("false"u8); break;
            default: sink.Write("null"u8); break;
        }
    }

    /// <summary>Appends a JSON string literal of UTF-8 text.</summary>
    public static void AppendQuoted(scoped ReadOnlySpan<byte> text, ref TextSink sink)
    {
        sink.WriteByte((byte)'"');
        while (true)
        {
            int plain = text.IndexOfAny(_escaped);
            if (plain < 0)
            {
                sink.Write(text);
                break;
            }

            sink.Write(text[..plain]);
            AppendEscape(text[plain], ref sink);
            text = text[(plain + 1)..];
        }

        sink.WriteByte((byte)'"');
    }

    private static readonly SearchValues<byte> _escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    private static void AppendEscape(byte b, ref TextSink sink)
    {
        switch (b)
        {
            case (byte)'"': sink.Write("\\\""u8); break;
            case (byte)'\\': sink.Write("\\\\"u8); break;
            case 8: sink.Write("\\b"u8); break;
            case 9: sink.Write("\\t"u8); break;
            case 10: sink.Write("\\n"u8); break;
            case 12: sink.Write("\\f"u8); break;
            case 13: sink.Write("\\r"u8); break;
            default:
                sink.Write("\\u00"u8);
                HexText.AppendHex([b], ref sink);
                break;
        }
    }

    private static void AppendString(ref Utf8JsonReader reader, ref TextSink sink)
    {
        if (!reader.ValueIsEscaped)
        {
            if (!System.Text.Unicode.Utf8.IsValid(reader.ValueSpan))
            {
                throw new JsonException();
            }

            sink.WriteByte((byte)'"');
            sink.Write(reader.ValueSpan);
            sink.WriteByte((byte)'"');
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            int length = reader.CopyString(buffer);
            AppendQuoted(buffer.AsSpan(0, length), ref sink);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void AppendNumber(scoped ReadOnlySpan<byte> text, ref TextSink sink)
    {
        if (text.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0 && text.Length <= 20
            && (IntegerText.TryParseInt64(text, out _) == ValueStatus.Ok || ulong.TryParse(text, null, out _))
            && !text.SequenceEqual("-0"u8))
        {
            sink.Write(text);
            return;
        }

        var status = FloatParser.TryParse(text, out double value);
        if (status == ValueStatus.OutOfRange && double.IsInfinity(value))
        {
            throw new JsonException();
        }

        FloatText.AppendJson(value, ref sink);
    }

    private static void AppendArray(ref Utf8JsonReader reader, ref TextSink sink)
    {
        sink.WriteByte((byte)'[');
        bool isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            sink.Write(isFirst ? default : ", "u8);
            isFirst = false;
            AppendValue(ref reader, ref sink);
        }

        sink.WriteByte((byte)']');
    }

    /// <summary>One member's place in the sink: from its key's quote to the end of its value.</summary>
    private struct Member
    {
        internal int Start;
        internal int KeyEnd;
        internal int End;
        internal int Ordinal;
    }

    private static void AppendObject(ref Utf8JsonReader reader, ref TextSink sink)
    {
        sink.WriteByte((byte)'{');
        int start = sink.Position;
        var members = ArrayPool<Member>.Shared.Rent(16);
        int count = 0;
        try
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (count == members.Length)
                {
                    var larger = ArrayPool<Member>.Shared.Rent(count * 2);
                    members.AsSpan(0, count).CopyTo(larger);
                    ArrayPool<Member>.Shared.Return(members);
                    members = larger;
                }

                ref var member = ref members[count];
                member.Ordinal = count++;
                member.Start = sink.Position;
                AppendString(ref reader, ref sink);
                member.KeyEnd = sink.Position;
                sink.Write(": "u8);
                reader.Read();
                AppendValue(ref reader, ref sink);
                member.End = sink.Position;
            }

            Order(members.AsSpan(0, count), start, ref sink);
        }
        finally
        {
            ArrayPool<Member>.Shared.Return(members);
        }

        sink.WriteByte((byte)'}');
    }

    /// <summary>Rewrites the members, which stand back to back from start, in the order of their keys with commas between.</summary>
    private static void Order(Span<Member> members, int start, ref TextSink sink)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(sink.Position - start);
        sink.Written[start..].CopyTo(copy);
        sink.Position = start;
        if (members.Length <= InsertionSortMax)
        {
            SortFew(members, copy, start);
        }
        else
        {
            members.Sort((a, b) => CompareKeys(a, b, copy, start));
        }

        bool isFirst = true;
        for (int i = 0; i < members.Length; i++)
        {
            var member = members[i];
            if (i + 1 < members.Length)
            {
                var next = members[i + 1];
                if (copy.AsSpan(member.Start - start, member.KeyEnd - member.Start)
                    .SequenceEqual(copy.AsSpan(next.Start - start, next.KeyEnd - next.Start)))
                {
                    continue;
                }
            }

            sink.Write(isFirst ? default : ", "u8);
            isFirst = false;
            sink.Write(copy.AsSpan(member.Start - start, member.End - member.Start));
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    private static void SortFew(Span<Member> members, byte[] copy, int start)
    {
        for (int i = 1; i < members.Length; i++)
        {
            var member = members[i];
            int at = i;
            for (; at > 0 && CompareKeys(members[at - 1], member, copy, start) > 0; at--)
            {
                members[at] = members[at - 1];
            }

            members[at] = member;
        }
    }

    private static int CompareKeys(in Member a, in Member b, byte[] copy, int start)
    {
        // Without the closing quote, so that a key sorts before the keys it is a prefix of.
        int order = copy.AsSpan(a.Start - start, a.KeyEnd - a.Start - 1)
            .SequenceCompareTo(copy.AsSpan(b.Start - start, b.KeyEnd - b.Start - 1));
        return order != 0 ? order : a.Ordinal.CompareTo(b.Ordinal);
    }
}
