using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Slice;

/// <summary>
/// The slice of the benchmarks that CI runs: a few queries' ratios to their hand-written loops, compared with committed ones. What
/// seems to have fallen by more than a fifth is measured up to twice more, with twice the rounds, before it fails the run: what
/// others do on the machine disturbs one measurement, a slower engine all of them. The results of both are compared with DuckDB's
/// first, over fewer events.
/// </summary>
internal sealed class SliceSuite : IBenchSuite
{
    private const int Rounds = 15;
    private const int Measurements = 3;
    private const int Updates = 3;
    private const long CheckedEvents = 50_000;

    // None without state: those are all memory, and their ratios differ by a half from process to process on a shared machine.
    private static readonly string[] _queries = ["q4", "q5", "q9", "q17", "q18"];

    private static string BaselinePath => Path.Combine(NexmarkSql.BenchDirectory, "Slice", "baseline.json");

    public string Name => "slice";

    public string Summary => "a few queries' floor ratios against committed ones, status 1 when one fell by more than 20 %: [--events N]"
        + " [--queries q4,q9] [--update] (writes them) [--slowdown PERCENT] (plants one) [--no-check]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--queries", "--update", "--slowdown", "--no-check"];

    public BenchTable Run(BenchArguments arguments)
    {
        var queries = arguments.List("--queries", _queries);
        string cpu = MachineFacts.Read().Cpu ?? "unknown";
        string checkedBy = Check(arguments, queries);
        using var measurement = new SliceMeasurement(
            arguments.Number("--events", 300_000), arguments.Number("--slowdown", 0) / 100.0);
        if (arguments.Has("--update"))
        {
            return Update(cpu, queries, measurement);
        }

        var baseline = SliceBaseline.Read(BaselinePath);
        if (!baseline.Knows(cpu))
        {
            Console.Error.WriteLine($"no ratios were taken on this processor ({cpu}; --update takes them): a fall fails that is greater "
                + $"than {SliceBaseline.FallMaxElsewhere:P0} of the least of {string.Join(", ", baseline.Ratios.Keys)}");
        }

        var table = new BenchTable(
            "query", "events/s/core", "floor events/s/core", "floor ratio", "baseline", "change %", "verdict", "checked by");
        var fallen = new List<string>();
        foreach (string query in queries)
        {
            var (ratio, ours, floor) = measurement.Measure(query, Rounds);
            int measured = 1;
            for (; measured < Measurements && baseline.HasFallen(cpu, query, ratio); measured++)
            {
                Console.Error.WriteLine($"{query}: {ratio:0.0000} is too low; measured once more");
                (ratio, ours, floor) = measurement.Measure(query, 2 * Rounds);
            }

            string verdict = baseline.HasFallen(cpu, query, ratio) ? "FELL" : measured > 1 ? $"holds, at the {measured}. attempt" : "holds";
            if (verdict == "FELL")
            {
                fallen.Add(query);
            }

            double? expected = baseline.Expected(cpu, query);
            table.Add(query, ours, floor, Math.Round(ratio, 4), expected, ((ratio / expected) - 1) * 100, verdict, checkedBy);
        }

        table.Failure = fallen.Count == 0 ? null
            : $"{string.Join(", ", fallen)} fell by more than may be against the hand-written loop";
        return table;
    }

    /// <summary>Without DuckDB the rates are compared all the same, and the table says that nobody checked the results.</summary>
    private static string Check(BenchArguments arguments, IReadOnlyList<string> queries)
    {
        if (arguments.Has("--no-check"))
        {
            return "nobody";
        }

        try
        {
            NexmarkCheck.Run(queries, CheckedEvents, NexmarkDensity.All[0].GapNanos, ["before"]);
            return $"DuckDB, {CheckedEvents} events";
        }
        catch (DuckDbMissingException missing)
        {
            Console.Error.WriteLine(missing.Message);
            return "nobody";
        }
    }

    /// <summary>The median of several measurements becomes the baseline; other queries and processors keep theirs.</summary>
    private static BenchTable Update(string cpu, IReadOnlyList<string> queries, SliceMeasurement measurement)
    {
        var table = new BenchTable("query", "floor ratio");
        var baseline = File.Exists(BaselinePath) ? SliceBaseline.Read(BaselinePath) : new SliceBaseline { Ratios = [] };
        if (!baseline.Ratios.TryGetValue(cpu, out var known))
        {
            baseline.Ratios.Add(cpu, known = []);
        }

        foreach (string query in queries)
        {
            double ratio = InTurn.Median(Enumerable.Range(0, Updates).Select(_ => measurement.Measure(query, Rounds).Ratio));
            known[query] = Math.Round(ratio, 4);
            table.Add(query, known[query]);
        }

        baseline.Write(BaselinePath);
        return table;
    }
}
