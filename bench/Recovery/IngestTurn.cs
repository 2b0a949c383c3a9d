using Vectorized.Bench.Nexmark;
using Vectorized.Connectors;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Recovery;

/// <summary>One database in a new directory that takes in a number of events, as fast as it can or at a rate.</summary>
internal sealed class IngestTurn
{
    private static readonly IClock _clock = Host.System.Clock;
    private static readonly string[] _queries = ["q4", "q9", "q18", "q20"];
    private long _epoch;
    private long _epochNanos;

    internal double Seconds { get; private set; }

    /// <summary>Processor time of the main lane, and of the process, in this turn.</summary>
    internal double LaneSeconds { get; private set; }

    internal double ProcessorSeconds { get; private set; }

    internal long StateBytes { get; private set; }

    internal long Checkpoints { get; private set; }

    internal long BytesWritten { get; private set; }

    internal long Writes { get; private set; }

    internal long Reads { get; private set; }

    /// <summary>Listings and deletes.</summary>
    internal long Others { get; private set; }

    /// <summary>How long ago, at most, the tick was executed that the newest durable checkpoint held.</summary>
    internal double AgeMax { get; private set; }

    /// <summary>The longest time in which nothing new became visible.</summary>
    internal double StandstillMax { get; private set; }

    /// <summary>What the views hold in the end: q4's rows, counts and sums of the others.</summary>
    internal IReadOnlyList<string> Result { get; private set; } = [];

    /// <summary>Takes in <paramref name="events"/>, <paramref name="rate"/> a second; 0: as fast as it can.</summary>
    internal static IngestTurn Run(string directory, long events, long rate, int workers, bool checkpoints)
    {
        var turn = new IngestTurn();
        Directory.CreateDirectory(directory);
        MeteredObjectStore? meter = null;
        var options = new DatabaseOptions
        {
            HashSeed = 42,
            Workers = workers,
            DataDirectory = directory,
            Checkpoints = checkpoints,
            Between = store => meter = new MeteredObjectStore(store),
        };
        var database = Database.Open(options, Host.System, new SourceConnectors().AddBuiltin());
        try
        {
            using var session = database.Connect("root", "dev");
            turn.Ingest(database, session, events, rate);
            turn.Take(meter);
        }
        finally
        {
            database.DisposeAsync().AsTask().Wait();
        }

        return turn;
    }

    private void Take(MeteredObjectStore? meter)
    {
        BytesWritten = meter?.BytesWritten ?? 0;
        Writes = meter?.Writes ?? 0;
        Reads = meter?.Reads ?? 0;
        Others = (meter?.Listings ?? 0) + (meter?.Deletes ?? 0);
    }

    private void Ingest(Database database, ISession session, long events, long rate)
    {
        long gapNanos = rate == 0 ? 0 : 1_000_000_000 / rate;
        // The sources' events fall due from here on; what happened when is the same in all turns.
        long start = rate == 0 ? 1_700_000_000_000 : (_clock.WallMicros / 1000) + 1_000;
        foreach (var kind in Enum.GetValues<NexmarkKind>())
        {
            Execute(session, NexmarkSql.CreateSource(
                kind,
                $"nexmark.min.event.gap.in.ns = '{gapNanos}', nexmark.event.time.gap.in.ns = '100000', "
                + $"nexmark.start.time = '{start}', nexmark.base.time = '1700000000000', nexmark.event.num = '{events}'"));
        }

        long began = _clock.MonotonicNanos;
        double cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        double lane = LaneClock.Seconds(Environment.ProcessId);
        // The sources begin to flow into a view when it is made: the smallest comes last, and ends last.
        foreach (string query in _queries)
        {
            Execute(session, $"CREATE MATERIALIZED VIEW {query} AS {NexmarkSql.Read(query)}");
        }

        Execute(session, "CREATE MATERIALIZED VIEW seen AS SELECT (SELECT count(*) FROM bid) + (SELECT count(*) FROM auction) AS n");
        long due = events / 50 * 49;
        var facts = database.Lane.Checkpointer?.Facts;
        long covered = _clock.WallMicros;
        while (long.Parse(Execute(session, "SELECT n FROM seen").Rows[0][0]!, null) < due)
        {
            var now = facts?.Read() ?? default;
            covered = now.Completed > 0 ? now.AtMicros - (now.LastNanos / 1000) : covered;
            AgeMax = Math.Max(AgeMax, (_clock.WallMicros - covered) / 1e6);
            Checkpoints = now.Completed;
            NoteEpoch(database.PublishedEpoch);
            _clock.Delay(TimeSpan.FromMilliseconds(5), CancellationToken.None).AsTask().Wait();
        }

        Seconds = (_clock.MonotonicNanos - began) / 1e9;
        LaneSeconds = LaneClock.Seconds(Environment.ProcessId) - lane;
        ProcessorSeconds = Environment.CpuUsage.TotalTime.TotalSeconds - cpu;
        StateBytes = BlockPool.LiveBytes;
        Result =
        [
            .. Rows(session, "SELECT category, avg FROM q4 ORDER BY category"),
            .. Rows(session, "SELECT count(*), sum(price), sum(bidder), max(bid_date_time) FROM q9"),
            .. Rows(session, "SELECT count(*), sum(price), max(extra), max(date_time) FROM q18"),
            .. Rows(session, "SELECT count(*), sum(price), sum(auction), max(bid_extra) FROM q20"),
        ];
    }

    private void NoteEpoch(long epoch)
    {
        long now = _clock.MonotonicNanos;
        if (epoch != _epoch)
        {
            StandstillMax = _epoch == 0 ? 0 : Math.Max(StandstillMax, (now - _epochNanos) / 1e9);
            _epoch = epoch;
            _epochNanos = now;
        }
    }

    private static IEnumerable<string> Rows(ISession session, string query) =>
        Execute(session, query).Rows.Select(r => string.Join('|', r.Select(v => v ?? "NULL")));

    private static ResultTable Execute(ISession session, string sql) =>
        ResultTable.Run(session, sql, CancellationToken.None).GetAwaiter().GetResult();
}
