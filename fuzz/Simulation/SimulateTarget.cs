using System.Globalization;
using Vectorized.Fuzz.Simulation.Mutants;

namespace Vectorized.Fuzz.Simulation;

/// <summary>`fuzz simulate`: whole servers over a simulated machine, a seed each, killed and started again.</summary>
internal sealed class SimulateTarget : ITarget
{
    public string Name => "simulate";

    public string Summary => "the whole server on a simulated machine, killed at any point and started again";

    public IReadOnlyList<string> Options { get; } =
    [
        "--seed", "--cases", "--seconds", "--twice", "--verbose", "--findings", "--tail", "--mutants", "--only", "--threads", "--live",
        "--place",
    ];

    public bool Run(FuzzArguments arguments, TextWriter output)
    {
        ulong seed = (ulong)arguments.Number("--seed", Seeds.Fresh());
        long cases = arguments.Number("--cases", arguments.Has("--seconds") ? long.MaxValue : 1);
        long seconds = arguments.Number("--seconds", long.MaxValue / 1000);
        long findingsMax = arguments.Number("--findings", 1);
        if (arguments.Has("--mutants"))
        {
            return SimulationMutantRun.Go(seed, arguments.Number("--cases", 300), arguments.Text("--only"), output);
        }

        // No bug, but the place is not drawn.
        var placed = arguments.Text("--place") is { } place
            ? new SimulationMutant("none") { Where = Enum.Parse<World.Placement>(place) } : null;
        var totals = new SimulationTotals();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (long i = 0; i < cases && clock.ElapsedMilliseconds < seconds * 1000 && totals.Findings < findingsMax; i++)
        {
            var result = SimulationResult.Of(seed + (ulong)i, placed, live: arguments.Has("--live") ? output : null);
            totals.Add(result);
            if (arguments.Has("--twice") && Again(seed + (ulong)i, result, arguments, placed) is { } again)
            {
                totals.Findings++;
                output.WriteLine(again.Trace.FirstDifference(result.Trace));
                output.WriteLine($"seed {result.Seed}: {result.Hash:x16} and then {again.Hash:x16}: not a function of its seed");
            }

            if (result.Failure is not null || cases == 1 || arguments.Has("--verbose"))
            {
                output.WriteLine(result.Describe());
            }

            if (result.Failure is not null || arguments.Has("--tail"))
            {
                foreach (string line in result.Trace.Tail((int)arguments.Number("--tail", 60)))
                {
                    output.WriteLine(line);
                }
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{totals} in {clock.Elapsed.TotalSeconds:F1} s, from seed {seed}"));
        return totals.Findings == 0;
    }

    /// <summary>Runs the seed again, also several times at once: a run that came to something else, or null.</summary>
    private static SimulationResult? Again(
        ulong seed, SimulationResult first, FuzzArguments arguments, SimulationMutant? placed)
    {
        var results = new SimulationResult[arguments.Number("--threads", 1)];
        var threads = results.Select((_, i) => new Thread(() => results[i] = SimulationResult.Of(seed, placed))).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        return results.FirstOrDefault(r => r.Hash != first.Hash);
    }
}
