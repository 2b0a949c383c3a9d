using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>Aggregates and orders of stored plans.</summary>
internal static class AggregateJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<AggregateCall> calls)
    {
        json.WriteStartArray("aggregates");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteNumber("kind", (int)call.Kind);
            PlanNodeJson.Ints(json, "columns", [call.Argument, call.Argument2, call.Filter]);
            json.WriteBoolean("distinct", call.Distinct);
            json.WritePropertyName("argument");
            TypeJson.Write(json, call.ArgumentType);
            json.WritePropertyName("result");
            TypeJson.Write(json, call.ResultType);
            Order(json, "order", call.OrderBy ?? []);
            Fractions(json, call.Fractions);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static AggregateCall[] Read(JsonElement json) => [.. json.EnumerateArray().Select(call =>
    {
        int[] columns = PlanNodeJson.Ints(call.GetProperty("columns"));
        var order = Order(call.GetProperty("order"));
        return new AggregateCall(
            (AggregateKind)call.GetProperty("kind").GetInt32(), columns[0], TypeJson.Read(call.GetProperty("argument")),
            TypeJson.Read(call.GetProperty("result")), call.GetProperty("distinct").GetBoolean(), columns[2],
            columns[1],
            order.Length == 0 ? null : order, Fractions(call));
    })];

    private static void Fractions(Utf8JsonWriter json, IReadOnlyList<double?>? fractions)
    {
        if (fractions is null)
        {
            return;
        }

        json.WriteStartArray("fractions");
        foreach (double? fraction in fractions)
        {
            if (fraction is { } value)
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    private static double?[]? Fractions(JsonElement call) => !call.TryGetProperty("fractions", out var list) ? null
        : [.. list.EnumerateArray().Select(f => f.ValueKind == JsonValueKind.Null ? (double?)null : f.GetDouble())];

    /// <summary>Three numbers a key: column, descending, NULLs first.</summary>
    public static void Order(Utf8JsonWriter json, string name, IReadOnlyList<SortKey> keys) => PlanNodeJson.Ints(
        json, name, [.. keys.SelectMany(k => (int[])[k.Column, k.Descending ? 1 : 0, k.NullsFirst ? 1 : 0])]);

    public static SortKey[] Order(JsonElement json) =>
        [.. PlanNodeJson.Ints(json).Chunk(3).Select(k => new SortKey(k[0], k[1] != 0, k[2] != 0))];
}
