namespace Vectorized.Engine.Types;

/// <summary>
/// Text of nested values: arrays {1,NULL,"a,b"}, lists of lists {{1},{2,3}} (ragged ones too, as RisingWave has them), row values
/// (1,"a b",), maps {k:v}. Quoting as PostgreSQL's array_out and record_out.
/// </summary>
public static class NestedText
{
    public static void Append(SqlType type, scoped ReadOnlySpan<byte> packed, TextOptions options, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.List: AppendList(new PackedList(type.Element!, packed), options, ref sink); break;
            case TypeId.Struct: AppendStruct(new PackedStruct(type.Fields!, packed), options, ref sink); break;
            default: AppendMap(type, packed, options, ref sink); break;
        }
    }

    private static void AppendList(scoped PackedList list, TextOptions options, ref TextSink sink)
    {
        sink.WriteByte((byte)'{');
        for (int i = 0; i < list.Count; i++)
        {
            if (i > 0)
            {
                sink.WriteByte((byte)',');
            }

            if (list.IsNull(i))
            {
                sink.Write("NULL"u8);
                continue;
            }

            int start = sink.Position;
            AppendMember(list.Element, list.Raw(i), list.Bytes(i), options, ref sink);
            if (list.Element.Id != TypeId.List && NeedsQuotes(sink.Written[start..], isArray: true))
            {
                Quote(start, isArray: true, ref sink);
            }
        }

        sink.WriteByte((byte)'}');
    }

    private static void AppendStruct(scoped PackedStruct row, TextOptions options, ref TextSink sink)
    {
        sink.WriteByte((byte)'(');
        for (int i = 0; i < row.Fields.Items.Count; i++)
        {
            if (i > 0)
            {
                sink.WriteByte((byte)',');
            }

            if (row.IsNull(i))
            {
                continue;
            }

            int start = sink.Position;
            AppendMember(row.Fields.Items[i].Type, row.Raw(i), row.Bytes(i), options, ref sink);
            if (NeedsQuotes(sink.Written[start..], isArray: false))
            {
                Quote(start, isArray: false, ref sink);
            }
        }

        sink.WriteByte((byte)')');
    }

    private static void AppendMap(SqlType type, scoped ReadOnlySpan<byte> packed, TextOptions options, ref TextSink sink)
    {
        var entries = PackedMap.Entries(type, packed);
        sink.WriteByte((byte)'{');
        for (int i = 0; i < entries.Count; i++)
        {
            var entry = new PackedStruct(PackedMap.EntryType(type).Fields!, entries.Bytes(i));
            sink.Write(i > 0 ? ","u8 : default);
            AppendMember(type.Key!, entry.Raw(0), entry.Bytes(0), options, ref sink);
            sink.WriteByte((byte)':');
            if (entry.IsNull(1))
            {
                sink.Write("NULL"u8);
            }
            else
            {
                AppendMember(type.Element!, entry.Raw(1), entry.Bytes(1), options, ref sink);
            }
        }

        sink.WriteByte((byte)'}');
    }

    private static void AppendMember(
        SqlType type, Int128 raw, scoped ReadOnlySpan<byte> bytes, TextOptions options, ref TextSink sink)
    {
        if (type.Layout == Layout.View)
        {
            TextFormat.AppendView(type, bytes, options, ref sink);
        }
        else
        {
            TextFormat.AppendFixed(type, raw, options, ref sink);
        }
    }

    private static bool NeedsQuotes(ReadOnlySpan<byte> text, bool isArray)
    {
        if (text.IsEmpty || (isArray && TextScan.Is(text, "null"u8)))
        {
            return true;
        }

        foreach (byte b in text)
        {
            if (b is (byte)'"' or (byte)'\\' or (byte)',' || TextScan.IsSpace(b)
                || (isArray ? b is (byte)'{' or (byte)'}' : b is (byte)'(' or (byte)')'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Quotes what was written since start: backslash before quotes and backslashes in arrays, doubling in rows.</summary>
    private static void Quote(int start, bool isArray, ref TextSink sink)
    {
        int extra = 2;
        foreach (byte b in sink.Written[start..])
        {
            extra += b is (byte)'"' or (byte)'\\' ? 1 : 0;
        }

        int from = sink.Position - 1;
        sink.GetSpan(extra);
        sink.Advance(extra);
        var target = sink.WrittenForUpdate;
        int to = target.Length - 1;
        target[to--] = (byte)'"';
        for (; from >= start; from--)
        {
            byte b = target[from];
            target[to--] = b;
            if (b is (byte)'"' or (byte)'\\')
            {
                target[to--] = isArray ? (byte)'\\' : b;
            }
        }

        target[to] = (byte)'"';
    }
}
