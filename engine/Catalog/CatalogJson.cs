using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// A catalog snapshot as JSON, with the plans of its views: what a manifest keeps; or what has changed since another snapshot:
/// what a tick's record keeps. Built-in schemas are left out. Reading what was written gives an equal snapshot.
/// </summary>
public static class CatalogJson
{
    /// <param name="catalog">What is written.</param>
    /// <param name="since">Only objects that this one lacks or has otherwise are written, and the ids of those now gone.</param>
    public static byte[] Write(CatalogSnapshot catalog, CatalogSnapshot? since = null)
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
            json.WriteStartObject("system");
            foreach (var (name, value) in catalog.SystemSettings.OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteStartArray("objects");
            foreach (var item in catalog.Objects.Values.Where(o => o.Id >= CatalogSnapshot.FirstUserId)
                .Where(o => since is null || !ReferenceEquals(since.Find(o.Id), o)).OrderBy(o => o.Id))
            {
                CatalogObjectJson.Write(json, item);
            }

            json.WriteEndArray();
            if (since is not null)
            {
                PlanNodeJson.Ints(json, "gone", [.. since.Objects.Keys.Where(id => catalog.Find(id) is null).Order()]);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <param name="text">What <see cref="Write"/> gave.</param>
    /// <param name="functions">What the plans' calls are resolved with.</param>
    /// <param name="since">The snapshot that changes were written against.</param>
    public static CatalogSnapshot Read(ReadOnlyMemory<byte> text, FunctionRegistry functions, CatalogSnapshot? since = null)
    {
        using var document = JsonDocument.Parse(text);
        var json = document.RootElement;
        since ??= CatalogSnapshot.Empty;
        var objects = since.Objects.ToBuilder();
        var names = since.Names.ToBuilder();
        var schemas = since.SchemaNames.ToBuilder();
        if (json.TryGetProperty("gone", out var gone))
        {
            foreach (int id in PlanNodeJson.Ints(gone))
            {
                Forget(id);
            }
        }

        foreach (var item in json.GetProperty("objects").EnumerateArray())
        {
            var read = CatalogObjectJson.Read(item, functions);
            Forget(read.Id);
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
            SystemSettings = json.GetProperty("system").EnumerateObject()
                .ToImmutableDictionary(s => s.Name, s => s.Value.GetString()!, StringComparer.Ordinal),
        };

        void Forget(int id)
        {
            if (!objects.Remove(id, out var old))
            {
                return;
            }

            if (old is CatalogSchema)
            {
                schemas.Remove(old.Name);
            }
            else
            {
                names.Remove((((SchemaObject)old).SchemaId, old.Name));
            }
        }
    }
}
