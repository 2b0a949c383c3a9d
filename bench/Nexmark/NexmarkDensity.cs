namespace Vectorized.Bench.Nexmark;

/// <summary>
/// How dense events stand in event time, which changes the work: 0.1 us apart as in Flink's suite (everything falls into a window
/// or two), 10 ms apart as in Feldera's (a window of 10 s holds a thousand).
/// </summary>
internal sealed record NexmarkDensity(string Name, long GapNanos)
{
    internal static IReadOnlyList<NexmarkDensity> All { get; } = [new("0.1us", 100), new("10ms", 10_000_000)];

    /// <summary>Those that --density names; all without it.</summary>
    internal static IEnumerable<NexmarkDensity> Chosen(BenchArguments arguments)
    {
        var chosen = arguments.List("--density", [.. All.Select(d => d.Name)]);
        return All.Where(d => chosen.Contains(d.Name));
    }
}
