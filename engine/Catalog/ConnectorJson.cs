using System.Text.Json;

namespace Vectorized.Engine.Catalog;

/// <summary>A connector as JSON.</summary>
internal static class ConnectorJson
{
    public static void Write(Utf8JsonWriter json, CatalogConnector connector)
    {
        json.WriteStartObject();
        Options(json, "options", connector.Options);
        json.WriteString("format", connector.Format);
        json.WriteString("encode", connector.Encode);
        Options(json, "formatOptions", connector.FormatOptions);
        json.WriteString("keyEncode", connector.KeyEncode);
        Options(json, "keyOptions", connector.KeyOptions);
        json.WriteStartArray("includes");
        foreach (var include in connector.Includes)
        {
            json.WriteStartObject();
            json.WriteString("kind", include.Kind);
            json.WriteString("field", include.InnerField);
            json.WriteNumber("column", include.Column);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("sharedSource", connector.SharedSourceId ?? 0);
        json.WriteString("externalTable", connector.ExternalTable);
        json.WriteEndObject();
    }

    public static CatalogConnector Read(JsonElement json) => new()
    {
        Options = Options(json.GetProperty("options")),
        Format = json.GetProperty("format").GetString(),
        Encode = json.GetProperty("encode").GetString(),
        FormatOptions = Options(json.GetProperty("formatOptions")),
        KeyEncode = json.GetProperty("keyEncode").GetString(),
        KeyOptions = Options(json.GetProperty("keyOptions")),
        Includes = [.. json.GetProperty("includes").EnumerateArray().Select(i => new CatalogInclude(
            i.GetProperty("kind").GetString()!, i.GetProperty("field").GetString(), i.GetProperty("column")
                .GetInt32()))],
        SharedSourceId = json.GetProperty("sharedSource").GetInt32() is > 0 and var id ? id : null,
        ExternalTable = json.GetProperty("externalTable").GetString(),
    };

    private static void Options(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> options)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in options.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static Dictionary<string, string> Options(JsonElement json) =>
        json.EnumerateObject().ToDictionary(o => o.Name, o => o.Value.GetString()!, StringComparer.Ordinal);
}
