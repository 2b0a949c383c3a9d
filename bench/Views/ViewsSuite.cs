using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Views;

/// <summary>
/// What views cost together: the first 1, 2, 4, ... of the Nexmark queries in one dataflow beside the sum of what each costs alone, and
/// as many copies of one filter, each for another residue, that share all there is to share. Processor seconds, one worker,
/// medians of 3. Before a rate is printed the results of all in one dataflow over the first events are compared with DuckDB's.
/// </summary>
internal sealed class ViewsSuite : IBenchSuite
{
    private const int Rounds = 3;
    private const int FiltersMax = 128;

    public string Name => "views";

    public string Summary =>
        "cost against the number of views, together and alone: [--events N] [--queries q0,q4] [--density 0.1us|10ms]"
        + " [--only nexmark|filters] [--no-check]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--queries", "--density", "--only", "--no-check"];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 1_000_000);
        NexmarkViewSpec[] queries = [.. arguments.List("--queries", NexmarkQueries.Names).Select(NexmarkViewSpec.Measured)];
        NexmarkViewSpec[] filters = [.. Enumerable.Range(0, FiltersMax).Select(Filter)];
        string? only = arguments.Text("--only");
        var table = new BenchTable(
            "kind", "density", "events", "views", "events/s/core", "ns/event/view", "CPU s", "alone CPU s", "together/alone",
            "checked by");
        foreach (var density in only is "filters" ? [] : NexmarkDensity.Chosen(arguments))
        {
            using var input = new NexmarkBlocks(events, density.GapNanos);
            string checkedBy = Check(arguments, queries, input);
            var alone = queries.ToDictionary(q => q, q => Cost(input, q));
            Add(table, "nexmark", density, input, queries, views => views.Sum(v => alone[v]), checkedBy);
        }

        if (only is not "nexmark")
        {
            // Event time does not matter to them, and they are alike but for a number: one stands for each.
            var density = NexmarkDensity.All[0];
            using var input = new NexmarkBlocks(events, density.GapNanos);
            string checkedBy = Check(arguments, filters, input);
            double one = Cost(input, filters[0]);
            Add(table, "filters", density, input, filters, views => views.Length * one, checkedBy);
        }

        return table;
    }

    private static void Add(
        BenchTable table, string kind, NexmarkDensity density, NexmarkBlocks input, NexmarkViewSpec[] all,
        Func<NexmarkViewSpec[], double> alone, string checkedBy)
    {
        for (int count = 1; ; count = Math.Min(count * 2, all.Length))
        {
            var views = all[..count];
            double seconds = Cost(input, views);
            double sum = alone(views);
            table.Add(
                kind, density.Name, input.EventCount, count, input.EventCount / seconds,
                seconds * 1e9 / input.EventCount / count, seconds, sum, seconds / sum, checkedBy);
            if (count == all.Length)
            {
                return;
            }
        }
    }

    private static string Check(BenchArguments arguments, NexmarkViewSpec[] views, NexmarkBlocks input) =>
        arguments.Has("--no-check") ? "nobody" : NexmarkCheck.Together(
            views, Math.Min(input.EventCount, NexmarkSuite.CheckedEventsMax), input.Generator.Options.EventGapNanos);

    /// <summary>Processor seconds of the views in one dataflow, the median of several runs.</summary>
    private static double Cost(NexmarkBlocks input, params NexmarkViewSpec[] views)
    {
        Warm.Up(() => Once(), Warm.Dataflow);
        return InTurn.Median(InTurn.Measure(Rounds, Once)[0]);

        double Once()
        {
            using var engine = new NexmarkEngine(workers: 1, views);
            return NexmarkRun.Adaptive(engine, input).Cpu;
        }
    }

    private static NexmarkViewSpec Filter(int residue) => new(
        $"filter{residue}", $"SELECT auction, price FROM bid WHERE MOD(auction, 1000) = {residue}", IsKept: true);
}
