using System.Globalization;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Sql;
using Vectorized.Tests.Storage;
using Xunit.Abstractions;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// After a crash the log's changes are kept beside the runs of relations that no operator reads: what is looked up by key before they are
/// loaded, what operators make of the changes, and what is there afterwards are as if nothing had happened.
/// </summary>
public sealed class ReplayBesideRunsTests(ITestOutputHelper output)
{
    private const string Data = "/data";
    private const int Keys = 50;
    private const int HistoriesOfMutant = 20;
    private const long Hour = 3_600_000_000_000;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private static readonly string[] _definitions =
    [
        "CREATE TABLE kv (id bigint PRIMARY KEY, grp int, note varchar)",
        "CREATE TABLE pairs (a varchar, b bigint, v int, PRIMARY KEY (a, b))",
        "CREATE TABLE bag (x int, y varchar)",
        "CREATE TABLE read (id int PRIMARY KEY, w int)",
        "CREATE MATERIALIZED VIEW by_grp AS SELECT grp, count(*) AS c, max(note) AS m FROM kv GROUP BY grp",
        "CREATE MATERIALIZED VIEW kept AS SELECT a, b, v + 1 AS v FROM pairs WHERE v < 9",
        "CREATE MATERIALIZED VIEW joined AS SELECT p.b, r.w FROM read r JOIN kept p ON p.v = r.id",
        "CREATE MATERIALIZED VIEW sums AS SELECT x, count(*) AS n FROM bag GROUP BY x",
        "CREATE TABLE twice (id int PRIMARY KEY, v int)",
        "CREATE MATERIALIZED VIEW selves AS SELECT a.id, b.v FROM twice a JOIN twice b ON a.id = b.id WHERE a.v >= 10",
        "CREATE INDEX by_note ON kv (note)",
    ];

    private static readonly string[] _lookUps =
    [
        .. Enumerable.Range(0, Keys).Select(k => $"SELECT * FROM kv WHERE id = {k}"),
        .. Enumerable.Range(0, Keys).Select(k => $"SELECT v, a FROM pairs WHERE a = 'key {k % 7}' AND b = {k / 7}"),
        .. Enumerable.Range(0, Keys).Select(k => $"SELECT v FROM kept WHERE a = 'key {k % 7}' AND b = {k / 7}"),
        .. Enumerable.Range(0, 12).Select(k => $"SELECT c, m FROM by_grp WHERE grp = {k}"),
        .. Enumerable.Range(0, 12).Select(k => $"SELECT w FROM read WHERE id = {k}"),
    ];

