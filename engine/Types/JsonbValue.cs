using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Types;

/// <summary>
/// Values of every type as jsonb, by RisingWave's rules: numbers by value (unbounded numerics as floats, NaN and infinities
/// as strings), times in ISO 8601 with T, bytes as their text, lists as arrays, rows and maps as objects in the order of
/// their keys, everything else as its text.
/// </summary>
public static class JsonbValue
{
    /// <summary>Appends a row of a column; NULL is null.</summary>
    public static void Append(in Vector vector, int row, TextOptions options, ref TextSink sink)
    {
        if (!vector.IsValid(row))
        {
            sink.Write("null"u8);
            return;
        }

        switch (vector.Type.Layout)
        {
            case Layout.Bit: AppendFixed(vector.Type, vector.Bit(row) ? 1 : 0, options, ref sink); break;
            case Layout.Fixed2: AppendFixed(vector.Type, vector.Value<short>(row), options, ref sink); break;
            case Layout.Fixed4: AppendFixed(vector.Type, vector.Value<int>(row), options, ref sink); break;
            case Layout.Fixed8: AppendFixed(vector.Type, vector.Value<long>(row), options, ref sink); break;
            case Layout.Fixed16: AppendFixed(vector.Type, vector.Value<Int128>(row), options, ref sink); break;
            default: AppendView(vector.Type, vector.Bytes(row), options, ref sink); break;
        }
    }

