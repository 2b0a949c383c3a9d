using System.Diagnostics;
using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Errors;
using Vectorized.Fuzz.Plans;
using Vectorized.Fuzz.Timed;
using Vectorized.Fuzz.Views;

namespace Vectorized.Fuzz.Mutants;

/// <summary>Runs a fuzzer against every planted bug of its kind until it is caught, and prints how long that took.</summary>
internal static class MutantRun
{
    /// <summary>False when one survived.</summary>
    internal static bool Views(PostgresWire? postgres, ulong seed, double secondsEach, TextWriter output) => All(
        "views", m => m is { InQueries: false, InReports: false, InTime: false }, output, mutant =>
        {
            var run = new ViewsRun(postgres, new DatabaseOptions { Hook = mutant }, TextWriter.Null) { Shrinks = false };
            run.Go(seed, secondsEach, long.MaxValue, 1);
            return (run.Report.Findings > 0, run.Report.Histories);
        });

    /// <summary>False when one survived.</summary>
    internal static bool Plans(PostgresWire postgres, ulong seed, long secondsEach, TextWriter output) => All(
        "plans", m => m.InQueries, output, mutant =>
        {
            var limits = new PlansLimits(secondsEach, long.MaxValue, 1, false, Shrinks: false);
            var run = new PlansRun(postgres, new DatabaseOptions { Hook = mutant }, limits, TextWriter.Null);
            run.Go(seed);
            return (run.Report.Findings > 0, run.Report.Cases);
        });

    /// <summary>False when one survived.</summary>
    internal static bool Errors(ulong seed, long secondsEach, TextWriter output) => All(
        "errors", m => m.InReports, output, mutant =>
        {
            var run = new ErrorsRun(new DatabaseOptions { Hook = mutant }, TextWriter.Null);
            run.Go(seed, secondsEach, long.MaxValue, 1);
            return (run.Findings > 0, run.Cases);
        });

    /// <summary>False when one survived.</summary>
    internal static bool Time(ulong seed, long secondsEach, TextWriter output) => All(
        "time", m => m.InTime, output, mutant =>
        {
            var run = new TimeRun(new DatabaseOptions { Hook = mutant }, TextWriter.Null);
            run.Go(seed, secondsEach, long.MaxValue, 1);
            return (run.Findings > 0, run.Cases);
        });

    private static bool All(
        string target, Func<Mutant, bool> concerns, TextWriter output, Func<Mutant, (bool Caught, long Cases)> run)
    {
        int survivors = 0;
        output.WriteLine($"{"mutant",-52} {"target",-7} {"seconds",8} {"cases",8}");
        foreach (var mutant in MutantList.All.Where(concerns))
        {
            var clock = Stopwatch.StartNew();
            var (caught, cases) = run(mutant);
            survivors += caught ? 0 : 1;
            string seconds = caught ? clock.Elapsed.TotalSeconds.ToString("0.0") : "survived";
            output.WriteLine($"{mutant.Name,-52} {target,-7} {seconds,8} {cases,8}");
        }

        output.WriteLine($"{MutantList.All.Count(concerns) - survivors} caught, {survivors} survived");
        return survivors == 0;
    }
}
