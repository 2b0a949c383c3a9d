namespace Vectorized.Engine.Types;

/// <summary>
/// Reads the text of nested values into packed bytes: arrays {1,NULL,"a,b"} (an explicit [l:u]= before is skipped), row
/// values (1,"a b",), maps {k:v}. A list's braces must nest as deep as its type; ragged lists are allowed.
/// </summary>
internal ref struct NestedParser
{
    private static readonly System.Buffers.SearchValues<byte> _boundBytes =
        System.Buffers.SearchValues.Create("0123456789:[]-+"u8);

    private readonly ReadOnlySpan<byte> _text;
    private readonly TextOptions _options;
    private int _at;

    private NestedParser(ReadOnlySpan<byte> text, TextOptions options)
    {
        _text = text;
        _options = options;
    }

    internal static ValueStatus TryParse(ReadOnlySpan<byte> text, SqlType type, TextOptions options, ref TextSink packed)
    {
        var parser = new NestedParser(TextScan.Trim(text), options);
        if (type.Id == TypeId.List)
        {
            parser.SkipBounds();
        }

        var status = parser.Read(type, ref packed);
        return status == ValueStatus.Ok && parser._at != parser._text.Length ? ValueStatus.InvalidText : status;
    }

    private ValueStatus Read(SqlType type, ref TextSink packed)
    {
        var builder = PackedBuilder.Rent();
        var status = type.Id switch
        {
            TypeId.List => ReadList(type.Element!, builder, ref packed),
            TypeId.Struct => ReadStruct(type.Fields!, builder, ref packed),
            _ => ReadMap(type, builder, ref packed),
        };
        PackedBuilder.Return(builder);
        return status;
    }

    private ValueStatus ReadList(SqlType element, PackedBuilder builder, ref TextSink packed)
    {
        if (!Skip((byte)'{'))
        {
            return ValueStatus.InvalidText;
        }

        SkipSpace();
        if (Skip((byte)'}'))
        {
            builder.WriteList(ref packed);
            return ValueStatus.Ok;
        }

        while (true)
        {
            SkipSpace();
            var status = element.Id == TypeId.List && _at < _text.Length && _text[_at] == '{'
                ? ReadNested(element, builder) : ReadMember(element, builder, "}"u8, isArray: true);
            if (status != ValueStatus.Ok)
            {
                return status;
            }

            SkipSpace();
            if (Skip((byte)'}'))
            {
                builder.WriteList(ref packed);
                return ValueStatus.Ok;
            }

            if (!Skip((byte)','))
            {
                return ValueStatus.InvalidText;
            }
        }
    }

    private ValueStatus ReadStruct(StructFields fields, PackedBuilder builder, ref TextSink packed)
    {
        if (!Skip((byte)'('))
        {
            return ValueStatus.InvalidText;
        }

        for (int i = 0; i < fields.Items.Count; i++)
        {
            if (i > 0 && !Skip((byte)','))
            {
                return ValueStatus.InvalidText;
            }

            var status = ReadMember(fields.Items[i].Type, builder, ")"u8, isArray: false);
            if (status != ValueStatus.Ok)
            {
                return status;
            }
        }

        builder.WriteStruct(ref packed);
        return Skip((byte)')') ? ValueStatus.Ok : ValueStatus.InvalidText;
    }

    private ValueStatus ReadMap(SqlType type, PackedBuilder entries, ref TextSink packed)
    {
        if (!Skip((byte)'{'))
        {
            return ValueStatus.InvalidText;
        }

        SkipSpace();
        bool isEnd = Skip((byte)'}');
        while (!isEnd)
        {
            SkipSpace();
            var status = ReadEntry(type, entries);
            SkipSpace();
            isEnd = Skip((byte)'}');
            if (status != ValueStatus.Ok || (!isEnd && !Skip((byte)',')))
            {
                return status == ValueStatus.Ok ? ValueStatus.InvalidText : status;
            }
        }

        var list = new TextSink(256);
        entries.WriteList(ref list);
        var result = PackedMap.FromEntries(type, list.Written, ref packed);
        list.Dispose();
        return result;
    }

    private ValueStatus ReadEntry(SqlType type, PackedBuilder entries)
    {
        var entry = PackedBuilder.Rent();
        var status = ReadMember(type.Key!, entry, ":"u8, isArray: true);
        if (status == ValueStatus.Ok && !Skip((byte)':'))
        {
            status = ValueStatus.InvalidText;
        }

        if (status == ValueStatus.Ok)
        {
            status = type.Element!.Id is TypeId.List or TypeId.Map && _at < _text.Length && _text[_at] == '{'
                ? ReadNested(type.Element, entry) : ReadMember(type.Element, entry, "}"u8, isArray: true);
        }

        if (status == ValueStatus.Ok)
        {
            var row = new TextSink(128);
            entry.WriteStruct(ref row);
            entries.AppendBytes(row.Written);
            row.Dispose();
        }

        PackedBuilder.Return(entry);
        return status;
    }

    /// <summary>A list in place, without quotes.</summary>
    private ValueStatus ReadNested(SqlType type, PackedBuilder builder)
    {
        var packed = new TextSink(256);
        var status = Read(type, ref packed);
        if (status == ValueStatus.Ok)
        {
            builder.AppendBytes(packed.Written);
        }

        packed.Dispose();
        return status;
    }

    /// <summary>A member's text up to a comma or the closing byte, quotes and escapes taken off, then its value.</summary>
    private ValueStatus ReadMember(SqlType type, PackedBuilder builder, ReadOnlySpan<byte> closing, bool isArray)
    {
        Span<byte> first = stackalloc byte[256];
        var text = new TextSink(first);
        bool quoted = false;
        bool inQuotes = false;
        int lastKept = 0;
        while (_at < _text.Length)
        {
            byte b = _text[_at];
            if (b == '\\')
            {
                if (++_at == _text.Length)
                {
                    break;
                }

                text.WriteByte(_text[_at++]);
                lastKept = text.Position;
                continue;
            }

            if (b == '"')
            {
                _at++;
                if (inQuotes && !isArray && _at < _text.Length && _text[_at] == '"')
                {
                    text.WriteByte((byte)'"');
                    _at++;
                    continue;
                }

                if (isArray && !inQuotes && (quoted || lastKept > 0))
                {
                    // A quote behind other text.
                    text.Dispose();
                    return ValueStatus.InvalidText;
                }

                quoted = true;
                inQuotes = !inQuotes;
                lastKept = text.Position;
                continue;
            }

            if (!inQuotes && (b == ',' || b == closing[0]))
            {
                break;
            }

            if (!inQuotes && isArray && (b is (byte)'{' or (byte)'}' || (quoted && !TextScan.IsSpace(b))))
            {
                text.Dispose();
                return ValueStatus.InvalidText;
            }

            text.WriteByte(b);
            _at++;
            lastKept = inQuotes || !isArray || !TextScan.IsSpace(b) ? text.Position : lastKept;
        }

        text.Position = lastKept;
        ValueStatus status;
        if (inQuotes || (isArray && !quoted && lastKept == 0))
        {
            status = ValueStatus.InvalidText;
        }
        else if (!quoted && (isArray ? TextScan.Is(text.Written, "null"u8) : lastKept == 0))
        {
            builder.AppendNull(type);
            status = ValueStatus.Ok;
        }
        else
        {
            status = builder.TryAppendText(text.Written, type, _options);
        }

        text.Dispose();
        return status;
    }

    /// <summary>[1:3][0:1]= before an array: bounds are not kept.</summary>
    private void SkipBounds()
    {
        if (_text.Length > 0 && _text[0] == '[' && _text.IndexOf((byte)'=') is > 0 and var equals
            && _text[1..equals].IndexOfAnyExcept(_boundBytes) < 0)
        {
            _at = equals + 1;
        }
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && TextScan.IsSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Skip(byte b)
    {
        if (_at < _text.Length && _text[_at] == b)
        {
            _at++;
            return true;
        }

        return false;
    }
}
