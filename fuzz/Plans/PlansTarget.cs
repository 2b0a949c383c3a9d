using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Mutants;

namespace Vectorized.Fuzz.Plans;

/// <summary>Random queries over random tables: our answers against PostgreSQL 15's.</summary>
internal sealed class PlansTarget : ITarget
{
    public string Name => "plans";

    public string Summary => "random schemas, data and queries against PostgreSQL 15";

    public IReadOnlyList<string> Options =>
        ["--seed", "--seconds", "--cases", "--findings", "--verbose", "--coverage", "--shrink", "--mutants"];

    public bool Run(FuzzArguments arguments, TextWriter output)
    {
        ulong seed = (ulong)arguments.Number("--seed", Seeds.Fresh());
        long seconds = arguments.Number("--seconds", 60);
        var limits = new PlansLimits(
            seconds, arguments.Number("--cases", long.MaxValue), (int)arguments.Number("--findings", 5),
            arguments.Has("--verbose"), arguments.Number("--shrink", 1) != 0);
        output.WriteLine($"fuzz plans --seed {seed} --seconds {seconds}");
        using var server = new PostgresServer();
        using var postgres = new PostgresWire(server.Socket);
        if (arguments.Has("--mutants"))
        {
            return MutantRun.Plans(postgres, seed, seconds, output);
        }

        var run = new PlansRun(postgres, new DatabaseOptions(), limits, output);
        run.Go(seed);
        run.Report.Print(output);
        bool covered = !arguments.Has("--coverage") || run.Report.IsComplete(output);
        return run.Report.IsClean(output) && covered;
    }
}

/// <summary>When a run ends.</summary>
/// <param name="Seconds">Time.</param>
/// <param name="Cases">Queries.</param>
/// <param name="Findings">Different differences, after which it stops.</param>
/// <param name="Verbose">Prints every refused query.</param>
/// <param name="Shrinks">Makes what it finds smaller.</param>
internal sealed record PlansLimits(long Seconds, long Cases, int Findings, bool Verbose, bool Shrinks);
