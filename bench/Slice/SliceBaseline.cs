using System.Text.Json;

namespace Vectorized.Bench.Slice;

/// <summary>
/// The committed ratios of ours to the hand-written loop that later ones are compared with, by query, for each model of processor they
/// were measured on. Taken anew by `bench -- slice --update`, whenever a change makes a query faster, or slower for a reason.
/// </summary>
internal sealed record SliceBaseline
{
    /// <summary>A ratio fails that has fallen by more than this part.</summary>
    internal const double FallMax = 0.2;

    /// <summary>
    /// The same on a processor that no ratios were taken on, compared with the least of all others: caches and vector units differ,
    /// and a loop that is all memory gains otherwise than an engine.
    /// </summary>
    internal const double FallMaxElsewhere = 0.4;

    private static readonly JsonSerializerOptions _format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    /// <summary>By processor (<see cref="MachineFacts.Cpu"/>), then by query.</summary>
    public required SortedDictionary<string, SortedDictionary<string, double>> Ratios { get; init; }

    internal static SliceBaseline Read(string path) => JsonSerializer.Deserialize<SliceBaseline>(File.ReadAllText(path), _format)
        ?? throw new ArgumentException($"{path} holds no baseline");

    internal void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, _format) + "\n");

    internal bool Knows(string cpu) => Ratios.ContainsKey(cpu);

    /// <summary>The ratio that a query is compared with on a processor; null when there is none.</summary>
    internal double? Expected(string cpu, string query)
    {
        var known = Knows(cpu) ? [Ratios[cpu]] : Ratios.Values.AsEnumerable();
        return known.Select(ratios => ratios.TryGetValue(query, out double ratio) ? ratio : default(double?)).Min();
    }

    /// <summary>Whether a query's ratio has fallen by more than it may; one that is not in the baseline has.</summary>
    internal bool HasFallen(string cpu, string query, double ratio) =>
        !(ratio >= Expected(cpu, query) * (1 - (Knows(cpu) ? FallMax : FallMaxElsewhere)));
}
