using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Mutants;

namespace Vectorized.Fuzz.Views;

/// <summary>Random views and histories: what a view holds against its query at every epoch.</summary>
internal sealed class ViewsTarget : ITarget
{
    public string Name => "views";

    public string Summary => "random views and histories: every view against its query, PostgreSQL 15 and other ways to run it";

    public IReadOnlyList<string> Options =>
        ["--seed", "--seconds", "--cases", "--findings", "--postgres", "--shrink", "--mutants", "--verbose", "--variation"];

    public bool Run(FuzzArguments arguments, TextWriter output)
    {
        ulong seed = (ulong)arguments.Number("--seed", Seeds.Fresh());
        long seconds = arguments.Number("--seconds", 60);
        output.WriteLine($"fuzz views --seed {seed} --seconds {seconds}");
        using var server = arguments.Number("--postgres", 1) == 0 ? null : new PostgresServer();
        using var postgres = server is null ? null : new PostgresWire(server.Socket);
        postgres?.Run("SET statement_timeout = '4s'; SET client_min_messages = 'error'");
        if (arguments.Has("--mutants"))
        {
            return MutantRun.Views(postgres, seed, seconds, output);
        }

        var run = new ViewsRun(postgres, new DatabaseOptions(), output)
        {
            Shrinks = arguments.Number("--shrink", 1) != 0,
            IsVerbose = arguments.Has("--verbose"),
            Only = arguments.Text("--variation") ?? "",
        };
        run.Go(seed, seconds, arguments.Number("--cases", long.MaxValue), (int)arguments.Number("--findings", 5));
        run.Report.Print(output);
        return run.Report.Findings == 0 && !run.Report.IsKnownTooOften;
    }
}
