using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// A catalog snapshot as JSON, with the plans of its views: what a manifest keeps. Built-in schemas are left out.
/// Reading what was written gives an equal snapshot.
/// </summary>
public static class CatalogJson
{
    public static byte[] Write(CatalogSnapshot catalog)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("database", catalog.DatabaseName);
            json.WriteNumber("nextId", catalog.NextId);
            json.WriteNumber("version", catalog.Version);
            json.WriteStartObject("roles");
            foreach (var (name, id) in catalog.Roles.OrderBy(r => r.Value))
            {
                json.WriteNumber(name, id);
            }

            json.WriteEndObject();
            json.WriteStartArray("objects");
            foreach (var item in catalog.Objects.Values.Where(o => o.Id >= CatalogSnapshot.FirstUserId)
                .OrderBy(o => o.Id))
            {
                CatalogObjectJson.Write(json, item);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static CatalogSnapshot Read(ReadOnlyMemory<byte> text, FunctionRegistry functions)
    {
        using var document = JsonDocument.Parse(text);
        var json = document.RootElement;
        var empty = CatalogSnapshot.Empty;
        var objects = empty.Objects.ToBuilder();
        var names = empty.Names.ToBuilder();
        var schemas = empty.SchemaNames.ToBuilder();
        foreach (var item in json.GetProperty("objects").EnumerateArray())
        {
            var read = CatalogObjectJson.Read(item, functions);
            objects.Add(read.Id, read);
            if (read is CatalogSchema)
            {
                schemas.Add(read.Name, read.Id);
            }
            else
            {
                names.Add((((SchemaObject)read).SchemaId, read.Name), read.Id);
            }
        }

        var roles = json.GetProperty("roles").EnumerateObject()
            .ToImmutableDictionary(r => r.Name, r => r.Value.GetInt32(), StringComparer.Ordinal);
        return new CatalogSnapshot(
            objects.ToImmutable(), names.ToImmutable(), schemas.ToImmutable(), roles, json.GetProperty("nextId")
                .GetInt32(),
            json.GetProperty("version").GetInt64())
        {
            DatabaseName = json.GetProperty("database").GetString()!,
        };
    }
}