    /// <summary>A fixed-width value by its bit pattern.</summary>
    public static void AppendFixed(SqlType type, Int128 raw, TextOptions options, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.Boolean:
                sink.Write(raw != 0 ? "true"u8 : "false"u8);
                break;
            case TypeId.Int16 or TypeId.Int32 or TypeId.Int64:
                IntegerText.Append((long)raw, ref sink);
                break;
            case TypeId.Float32:
                AppendFloat(type, raw, BitConverter.Int32BitsToSingle((int)raw), options, ref sink);
                break;
            case TypeId.Float64:
                AppendFloat(type, raw, BitConverter.Int64BitsToDouble((long)raw), options, ref sink);
                break;
            case TypeId.Numeric:
                double value = type.NumericForm == NumericForm.Free
                    ? NumericForms.ToFloat64(FreeNumeric.FromBits(raw)) : NumericForms.ToFloat64(raw, type.Scale);
                AppendFloat(type, raw, value, options, ref sink);
                break;
            case TypeId.Timestamp or TypeId.TimestampTz:
                AppendTime(type, raw, options, ref sink);
                break;
            default:
                sink.WriteByte((byte)'"');
                TextFormat.AppendFixed(type, raw, options, ref sink);
                sink.WriteByte((byte)'"');
                break;
        }
    }

    /// <summary>A value of view layout by its bytes.</summary>
    public static void AppendView(SqlType type, scoped ReadOnlySpan<byte> bytes, TextOptions options, ref TextSink sink)
    {
        switch (type.Id)
        {
            case TypeId.Jsonb: sink.Write(bytes); break;
            case TypeId.List: AppendList(new PackedList(type.Element!, bytes), options, ref sink); break;
            case TypeId.Struct: AppendStruct(new PackedStruct(type.Fields!, bytes), options, ref sink); break;
            case TypeId.Map: AppendMap(type, bytes, options, ref sink); break;
            case TypeId.Bytea:
                var text = new TextSink(64);
                TextFormat.AppendView(type, bytes, options, ref text);
                JsonbText.AppendQuoted(text.Written, ref sink);
                text.Dispose();
                break;
            default: JsonbText.AppendQuoted(bytes, ref sink); break;
        }
    }

    /// <summary>Appends an object of members given back to back as `"key": value` with commas, in the order of the keys.</summary>
    public static void AppendSorted(scoped ReadOnlySpan<byte> members, ref TextSink sink)
    {
        scoped var sorted = new TextSink(members.Length);
        if (JsonbText.TryNormalize(members, ref sorted) != ValueStatus.Ok)
        {
            throw new SqlException(SqlState.InternalError, "a value became no JSON");
        }

        sink.Write(sorted.Written);
        sorted.Dispose();
    }

    private static void AppendFloat(SqlType type, Int128 raw, double value, TextOptions options, ref TextSink sink)
    {
        if (!double.IsFinite(value))
        {
            sink.WriteByte((byte)'"');
            TextFormat.AppendFixed(type, raw, options, ref sink);
            sink.WriteByte((byte)'"');
        }
        else
        {
            FloatText.AppendJson(type.Id == TypeId.Float32 ? Shortest((float)value) : value, ref sink);
        }
    }

    /// <summary>The double whose shortest text is that of the single.</summary>
    private static double Shortest(float value)
    {
        Span<char> text = stackalloc char[32];
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        return value.TryFormat(text, out int length, "R", invariant)
            ? double.Parse(text[..length], System.Globalization.NumberStyles.Float, invariant) : value;
    }

    /// <summary>A timestamp's text with T between date and time.</summary>
    private static void AppendTime(SqlType type, Int128 raw, TextOptions options, ref TextSink sink)
    {
        sink.WriteByte((byte)'"');
        int start = sink.Position;
        TextFormat.AppendFixed(type, raw, options, ref sink);
        int space = sink.Written[start..].IndexOf((byte)' ');
        if (space >= 0)
        {
            sink.WrittenForUpdate[start + space] = (byte)'T';
        }

        sink.WriteByte((byte)'"');
    }

    private static void AppendList(scoped PackedList list, TextOptions options, ref TextSink sink)
    {
        sink.WriteByte((byte)'[');
        for (int i = 0; i < list.Count; i++)
        {
            sink.Write(i > 0 ? ", "u8 : default);
            bool isNull = list.IsNull(i);
            AppendMember(
                list.Element, isNull, isNull ? 0 : list.Raw(i), isNull ? default : list.Bytes(i), options, ref sink);
        }

        sink.WriteByte((byte)']');
    }

    private static void AppendStruct(scoped PackedStruct row, TextOptions options, ref TextSink sink)
    {
        var members = new TextSink(256);
        members.WriteByte((byte)'{');
        for (int i = 0; i < row.Fields.Items.Count; i++)
        {
            var (name, type) = row.Fields.Items[i];
            members.Write(i > 0 ? ", "u8 : default);
            AppendName(name, ref members);
            members.Write(": "u8);
            bool isNull = row.IsNull(i);
            AppendMember(type, isNull, isNull ? 0 : row.Raw(i), isNull ? default : row.Bytes(i), options, ref members);
        }

        members.WriteByte((byte)'}');
        AppendSorted(members.Written, ref sink);
        members.Dispose();
    }

    private static void AppendName(string name, ref TextSink sink)
    {
        Span<byte> bytes = stackalloc byte[256];
        JsonbText.AppendQuoted(
            System.Text.Encoding.UTF8.TryGetBytes(name, bytes, out int length) ? bytes[..length]
                : System.Text.Encoding.UTF8.GetBytes(name), ref sink);
    }

    private static void AppendMap(SqlType type, scoped ReadOnlySpan<byte> packed, TextOptions options, ref TextSink sink)
    {
        var entries = PackedMap.Entries(type, packed);
        var fields = PackedMap.EntryType(type).Fields!;
        var members = new TextSink(256);
        var key = new TextSink(64);
        members.WriteByte((byte)'{');
        for (int i = 0; i < entries.Count; i++)
        {
            var entry = new PackedStruct(fields, entries.Bytes(i));
            members.Write(i > 0 ? ", "u8 : default);
            key.Clear();
            if (type.Key!.Layout == Layout.View)
            {
                TextFormat.AppendView(type.Key, entry.Bytes(0), options, ref key);
            }
            else
            {
                TextFormat.AppendFixed(type.Key, entry.Raw(0), options, ref key);
            }

            JsonbText.AppendQuoted(key.Written, ref members);
            members.Write(": "u8);
            bool isNull = entry.IsNull(1);
            AppendMember(type.Element!, isNull, isNull ? 0 : entry.Raw(1), isNull ? default : entry.Bytes(1), options, ref members);
        }

        members.WriteByte((byte)'}');
        AppendSorted(members.Written, ref sink);
        members.Dispose();
        key.Dispose();
    }

    private static void AppendMember(
        SqlType type, bool isNull, Int128 raw, scoped ReadOnlySpan<byte> bytes, TextOptions options, ref TextSink sink)
    {
        if (isNull)
        {
            sink.Write("null"u8);
        }
        else if (type.Layout == Layout.View)
        {
            AppendView(type, bytes, options, ref sink);
        }
        else
        {
            AppendFixed(type, raw, options, ref sink);
        }
    }
}
