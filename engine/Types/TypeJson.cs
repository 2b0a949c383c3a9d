using System.Text.Json;

namespace Vectorized.Engine.Types;

/// <summary>
/// Types and single values as JSON, for stored plans and catalogs. A plain type is its number; others are objects: id,
/// precision p and scale s, element e, key k, fields f. A value is null, a number as text, or base64 bytes.
/// </summary>
public static class TypeJson
{
    public static void Write(Utf8JsonWriter json, SqlType type)
    {
        if (type.Precision == 0 && type.Element is null && type.Fields is null)
        {
            json.WriteNumberValue((int)type.Id);
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("id", (int)type.Id);
        if (type.Precision != 0)
        {
            json.WriteNumber("p", type.Precision);
            json.WriteNumber("s", type.Scale);
        }

        if (type.Element is { } element)
        {
            json.WritePropertyName("e");
            Write(json, element);
        }

        if (type.Key is { } key)
        {
            json.WritePropertyName("k");
            Write(json, key);
        }

        if (type.Fields is { } fields)
        {
            json.WriteStartArray("f");
            foreach (var (name, fieldType) in fields.Items)
            {
                json.WriteStringValue(name);
                Write(json, fieldType);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static SqlType Read(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Number)
        {
            return Plain((TypeId)json.GetInt32());
        }

        var id = (TypeId)json.GetProperty("id").GetInt32();
        return id switch
        {
            TypeId.Numeric => SqlType.NumericOf(json.GetProperty("p").GetInt32(), json.GetProperty("s").GetInt32()),
            TypeId.Varchar => SqlType.VarcharOf(json.GetProperty("p").GetInt32()),
            TypeId.List => SqlType.ListOf(Read(json.GetProperty("e"))),
            TypeId.Map => SqlType.MapOf(Read(json.GetProperty("k")), Read(json.GetProperty("e"))),
            TypeId.Struct => SqlType.StructOf(new StructFields(Fields(json.GetProperty("f")))),
            _ => throw Unknown(id),
        };
    }

    public static void WriteValue(Utf8JsonWriter json, Datum value)
    {
        if (value.IsNull)
        {
            json.WriteNullValue();
        }
        else if (value.Bytes is { } bytes)
        {
            json.WriteBase64StringValue(bytes);
        }
        else
        {
            json.WriteStringValue(value.Raw.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public static Datum ReadValue(JsonElement json, SqlType type) => json.ValueKind == JsonValueKind.Null ? Datum.Null(type)
        : type.Layout == Layout.View ? Datum.OfBytes(type, json.GetBytesFromBase64())
        : Datum.OfRaw(type, Int128.Parse(json.GetString()!, System.Globalization.CultureInfo.InvariantCulture));

    private static SqlType Plain(TypeId id) => id switch
    {
        TypeId.Unknown => SqlType.Unknown,
        TypeId.Boolean => SqlType.Boolean,
        TypeId.Int16 => SqlType.Int16,
        TypeId.Int32 => SqlType.Int32,
        TypeId.Int64 => SqlType.Int64,
        TypeId.Float32 => SqlType.Float32,
        TypeId.Float64 => SqlType.Float64,
        TypeId.Numeric => SqlType.Numeric,
        TypeId.Varchar => SqlType.Varchar,
        TypeId.Bytea => SqlType.Bytea,
        TypeId.Date => SqlType.Date,
        TypeId.Time => SqlType.Time,
        TypeId.Timestamp => SqlType.Timestamp,
        TypeId.TimestampTz => SqlType.TimestampTz,
        TypeId.Interval => SqlType.Interval,
        TypeId.Uuid => SqlType.Uuid,
        TypeId.Oid => SqlType.Oid,
        TypeId.Name => SqlType.Name,
        TypeId.InternalChar => SqlType.InternalChar,
        TypeId.RegClass => SqlType.RegClass,
        TypeId.RegType => SqlType.RegType,
        TypeId.RegProc => SqlType.RegProc,
        TypeId.RegNamespace => SqlType.RegNamespace,
        TypeId.Jsonb => SqlType.Jsonb,
        TypeId.Void => SqlType.Void,
        _ => throw Unknown(id),
    };

    private static List<(string, SqlType)> Fields(JsonElement json)
    {
        var items = json.EnumerateArray().ToList();
        var fields = new List<(string, SqlType)>();
        for (int i = 0; i + 1 < items.Count; i += 2)
        {
            fields.Add((items[i].GetString()!, Read(items[i + 1])));
        }

        return fields;
    }

    private static SqlException Unknown(TypeId id) => new(SqlState.DataCorrupted, $"stored type {(int)id} is unknown");
}
