using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Catalog;

/// <summary>A sink's own part of its JSON.</summary>
internal static class SinkJson
{
    public static void Write(Utf8JsonWriter json, CatalogSink sink)
    {
        RelationJson.Columns(json, sink.Columns);
        RelationJson.View(json, sink.View);
        json.WriteNumber("into", sink.IntoId);
        PlanNodeJson.Ints(json, "intoColumns", sink.IntoColumns);
        json.WriteBoolean("appendOnly", sink.AppendOnly);
        json.WriteBoolean("snapshot", sink.WithSnapshot);
        json.WriteNumber("onError", (int)sink.OnError);
        json.WritePropertyName("connector");
        ConnectorJson.Write(json, sink.Connector);
    }

    public static CatalogSink Read(JsonElement json, FunctionRegistry functions) => new()
    {
        Id = 0,
        Name = "",
        Owner = "",
        SchemaId = 0,
        Columns = RelationJson.Columns(json),
        View = RelationJson.View(json.GetProperty("view"), functions),
        IntoId = json.GetProperty("into").GetInt32(),
        IntoColumns = PlanNodeJson.Ints(json.GetProperty("intoColumns")),
        AppendOnly = json.GetProperty("appendOnly").GetBoolean(),
        WithSnapshot = json.GetProperty("snapshot").GetBoolean(),
        OnError = (OnError)json.GetProperty("onError").GetInt32(),
        Connector = ConnectorJson.Read(json.GetProperty("connector")),
    };
}