    private static readonly string[] _scans =
    [
        "SELECT * FROM kv ORDER BY id", "SELECT * FROM pairs ORDER BY a, b", "SELECT * FROM bag ORDER BY x, y",
        "SELECT * FROM by_grp ORDER BY grp", "SELECT * FROM joined ORDER BY b, w", "SELECT * FROM sums ORDER BY x",
        "SELECT id FROM kv WHERE note = 'note 3' ORDER BY id", "SELECT * FROM kept ORDER BY a, b",
        "SELECT * FROM selves ORDER BY id, v",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Histories_CrashedAndExecutedAgain_AnswerAsBefore(int workers)
    {
        int seed = Seeds.Next(output);
        string? difference = await Histories(seed, workers, () => new HeldReplay());
        Assert.True(difference is null, $"seed {seed}: {difference}");
    }

    public static TheoryData<string> Mutants() => ["backlog", "new", "lost", "ticks"];

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task Mutant_IsCaught(string name)
    {
        int seed = Seeds.Next(output);
        string? difference = null;
        for (int history = 0; difference is null && history < HistoriesOfMutant; history++)
        {
            try
            {
                difference = await Histories(seed + history, 1, () => new HeldReplay { Bug = name });
            }
            catch (SqlException e)
            {
                difference = e.Message;
            }
        }

        output.WriteLine(difference ?? "survived");
        Assert.True(difference is not null, $"seed {seed}: {name} survived");
    }

    [Fact]
    public async Task Relation_ThatNoOperatorReads_IsLoadedByNobodyBeforeReadersCome()
    {
        var random = new Random(5);
        var (files, _) = await Life(new SimulatedFiles(), 1, random, isFirst: true);
        var held = new HeldReplay();
        await using var database = Open(files, 1, held, ageNanosMax: Hour);
        using var released = held;
        int kv = database.Catalog.Relations.Single(r => r.Name == "kv").Id;
        Assert.DoesNotContain($"t{kv}.0", held.LoadedWhileOpening);
        Assert.Contains(held.LoadedWhileOpening, name => name[0] == 'v');
    }

    [Fact]
    public async Task Records_OfNewKeysOnly_SayThatTheyAre()
    {
        var files = new SimulatedFiles();
        using var held = new HeldReplay { OpensFreely = true };
        await using (var database = Open(files, 1, null, ageNanosMax: Hour))
        {
            using var session = database.Connect("root", "dev");
            await Rows(session, "CREATE TABLE n (id int PRIMARY KEY, v int)");
            await Rows(session, "INSERT INTO n VALUES (1, 1), (2, 2)");
            await Rows(session, "INSERT INTO n VALUES (2, 3), (3, 3)");
            await Rows(session, "INSERT INTO n VALUES (3, 3)");
            await Rows(session, "INSERT INTO n VALUES (4, 4), (4, 5)");
            await Rows(session, "DELETE FROM n WHERE id = 4");
            await Rows(session, "INSERT INTO n VALUES (4, 4)");
            files = files.Crash(1);
        }

        await using var back = Open(files, 1, held, ageNanosMax: Hour);
        Assert.Equal([true, false, false, true, false, true], held.WereNew);
    }

    /// <summary>The first difference between a database and itself after a crash, while nothing is loaded and afterwards.</summary>
    private static async Task<string?> Histories(int seed, int workers, Func<HeldReplay> hook)
    {
        var random = new Random(seed);
        var files = new SimulatedFiles();
        for (int life = 0; life < 4; life++)
        {
            (files, var wanted) = await Life(files, workers, random, isFirst: life == 0);
            var held = hook();
            await using var database = Open(files, workers, held, ageNanosMax: Hour);
            using var released = held;
            using var reader = database.Connect("root", "dev");
            foreach (string lookUp in _lookUps)
            {
                var rows = Rows(reader, lookUp);
                await Task.WhenAny(rows, Task.Delay(_patience));
                Assert.True(rows.IsCompleted, $"{lookUp} waits");
                var found = await rows;
                if (!found.SequenceEqual(wanted[lookUp]))
                {
                    return $"{lookUp} finds {string.Join(" / ", found)}, not {string.Join(" / ", wanted[lookUp])}";
                }
            }

            held.Release();
            foreach (string query in wanted.Keys)
            {
                var found = await Rows(reader, query).WaitAsync(_patience);
                if (!found.SequenceEqual(wanted[query]))
                {
                    return $"{query} loaded gives {string.Join(" / ", found)}, not {string.Join(" / ", wanted[query])}";
                }
            }
        }

        return null;
    }

    /// <summary>A life that ends in order, then one without checkpoint that ends in a crash; what it answered last.</summary>
    private static async Task<(SimulatedFiles Files, Dictionary<string, List<string>> Wanted)> Life(
        SimulatedFiles files, int workers, Random random, bool isFirst)
    {
        await using (var database = Open(files, workers, null, ageNanosMax: 0))
        {
            using var session = database.Connect("root", "dev");
            foreach (string definition in isFirst ? _definitions : [])
            {
                await Rows(session, definition);
            }

            for (int i = 0; i < 25; i++)
            {
                await Rows(session, Write(random, i));
            }
        }

        var answers = new Dictionary<string, List<string>>();
        await using (var database = Open(files, workers, null, ageNanosMax: Hour))
        {
            using var session = database.Connect("root", "dev");
            for (int i = 0; i < 25; i++)
            {
                await Rows(session, Write(random, i));
            }

            foreach (string query in _lookUps.Concat(_scans))
            {
                answers[query] = await Rows(session, query);
            }

            files = files.Crash(random.Next());
        }

        return (files, answers);
    }

    private static string Write(Random random, int i)
    {
        int k = random.Next(Keys);
        return random.Next(13) switch
        {
            0 => $"DELETE FROM kv WHERE id = {k} OR id = {random.Next(Keys)}",
            1 => $"UPDATE kv SET grp = (grp + 1) % 12, note = note || ' and text that makes it longer' WHERE id = {k}",
            2 => $"DELETE FROM pairs WHERE v = {random.Next(12)}",
            3 => $"INSERT INTO pairs SELECT 'key ' || (g % 7), g / 7, g % 12 FROM generate_series({k}, {k + 5}) AS g",
            4 => $"INSERT INTO bag VALUES ({random.Next(12)}, 'y {i}'), ({random.Next(12)}, NULL)",
            5 => $"DELETE FROM bag WHERE x = {random.Next(12)}",
            6 => $"INSERT INTO kv VALUES ({k}, {k % 12}, 'note {k % 5}'), ({Keys - 1 - k}, 3, NULL)",
            7 => $"INSERT INTO read VALUES ({k % 12}, {i})",
            9 => $"INSERT INTO twice SELECT g, ({k} + g) % 12 FROM generate_series({k % 15}, {(k % 15) + 3}) AS g",
            10 => $"UPDATE twice SET v = (v + 1) % 12 WHERE id = {random.Next(18)}",
            11 => $"DELETE FROM twice WHERE id = {random.Next(18)}",
            8 => $"UPDATE pairs SET v = (v + {k}) % 12 WHERE b = {random.Next(7)}",
            _ => $"INSERT INTO kv SELECT g, (g % 12)::int, 'note ' || (g % 9) FROM generate_series({k}, {k + 5}) AS g",
        };
    }

    private static async Task<List<string>> Rows(ISession session, string sql)
    {
        var result = await ResultTable.Run(session, sql, CancellationToken.None);
        return [.. result.Rows.Select(r => string.Join('|', r.Select(v => v ?? "NULL")))];
    }

    private static Database Open(SimulatedFiles files, int workers, HeldReplay? hook, long ageNanosMax)
    {
        var database = Database.Open(
            new DatabaseOptions
            {
                Workers = workers,
                HashSeed = 42,
                DataDirectory = Data,
                CheckpointAgeNanosMax = ageNanosMax,
                Durability = hook,
            },
            Host.System with { Files = files },
            new SourceConnectors().AddBuiltin());
        return database;
    }

    /// <summary>Lets the opening thread load what it wants, and holds the lane until it is released; plants bugs.</summary>
    private sealed class HeldReplay : DurabilityHook, IDisposable
    {
        private readonly ManualResetEventSlim _released = new();
        private readonly int _opener = Environment.CurrentManagedThreadId;
        private readonly List<string> _loaded = [];

        internal string Bug { get; init; } = "";

        internal bool OpensFreely { get; init; }

        /// <summary>Of each record with writes in turn.</summary>
        internal List<bool> WereNew { get; } = [];

        internal IReadOnlyList<string> LoadedWhileOpening => _loaded;

        internal override StoredRowsRules LookUps => new WrongRules(Bug);

        internal override void ReplaysWrites(TickRecord record)
        {
            for (int i = 0; i < record.Writes.Count; i++)
            {
                WereNew.Add(record.Writes[i].AreNew);
                if (Bug == "new")
                {
                    record.Writes[i] = record.Writes[i] with { AreNew = true };
                }
            }

            if (Bug == "lost" && record.Writes.Count > 0 && WereNew.Count % 5 == 0)
            {
                record.Writes.Clear();
            }
        }

        internal override bool Loads(string structure)
        {
            if (Environment.CurrentManagedThreadId == _opener)
            {
                _loaded.Add(structure[..structure.IndexOf('/', StringComparison.Ordinal)]);
            }
            else if (!OpensFreely)
            {
                _released.Wait();
            }

            return true;
        }

        internal void Release() => _released.Set();

        public void Dispose() => _released.Set();

        private sealed class WrongRules(string bug) : StoredRowsRules
        {
            internal override bool MindsBacklog => bug != "backlog";

            internal override bool TellsTicksApart => bug != "ticks";
        }
    }
}
