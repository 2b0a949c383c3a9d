using System.Text.Json;
using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Planning;

/// <summary>What turns a watermark of one column into that of a column computed from it.</summary>
public enum WatermarkStepKind : byte
{
    /// <summary>value + A.</summary>
    Add = 0,

    /// <summary>The start of the window of size A, shifted by B, that holds the value.</summary>
    Floor = 1,

    /// <summary>value / A, rounded down: microseconds to days.</summary>
    Divide = 2,

    /// <summary>value * A: days to microseconds.</summary>
    Multiply = 3,
}

/// <summary>One monotone step. Plain data; the numbers are durable.</summary>
public readonly record struct WatermarkStep(WatermarkStepKind Kind, long A, long B = 0)
{
    internal long Apply(long value) => Kind switch
    {
        WatermarkStepKind.Add => A >= 0 ? value > long.MaxValue - A ? long.MaxValue : value + A
            : value < long.MinValue + 1 - A ? long.MinValue + 1 : value + A,
        WatermarkStepKind.Floor => value < long.MinValue + A ? value : WindowMath.Start(value, A, B),
        WatermarkStepKind.Divide => (long)Math.Floor((decimal)value / A),
        _ => (long)Math.Clamp((decimal)value * A, long.MinValue + 1, long.MaxValue),
    };
}

/// <summary>
/// A column's watermark, in part: that of an input relation (a source, or an append-only table with WATERMARK FOR), moved by
/// steps. A column's watermark is the least of its terms: no later change of the stream, retractions included, has a value
/// below it in that column. Since a tick passes the whole dataflow, the watermarks of the inputs after the tick's rows say
/// all others; none travels along the operators. Values are days for dates, microseconds for timestamps, else the number.
/// </summary>
public sealed record WatermarkTerm(int RelationId, IReadOnlyList<WatermarkStep> Steps)
{
    internal WatermarkTerm Then(WatermarkStep step) => new(RelationId, [.. Steps, step]);

    /// <summary>A watermark as JSON: terms of a relation and its steps' numbers.</summary>
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<WatermarkTerm> terms)
    {
        json.WriteStartArray();
        foreach (var term in terms)
        {
            json.WriteStartArray();
            json.WriteNumberValue(term.RelationId);
            foreach (var step in term.Steps)
            {
                json.WriteNumberValue((int)step.Kind);
                json.WriteNumberValue(step.A);
                json.WriteNumberValue(step.B);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    internal static IReadOnlyList<WatermarkTerm> Read(JsonElement json) => [.. json.EnumerateArray().Select(ReadTerm)];

    private static WatermarkTerm ReadTerm(JsonElement json)
    {
        long[] numbers = [.. json.EnumerateArray().Select(n => n.GetInt64())];
        return new WatermarkTerm(
            (int)numbers[0],
            [.. numbers.Skip(1).Chunk(3).Select(s => new WatermarkStep((WatermarkStepKind)s[0], s[1], s[2]))]);
    }
}

/// <summary>A column with a watermark: rows whose value is below it are final.</summary>
/// <param name="Column">An integer, date or timestamp column.</param>
/// <param name="Watermark">Its watermark: the least of the terms.</param>
public sealed record WindowClosing(int Column, IReadOnlyList<WatermarkTerm> Watermark)
{
    internal static void Write(Utf8JsonWriter json, string name, WindowClosing? closing)
    {
        json.WritePropertyName(name);
        if (closing is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("column", closing.Column);
        json.WritePropertyName("watermark");
        WatermarkTerm.Write(json, closing.Watermark);
        json.WriteEndObject();
    }

    internal static WindowClosing? Read(JsonElement json, string name) =>
        json.TryGetProperty(name, out var e) && e.ValueKind == JsonValueKind.Object
            ? new WindowClosing(e.GetProperty("column").GetInt32(), WatermarkTerm.Read(e.GetProperty("watermark")))
            : null;
}
