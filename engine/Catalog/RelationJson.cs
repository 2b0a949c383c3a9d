using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>A relation's own part of its JSON.</summary>
internal static class RelationJson
{
    public static void Write(Utf8JsonWriter json, CatalogRelation relation)
    {
        json.WriteNumber("kind", (int)relation.Kind);
        Columns(json, relation.Columns);
        PlanNodeJson.Ints(json, "primaryKey", relation.PrimaryKey);
        json.WriteString("primaryKeyName", relation.PrimaryKeyName);
        json.WriteNumber("primaryKeyIndex", relation.PrimaryKeyIndexId);
        json.WriteNumber("primaryKeyConstraint", relation.PrimaryKeyConstraintId);
        Optional(json, "key", relation.Key);
        json.WriteBoolean("appendOnly", relation.AppendOnly);
        json.WriteNumber("onConflict", (int)relation.OnConflict);
        PlanNodeJson.Ints(json, "versionColumns", relation.VersionColumns);
        json.WriteStartArray("watermarks");
        foreach (var watermark in relation.Watermarks)
        {
            json.WriteStartObject();
            json.WriteNumber("column", watermark.Column);
            json.WriteString("expression", watermark.Expression);
            json.WriteBoolean("ttl", watermark.WithTtl);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("query", relation.QueryText);
        Strings(json, "searchPath", relation.QuerySearchPath);
        json.WriteNumber("errorsOf", relation.ErrorsOf);
        json.WriteNumber("onError", (int)relation.OnError);
        if (relation.Connector is { } connector)
        {
            json.WritePropertyName("connector");
            ConnectorJson.Write(json, connector);
        }

        if (relation.View is { } view)
        {
            View(json, view);
        }
    }

    public static void View(Utf8JsonWriter json, MaterializedViewDefinition view)
    {
        json.WriteStartObject("view");
        json.WriteNumber("visible", view.VisibleColumnCount);
        Optional(json, "key", view.Key);
        json.WritePropertyName("plan");
        PlanJson.Write(json, view.Plan);
        json.WriteEndObject();
    }

    public static MaterializedViewDefinition View(JsonElement json, FunctionRegistry functions) => new(
        PlanJson.Read(json.GetProperty("plan"), functions), json.GetProperty("visible").GetInt32(),
        Optional(json.GetProperty("key")));

    public static IReadOnlyList<CatalogColumn> Columns(JsonElement json) =>
        [.. json.GetProperty("columns").EnumerateArray().Select(Column)];

    public static CatalogRelation Read(JsonElement json, FunctionRegistry functions) => new()
    {
        Id = 0,
        Name = "",
        Owner = "",
        SchemaId = 0,
        Kind = (RelationKind)json.GetProperty("kind").GetInt32(),
        Columns = Columns(json),
        PrimaryKey = PlanNodeJson.Ints(json.GetProperty("primaryKey")),
        PrimaryKeyName = json.GetProperty("primaryKeyName").GetString()!,
        PrimaryKeyIndexId = json.GetProperty("primaryKeyIndex").GetInt32(),
        PrimaryKeyConstraintId = json.GetProperty("primaryKeyConstraint").GetInt32(),
        Key = Optional(json.GetProperty("key")),
        AppendOnly = json.GetProperty("appendOnly").GetBoolean(),
        OnConflict = (ConflictBehaviour)json.GetProperty("onConflict").GetInt32(),
        VersionColumns = PlanNodeJson.Ints(json.GetProperty("versionColumns")),
        Watermarks = [.. json.GetProperty("watermarks").EnumerateArray().Select(w => new CatalogWatermark(
            w.GetProperty("column").GetInt32(), w.GetProperty("expression").GetString()!, w.GetProperty("ttl")
                .GetBoolean()))],
        QueryText = json.GetProperty("query").GetString()!,
        QuerySearchPath = [.. json.GetProperty("searchPath").EnumerateArray().Select(p => p.GetString()!)],
        ErrorsOf = json.GetProperty("errorsOf").GetInt32(),
        OnError = (OnError)json.GetProperty("onError").GetInt32(),
        Connector = json.TryGetProperty("connector", out var connector) ? ConnectorJson.Read(connector) : null,
        View = json.TryGetProperty("view", out var view) ? View(view, functions) : null,
    };

    public static void Columns(Utf8JsonWriter json, IReadOnlyList<CatalogColumn> columns)
    {
        json.WriteStartArray("columns");
        foreach (var column in columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WritePropertyName("type");
            TypeJson.Write(json, column.Type);
            json.WriteNumber("flags", (column.NotNull ? 1 : 0) | (column.Hidden ? 2 : 0) | (column.Dropped ? 4 : 0));
            json.WriteString("default", column.DefaultText);
            json.WriteString("generated", column.GeneratedText);
            json.WriteString("comment", column.Comment);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static CatalogColumn Column(JsonElement json)
    {
        int flags = json.GetProperty("flags").GetInt32();
        return new CatalogColumn(json.GetProperty("name").GetString()!, TypeJson.Read(json.GetProperty("type")))
        {
            NotNull = (flags & 1) != 0,
            Hidden = (flags & 2) != 0,
            Dropped = (flags & 4) != 0,
            DefaultText = json.GetProperty("default").GetString(),
            GeneratedText = json.GetProperty("generated").GetString(),
            Comment = json.GetProperty("comment").GetString(),
        };
    }

    private static void Optional(Utf8JsonWriter json, string name, IReadOnlyList<int>? items)
    {
        if (items is null)
        {
            json.WriteNull(name);
        }
        else
        {
            PlanNodeJson.Ints(json, name, items);
        }
    }

    private static int[]? Optional(JsonElement json) => json.ValueKind == JsonValueKind.Null ? null
        : PlanNodeJson.Ints(json);

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }
}
