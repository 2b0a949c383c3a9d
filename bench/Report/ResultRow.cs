using System.Text.Json;

namespace Vectorized.Bench.Report;

/// <summary>A line of a suite's table, by column name. A column that is missing or was not measured is null.</summary>
internal sealed class ResultRow(IReadOnlyDictionary<string, JsonElement> cells)
{
    internal IEnumerable<string> Columns => cells.Keys;

    internal double? Number(string column) =>
        cells.TryGetValue(column, out var cell) && cell.ValueKind == JsonValueKind.Number ? cell.GetDouble() : null;

    /// <summary>Numbers as they stand in the file.</summary>
    internal string? Text(string column) =>
        cells.TryGetValue(column, out var cell) && cell.ValueKind != JsonValueKind.Null ? cell.ToString() : null;
}
