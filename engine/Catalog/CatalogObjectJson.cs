using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>One catalog object as JSON.</summary>
internal static class CatalogObjectJson
{
    public static void Write(Utf8JsonWriter json, CatalogObject item)
    {
        json.WriteStartObject();
        json.WriteNumber("id", item.Id);
        json.WriteString("name", item.Name);
        json.WriteString("owner", item.Owner);
        PlanNodeJson.Ints(json, "dependsOn", item.DependsOn);
        json.WriteString("definition", item.Definition);
        json.WriteString("comment", item.Comment);
        if (item is SchemaObject member)
        {
            json.WriteNumber("schema", member.SchemaId);
            Suspended(json, member);
        }

        switch (item)
        {
            case CatalogSchema:
                json.WriteString("object", "schema");
                break;
            case CatalogRelation relation:
                json.WriteString("object", "relation");
                RelationJson.Write(json, relation);
                break;
            case CatalogSink sink:
                json.WriteString("object", "sink");
                SinkJson.Write(json, sink);
                break;
            case CatalogIndex index:
                json.WriteString("object", "index");
                json.WriteNumber("relation", index.RelationId);
                PlanNodeJson.Ints(json, "columns", index.Columns);
                PlanNodeJson.Ints(
                    json, "directions", [
                        .. index.Directions.Select(d => (d.Descending ? 1 : 0) | (d.NullsFirst ? 2 : 0))]);
                PlanNodeJson.Ints(json, "include", index.Include);
                break;
            case CatalogFunction function:
                json.WriteString("object", "function");
                Function(json, function);
                break;
            default:
                throw new SqlException(SqlState.InternalError, $"{item.GetType().Name} cannot be stored");
        }

        json.WriteEndObject();
    }

    public static CatalogObject Read(JsonElement json, FunctionRegistry functions)
    {
        int id = json.GetProperty("id").GetInt32();
        string name = json.GetProperty("name").GetString()!;
        string owner = json.GetProperty("owner").GetString()!;
        int schema = json.TryGetProperty("schema", out var s) ? s.GetInt32() : 0;
        CatalogObject read = json.GetProperty("object").GetString() switch
        {
            "schema" => new CatalogSchema { Id = id, Name = name, Owner = owner },
            "relation" => RelationJson.Read(
                json, functions) with
            { Id = id, Name = name, Owner = owner, SchemaId = schema },
            "sink" => SinkJson.Read(json, functions) with { Id = id, Name = name, Owner = owner, SchemaId = schema },
            "index" => new CatalogIndex
            {
                Id = id,
                Name = name,
                Owner = owner,
                SchemaId = schema,
                RelationId = json.GetProperty("relation")
                    .GetInt32(),
                Columns = PlanNodeJson.Ints(json.GetProperty("columns")),
                Directions = [.. PlanNodeJson.Ints(json.GetProperty("directions"))
                    .Select(d => ((d & 1) != 0, (d & 2) != 0))],
                Include = PlanNodeJson.Ints(json.GetProperty("include")),
            },
            "function" => new CatalogFunction
            {
                Id = id,
                Name = name,
                Owner = owner,
                SchemaId = schema,
                ParameterNames = [.. json.GetProperty("parameters").EnumerateArray().Select(p => p.GetString())],
                ParameterTypes = [.. json.GetProperty("types").EnumerateArray().Select(TypeJson.Read)],
                Returns = TypeJson.Read(json.GetProperty("returns")),
                Body = json.GetProperty("body").GetString()!,
            },
            var kind => throw new SqlException(SqlState.DataCorrupted, $"stored catalog object {kind} is unknown"),
        };
        if (read is SchemaObject member)
        {
            read = member with { Suspended = Suspended(json), Resumes = json.TryGetProperty("resumes", out var n) ? n.GetInt32() : 0 };
        }

        return read with
        {
            DependsOn = PlanNodeJson.Ints(json.GetProperty("dependsOn")),
            Definition = json.GetProperty("definition").GetString()!,
            Comment = json.GetProperty("comment").GetString(),
        };
    }

    private static void Suspended(Utf8JsonWriter json, SchemaObject item)
    {
        if (item.Resumes > 0)
        {
            json.WriteNumber("resumes", item.Resumes);
        }

        if (item.Suspended is { } suspension)
        {
            json.WriteStartObject("suspended");
            json.WriteNumber("root", suspension.RootId);
            json.WriteString("reason", suspension.Reason);
            json.WriteBoolean("empty", suspension.IsEmpty);
            json.WriteEndObject();
        }
    }

    private static Suspension? Suspended(JsonElement json) => !json.TryGetProperty("suspended", out var suspended) ? null : new(
        suspended.GetProperty("root").GetInt32(), suspended.GetProperty("reason").GetString()!,
        suspended.GetProperty("empty").GetBoolean());

    private static void Function(Utf8JsonWriter json, CatalogFunction function)
    {
        json.WriteStartArray("parameters");
        foreach (string? name in function.ParameterNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("types");
        foreach (var type in function.ParameterTypes)
        {
            TypeJson.Write(json, type);
        }

        json.WriteEndArray();
        json.WritePropertyName("returns");
        TypeJson.Write(json, function.Returns);
        json.WriteString("body", function.Body);
    }
}
