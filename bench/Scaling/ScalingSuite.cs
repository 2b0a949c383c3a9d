using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Scaling;

/// <summary>
/// What a second worker is worth: Nexmark queries over one stream by two workers, beside two independent engines of one worker. By the
/// clock on the wall, so it wants a machine of two cores that is otherwise idle; `CPU 2w/1w` says something on a busy one, too.
/// </summary>
internal sealed class ScalingSuite : IBenchSuite
{
    private static readonly string[] _queries = ["q4", "q5", "q7", "q9", "q17", "q18", "q20"];

    public string Name => "scaling";

    public string Summary =>
        "two workers beside two engines of one: [--events N] [--queries q4,q5] [--density 0.1us|10ms] [--rounds N]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--queries", "--density", "--rounds", SingleRun.Option];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 2_000_000);
        int rounds = (int)arguments.Number("--rounds", 5);
        var table = new BenchTable(
            "query", "density", "events", "2w/2x1w", "2w/2x1w alone", "CPU 2w/1w", "1w alone s", "1w beside s", "2w s", "busy ms by level");
        foreach (var density in NexmarkDensity.Chosen(arguments))
        {
            using var input = new NexmarkBlocks(events, density.GapNanos);
            if (arguments.Text(SingleRun.Option) is { } single)
            {
                SingleRun.Serve(single, input);
                break;
            }

            foreach (string query in arguments.Has("--queries") ? arguments.List("--queries", NexmarkQueries.Names) : _queries)
            {
                var figures = ScalingMeasurement.Measure(query, density, input, rounds);
                var (alone, beside, two) = figures.Seconds;
                table.Add(
                    query, density.Name, events, figures.Ratio, figures.RatioToAlone, figures.CpuRatio, alone, beside, two,
                    figures.Busy);
            }
        }

        return table;
    }
}
