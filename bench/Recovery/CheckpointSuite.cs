
namespace Vectorized.Bench.Recovery;

/// <summary>
/// What checkpoints cost: the same events into Nexmark views of large state on a directory, with checkpoints and without, turn by
/// turn, each from an empty database. The results of all turns are the same, or nothing is printed.
/// </summary>
internal sealed class CheckpointSuite : IBenchSuite
{
    private const long WarmEvents = 1_000_000;

    public string Name => "checkpoints";

    public string Summary => "steady ingest of q4 q9 q18 q20 with checkpoints and without: [--events N] [--rate N] [--times N] "
        + "[--workers N] [--data DIR]";

    public IReadOnlyList<string> Options { get; } = ["--events", "--rate", "--times", "--workers", "--data"];

    public BenchTable Run(BenchArguments arguments)
    {
        long events = arguments.Number("--events", 4_000_000) / 50 * 50;
        long rate = arguments.Number("--rate", 0);
        int workers = (int)arguments.Number("--workers", 1);
        string parent = arguments.Text("--data") ?? Path.GetTempPath();
        // What is compiled at run time is compiled before the first turn counts.
        Turn(Path.Combine(parent, $"vectorized-bench-{Environment.ProcessId}-warm"), Math.Min(events, WarmEvents), 0, workers, true);
        var turns = new List<(bool On, IngestTurn Turn)>();
        for (long time = 0; time < arguments.Number("--times", 1); time++)
        {
            // Forth and back, so that neither has always the warmer or the busier machine.
            foreach (bool on in time % 2 == 0 ? (bool[])[true, false] : [false, true])
            {
                string directory = Path.Combine(parent, $"vectorized-bench-{Environment.ProcessId}-{turns.Count}");
                turns.Add((on, Turn(directory, events, rate, workers, on)));
                if (!turns[^1].Turn.Result.SequenceEqual(turns[0].Turn.Result))
                {
                    throw new InvalidOperationException($"turn {turns.Count} came to another result than the first");
                }
            }
        }

        return Describe(turns, events);
    }

    private static IngestTurn Turn(string directory, long events, long rate, int workers, bool on)
    {
        try
        {
            return IngestTurn.Run(directory, events, rate, workers, on);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static BenchTable Describe(List<(bool On, IngestTurn Turn)> turns, long events)
    {
        var table = new BenchTable(
            "checkpoints", "seconds", "events/s", "lane CPU s", "CPU s", "state MB", "count", "MB written", "writes", "reads", "other",
            "max age s", "standstill ms");
        foreach (var (on, turn) in turns)
        {
            table.Add(
                on ? "on" : "off", turn.Seconds, events / turn.Seconds, turn.LaneSeconds, turn.ProcessorSeconds, turn.StateBytes / 1e6,
                turn.Checkpoints, turn.BytesWritten / 1e6, turn.Writes, turn.Reads, turn.Others, on ? turn.AgeMax : null,
                turn.StandstillMax * 1e3);
        }

        double Sum(bool on, Func<IngestTurn, double> of) => turns.Where(t => t.On == on).Sum(t => of(t.Turn));
        table.Add(
            "off/on", Sum(false, t => t.Seconds) / Sum(true, t => t.Seconds), null,
            Sum(false, t => t.LaneSeconds) / Sum(true, t => t.LaneSeconds),
            Sum(false, t => t.ProcessorSeconds) / Sum(true, t => t.ProcessorSeconds), null, null, null, null, null, null, null, null);
        return table;
    }
}
