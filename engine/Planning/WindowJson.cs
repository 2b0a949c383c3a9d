using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>Window calls of stored plans.</summary>
internal static class WindowJson
{
    public static void Write(Utf8JsonWriter json, WindowNode node)
    {
        if (node.Limit is { } limit)
        {
            json.WriteNumber("limitCall", limit.Call);
            json.WriteNumber("limit", limit.Last);
        }

        if (node.IsRising)
        {
            json.WriteBoolean("rising", true);
        }

        json.WriteStartArray("calls");
        foreach (var call in node.Calls)
        {
            json.WriteStartObject();
            json.WriteNumber("kind", (int)call.Kind);
            json.WriteNumber("aggregate", (int)call.Aggregate);
            PlanNodeJson.Ints(json, "columns", [call.Argument, call.Argument2, call.Default, call.Filter]);
            json.WritePropertyName("argument");
            TypeJson.Write(json, call.ArgumentType);
            json.WritePropertyName("result");
            TypeJson.Write(json, call.ResultType);
            if (call.Count is { } count)
            {
                json.WriteNumber("count", count);
            }

            json.WriteBoolean("ignoreNulls", call.IgnoreNulls);
            var frame = call.Frame;
            PlanNodeJson.Ints(json, "frame", [(int)frame.Exclusion, frame.OrderColumn]);
            Bound(json, "start", frame.Start);
            Bound(json, "end", frame.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static WindowCall[] Read(JsonElement json) => [.. json.EnumerateArray().Select(call =>
    {
        int[] columns = PlanNodeJson.Ints(call.GetProperty("columns"));
        int[] frame = PlanNodeJson.Ints(call.GetProperty("frame"));
        return new WindowCall(
            (WindowFunctionKind)call.GetProperty("kind").GetInt32(), TypeJson.Read(call.GetProperty("result")),
            new WindowFrame(
                Bound(call.GetProperty("start")), Bound(call.GetProperty("end")), (FrameExclusion)frame[0], frame[1]))
        {
            Aggregate = (AggregateKind)call.GetProperty("aggregate").GetInt32(),
            Argument = columns[0],
            Argument2 = columns[1],
            Default = columns[2],
            Filter = columns[3],
            ArgumentType = TypeJson.Read(call.GetProperty("argument")),
            Count = call.TryGetProperty("count", out var count) ? count.GetInt64() : null,
            IgnoreNulls = call.GetProperty("ignoreNulls").GetBoolean(),
        };
    })];

    public static RankLimit? ReadLimit(JsonElement json) => json.TryGetProperty("limit", out var last)
        ? new RankLimit(json.GetProperty("limitCall").GetInt32(), last.GetInt64()) : null;

    private static void Bound(Utf8JsonWriter json, string name, FrameBound bound)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue((int)bound.Unit);
        json.WriteNumberValue(bound.Distance);
        json.WriteNumberValue(bound.Column);
        json.WriteEndArray();
    }

    private static FrameBound Bound(JsonElement json) =>
        new((FrameBoundUnit)json[0].GetInt32(), json[1].GetInt64(), json[2].GetInt32());
}
