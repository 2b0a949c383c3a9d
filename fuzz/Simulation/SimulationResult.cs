namespace Vectorized.Fuzz.Simulation;

/// <summary>What a seed came to.</summary>
/// <param name="Failure">The promise that was broken, or null.</param>
internal sealed record SimulationResult(
    ulong Seed, ulong Hash, long Steps, int Lives, int Kills, int KillsInRecovery, IReadOnlyList<string> Causes,
    IReadOnlyList<string> InDoubt, string? Failure, EventTrace Trace)
{
    internal static SimulationResult Of(ulong seed, SimulationMutant? mutant = null, TextWriter? live = null)
    {
        var run = new SimulationRun(seed, mutant);
        run.Trace.Live = live;
        string? failure = null;
        try
        {
            run.Run();
        }
        catch (SimulationFailure e)
        {
            failure = e.Message;
        }

        return new SimulationResult(
            seed, run.Trace.Hash, run.Steps, run.Lives, run.Kills, run.KillsInRecovery, run.Causes, run.InDoubt, failure,
            run.Trace);
    }

    internal string Describe() =>
        $"seed {Seed}: hash {Hash:x16}, {Steps} steps, {Trace.Events} events, {Lives} lives, {Kills} kills ({KillsInRecovery} in recovery)"
            + (Failure is null ? "" : $"\nFAILED: {Failure}\nagain: fuzz simulate --seed {Seed}");
}

/// <summary>Sums over seeds.</summary>
internal sealed class SimulationTotals
{
    private readonly SortedDictionary<string, int> _causes = new(StringComparer.Ordinal);
    private long _seeds;
    private long _lives;
    private long _kills;
    private long _inRecovery;
    private readonly SortedDictionary<string, long> _events = new(StringComparer.Ordinal);

    internal long Findings { get; set; }

    internal void Add(SimulationResult result)
    {
        _seeds++;
        _lives += result.Lives;
        _kills += result.Kills;
        _inRecovery += result.KillsInRecovery;
        foreach (var (kind, count) in result.Trace.Kinds)
        {
            _events[kind] = _events.GetValueOrDefault(kind) + count;
        }

        Findings += result.Failure is null ? 0 : 1;
        foreach (string cause in result.Causes)
        {
            Count(cause.Split(" of ")[0]);
        }

        foreach (string kind in result.InDoubt)
        {
            Count($"under way: {kind}");
        }
    }

    private void Count(string kind) => _causes[kind] = _causes.GetValueOrDefault(kind) + 1;

    public override string ToString() =>
        string.Concat(_causes.Select(c => $"  {c.Value,6}  {c.Key}\n"))
            + $"events: {string.Join(", ", _events.Select(e => $"{e.Key} {e.Value}"))}\n"
            + $"{_seeds} seeds, {_lives} lives, {_kills} kills ({_inRecovery} in recovery), {_events.Values.Sum()} events, "
            + $"{Findings} findings";
}
