using System.Buffers;
using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Plans as JSON: a list of nodes, each naming its inputs by their place before it, so shared sub-plans stay shared. The
/// last node is the root. Reading gives an equal plan; the format only grows.
/// </summary>
public static class PlanJson
{
    public static byte[] Write(PlanNode root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, root);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter json, PlanNode root)
    {
        var nodes = PlanWalk.Nodes(root);
        var places = new Dictionary<PlanNode, int>(ReferenceEqualityComparer.Instance);
        json.WriteStartArray();
        foreach (var node in nodes)
        {
            json.WriteStartObject();
            PlanNodeJson.Write(json, node);
            Common(json, node, places);
            json.WriteEndObject();
            places.Add(node, places.Count);
        }

        json.WriteEndArray();
    }

    public static PlanNode Read(ReadOnlyMemory<byte> text, FunctionRegistry functions)
    {
        using var document = JsonDocument.Parse(text);
        return Read(document.RootElement, functions);
    }

    public static PlanNode Read(JsonElement json, FunctionRegistry functions)
    {
        var nodes = new List<PlanNode>();
        foreach (var item in json.EnumerateArray())
        {
            var inputs = item.GetProperty("inputs").EnumerateArray().Select(i => nodes[i.GetInt32()]).ToArray();
            var key = item.GetProperty("key");
            nodes.Add(PlanNodeJson.Read(item, inputs, functions) with
            {
                Columns = [.. item.GetProperty("columns").EnumerateArray().Chunk(2)
                    .Select(c => new PlanColumn(c[0].GetString()!, TypeJson.Read(c[1])))],
                Properties = new StreamProperties(
                    (StreamKind)item.GetProperty("kind").GetInt32(),
                    key.ValueKind == JsonValueKind.Null ? null : PlanNodeJson.Ints(key),
                    item.GetProperty("closed").GetBoolean()),
                RowEstimate = item.GetProperty("rows").GetDouble(),
                StateRevision = item.TryGetProperty("revision", out var revision) ? revision.GetInt32() : 0,
            });
        }

        return nodes.Count > 0 ? nodes[^1] : throw new SqlException(SqlState.DataCorrupted, "a stored plan is empty");
    }

    private static void Common(Utf8JsonWriter json, PlanNode node, Dictionary<PlanNode, int> places)
    {
        PlanNodeJson.Ints(json, "inputs", [.. node.Inputs.Select(i => places[i])]);
        json.WriteStartArray("columns");
        foreach (var column in node.Columns)
        {
            json.WriteStringValue(column.Name);
            TypeJson.Write(json, column.Type);
        }

        json.WriteEndArray();
        json.WriteNumber("kind", (int)node.Properties.Kind);
        if (node.Properties.Key is { } key)
        {
            PlanNodeJson.Ints(json, "key", key);
        }
        else
        {
            json.WriteNull("key");
        }

        json.WriteBoolean("closed", node.Properties.Closed);
        json.WriteNumber("rows", node.RowEstimate);
        json.WriteNumber("revision", node.StateRevision);
    }
}
