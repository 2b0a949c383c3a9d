using System.Globalization;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Checkpoints;
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

/// <summary>A database serves while its state is being loaded, and nobody sees that in what is answered.</summary>
public sealed class LoadingTests(ITestOutputHelper output)
{
    private const string Data = "/data";
    private const int Keys = 60;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private static readonly string[] _definitions =
    [
        "CREATE TABLE t (id bigint PRIMARY KEY, grp int, note varchar, n numeric)",
        "CREATE TABLE pairs (a varchar, b bigint, v int, PRIMARY KEY (a, b))",
        "CREATE TABLE bag (x int, y varchar)",
        "CREATE MATERIALIZED VIEW by_grp AS SELECT grp, count(*) AS c, sum(n) AS s, max(note) AS m FROM t GROUP BY grp",
        "CREATE MATERIALIZED VIEW joined AS SELECT t.id, p.v, b.y FROM t JOIN pairs p ON p.v = t.grp JOIN bag b ON b.x = t.grp",
        "CREATE MATERIALIZED VIEW ranked AS SELECT id, n FROM t ORDER BY n DESC, id LIMIT 5",
        "CREATE INDEX by_note ON t (note)",
    ];

    /// <summary>Look-ups by key, which find their rows in the stored runs.</summary>
    private static readonly string[] _lookUps =
    [
        .. Enumerable.Range(0, Keys).Select(k => $"SELECT * FROM t WHERE id = {k}"),
        .. Enumerable.Range(0, Keys).Select(k => $"SELECT note FROM t WHERE id = {k * 1_000_003L}"),
        .. Enumerable.Range(0, Keys).Select(k => $"SELECT v, a FROM pairs WHERE a = 'key {k % 7}' AND b = {k / 7}"),
        .. Enumerable.Range(0, 12).Select(k => $"SELECT s, c, m FROM by_grp WHERE grp = {k}"),
    ];

    private static readonly string[] _scans =
    [
        "SELECT * FROM t ORDER BY id", "SELECT * FROM pairs ORDER BY a, b", "SELECT * FROM bag ORDER BY x, y",
        "SELECT * FROM by_grp ORDER BY grp", "SELECT * FROM joined ORDER BY id, v, y", "SELECT * FROM ranked ORDER BY n DESC, id",
        "SELECT id FROM t WHERE note = 'note 3' ORDER BY id",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Histories_LookedUpBeforeAnythingIsLoaded_AnswerAsAfter(int workers)
    {
        int seed = Seeds.Next(output);
        string? difference = await Histories(seed, workers, rules: null);
        Assert.True(difference is null, $"seed {seed}: {difference}");
    }

    public static TheoryData<string> Mutants() => ["gone", "keys", "newest"];

    [Theory]
    [MemberData(nameof(Mutants))]
    public async Task Mutant_OfLookUpsInRuns_IsCaught(string name)
    {
        int seed = Seeds.Next(output);
        string? difference = await Histories(seed, 1, new WrongRules(name));
        output.WriteLine(difference ?? "survived");
        Assert.True(difference is not null, $"seed {seed}: {name} survived");
    }

    [Theory]
    [InlineData('t')]
    [InlineData('v')]
    public async Task Mutant_ThatLeavesStructuresOut_IsCaught(char scope)
    {
        int seed = Seeds.Next(output);
        var mutant = new HeldLoading(_ => false) { LeavesOut = name => name[0] == scope };
        string? difference;
        try
        {
            difference = await Histories(seed, 1, rules: null, mutant);
        }
        catch (SqlException e)
        {
            difference = e.Message;
        }

        output.WriteLine(difference ?? "survived");
        Assert.True(difference is not null, $"seed {seed}: state of {scope} is not missed");
    }

    [Fact]
    public async Task Relations_AreServedOneByOne_AndChangesWaitForAll()
    {
        var (files, _) = await Filled(new Random(7), 60);
        var held = new HeldLoading(name => name.StartsWith('v'));
        await using var database = Open(files, 1, held);
        using var released = held;
        using var reader = database.Connect("root", "dev");
        using var writer = database.Connect("root", "dev");
        await held.Held.Task.WaitAsync(_patience);

        // All relations are there, what operators remember is not.
        var scans = await State(reader, _scans);
        var insert = ResultTable.Run(writer, "INSERT INTO bag VALUES (1, 'late')", CancellationToken.None);
        await Task.Delay(50);
        Assert.False(insert.IsCompleted, "a write is executed before all state is loaded");
        Assert.Equal(scans, await State(reader, _scans));
        // A view is called fresh until it is some milliseconds old.
        long patient = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while ((await Rows(reader, "SELECT DISTINCT cause FROM rw_catalog.rw_view_freshness")) is not ["loading"])
        {
            Assert.True(Environment.TickCount64 < patient, "nobody is told that state is being loaded");
            await Task.Delay(5);
        }

        held.Release();
        await insert.WaitAsync(_patience);
        Assert.Contains("1|late", await Rows(reader, "SELECT * FROM bag ORDER BY x, y"));
    }

    [Fact]
    public async Task Relation_WaitedFor_IsLoadedNext()
    {
        var (files, wanted) = await Filled(new Random(8), 120);
        string first = "";
        var held = new HeldLoading(name => first.Length == 0 && (first = name).Length > 0);
        await using var database = Open(files, 1, held);
        using var released = held;
        using var reader = database.Connect("root", "dev");
        await held.Held.Task.WaitAsync(_patience);
        var scan = Rows(reader, "SELECT * FROM t ORDER BY id");
        await Task.Delay(20);
        Assert.False(scan.IsCompleted);
        held.Release();
        Assert.Equal(wanted["SELECT * FROM t ORDER BY id"], await scan.WaitAsync(_patience));
        await State(reader, ["SELECT * FROM joined"]);
        string t = $"t{database.Catalog.Relations.Single(r => r.Name == "t").Id}.";
        lock (held.Loaded)
        {
            // The one under way goes on, then what is asked for, its index first.
            int at = held.Loaded.FindIndex(n => n.StartsWith(t, StringComparison.Ordinal));
            Assert.All(held.Loaded.Take(at), n => Assert.True(n == first || n[0] == 'i', n));
        }
    }

    [Fact]
    public async Task DamagedState_HurtsItsReadersOnly_AndNothingIsChanged()
    {
        var (files, wanted) = await Filled(new Random(9), 60);
        var held = new HeldLoading(_ => true);
        await using (var database = Open(files, 1, held))
        {
            using var released = held;
            using var reader = database.Connect("root", "dev");
            Damage(files, database, "pairs");
            var before = Contents(files);
            var scan = Rows(reader, _scans[1]);
            held.Release();
            var error = await Assert.ThrowsAsync<SqlException>(() => scan.WaitAsync(_patience));
            Assert.Equal(SqlState.DataCorrupted, error.SqlState);
            Assert.Contains("table \"pairs\" cannot be read", error.Message);
            foreach (string query in _scans.Where(q => !q.Contains("pairs", StringComparison.Ordinal)))
            {
                Assert.Equal(wanted[query], await Rows(reader, query));
            }

            foreach (string change in (string[])["INSERT INTO bag VALUES (1, 'x')", "DROP INDEX by_note", "CREATE TABLE u (a int)"])
            {
                error = await Assert.ThrowsAsync<SqlException>(() => Rows(reader, change).WaitAsync(_patience));
                Assert.Equal(SqlState.DataCorrupted, error.SqlState);
                Assert.Contains("nothing can be changed: table \"pairs\"", error.Message);
            }

            Assert.Contains("pairs", database.ReadFacts()!.State!.Unreadable);
            Assert.Equal(before, Contents(files));
        }

        var again = new HeldLoading(_ => false);
        await using var back = Open(files, 1, again);
        using var releasedToo = again;
        using var session = back.Connect("root", "dev");
        Assert.Equal(wanted[_scans[0]], await Rows(session, _scans[0]));
        await Assert.ThrowsAsync<SqlException>(() => Rows(session, _scans[1]).WaitAsync(_patience));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_ThatEndsWhileItLoads_ComesBackEqual(bool dies)
    {
        var (files, wanted) = await Filled(new Random(10), 60);
        for (int structure = 0; structure < 12; structure++)
        {
            int seen = 0;
            var held = new HeldLoading(_ => seen++ == structure);
            var database = Open(files, 1, held);
            await held.Held.Task.WaitAsync(_patience);
            using (var reader = database.Connect("root", "dev"))
            {
                Assert.Equal(wanted[_lookUps[1]], await Rows(reader, _lookUps[1]));
            }

            // Dead: what the process does from here on is lost.
            var left = dies ? files.Crash(structure) : files;
            using (var waiting = database.Connect("root", "dev"))
            {
                var insert = ResultTable.Run(waiting, "INSERT INTO bag VALUES (1, 'lost')", CancellationToken.None);
                var ends = Task.Run(() => database.DisposeAsync().AsTask());
                await Task.Delay(5);
                held.Dispose();
                await ends.WaitAsync(_patience);
                var error = await Assert.ThrowsAnyAsync<Exception>(() => insert.WaitAsync(_patience));
                Assert.True(dies || error is SqlException { SqlState: SqlState.AdminShutdown }, error.ToString());
            }

            files = left;
        }

        await using var back = Open(files, 1, null);
        using var session = back.Connect("root", "dev");
        Assert.Equal(wanted.Values.SelectMany(r => r), await State(session, wanted.Keys));
    }

    /// <summary>Found by `simulate --seed 2600444`: what a refused view had shared stood in the checkpoint, opened by none.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task View_RefusedWhileItIsBuilt_LeavesNothingInTheCheckpoint(int workers)
    {
        var files = new SimulatedFiles();
        string columns = string.Join(", ", Enumerable.Range(0, 15).Select(i => $"c{i} int"));
        string[] sides = [.. "ab".SelectMany(side => Enumerable.Range(0, 15).Select(i => $"{side}.c{i}"))];
        await using (var database = Open(files, workers, null))
        {
            using var session = database.Connect("root", "dev");
            await Rows(session, $"CREATE TABLE wide (id int PRIMARY KEY, {columns})");
            await Rows(session, "INSERT INTO wide (id, c1, c2) VALUES (1, 2, 3)");
            string keys = string.Join(", ", sides);
            string view = $"CREATE MATERIALIZED VIEW v AS SELECT {keys}, count(*) FROM wide a JOIN wide b ON a.c1 = b.c2 GROUP BY {keys}";
            await Assert.ThrowsAsync<SqlException>(() => Rows(session, view));
            await Rows(session, "INSERT INTO wide (id, c1, c2) VALUES (2, 3, 2)");
        }

        await using var back = Open(files, workers, null);
        using var reader = back.Connect("root", "dev");
        Assert.Equal(["2"], await Rows(reader, "SELECT count(*) FROM wide"));
    }

    [Fact]
    public async Task Checkpoint_AfterLoading_HoldsWhatChangedOnly()
    {
        var (files, wanted) = await Filled(new Random(11), 60);
        await using (var database = Open(files, 1, null))
        {
            using var session = database.Connect("root", "dev");
            await Rows(session, "INSERT INTO bag VALUES (999, 'one more')");
            long bytes = 0;
            await FaultBed.Until(() => (bytes = database.Lane.Checkpointer!.Facts.Read().LastBytes) > 0, "there is a checkpoint");
            Assert.InRange(bytes, 1, 8_000);
        }

        var held = new HeldLoading(_ => true);
        await using var back = Open(files, 1, held);
        using var released = held;
        using var reader = back.Connect("root", "dev");
        foreach (string lookUp in _lookUps)
        {
            Assert.Equal(wanted[lookUp], await AtOnce(reader, lookUp));
        }

        held.Release();
        Assert.Contains("999|one more", await Rows(reader, "SELECT * FROM bag ORDER BY x, y"));
    }

    /// <summary>The first difference between a database and itself after a restart, while nothing is loaded and afterwards.</summary>
    private async Task<string?> Histories(int seed, int workers, StoredRowsRules? rules, HeldLoading? mutant = null)
    {
        var random = new Random(seed);
        var files = new SimulatedFiles();
        for (int life = 0; life < 4; life++)
        {
            var wanted = await Live(files, workers, random, 40, isFirst: life == 0);
            var held = mutant ?? new HeldLoading(rules ?? StoredRowsRules.Right);
            await using var database = Open(files, workers, held);
            using var released = held;
            using var reader = database.Connect("root", "dev");
            if (mutant is null)
            {
                foreach (string lookUp in _lookUps)
                {
                    var found = await AtOnce(reader, lookUp);
                    if (!found.SequenceEqual(wanted[lookUp]))
                    {
                        return $"{lookUp} finds {string.Join(" / ", found)}, not {string.Join(" / ", wanted[lookUp])}";
                    }
                }
            }

            var scan = Rows(reader, _scans[0]);
            if (mutant is null)
            {
                Assert.False(scan.IsCompleted, "a scan does not wait for its rows");
            }

            held.Release();
            await scan.WaitAsync(_patience);
            await Rows(reader, "INSERT INTO t VALUES (-1, 3, 'note 3', 1) ");
            await Rows(reader, "DELETE FROM t WHERE id = -1");
            var after = await State(reader, wanted.Keys);
            if (!after.SequenceEqual(wanted.Values.SelectMany(r => r)))
            {
                return "after loading: " + string.Join(" / ", after.Except(wanted.Values.SelectMany(r => r)).Take(5));
            }
        }

        return null;
    }

    private static async Task<(SimulatedFiles Files, Dictionary<string, List<string>> Wanted)> Filled(Random random, int writes)
    {
        var files = new SimulatedFiles();
        return (files, await Live(files, 1, random, writes, isFirst: true));
    }

    /// <summary>One life with writes and a checkpoint after most of them, ended in order; what it answered last.</summary>
    private static async Task<Dictionary<string, List<string>>> Live(
        SimulatedFiles files, int workers, Random random, int writes, bool isFirst)
    {
        await using var database = Open(files, workers, null);
        using var session = database.Connect("root", "dev");
        foreach (string definition in isFirst ? _definitions : [])
        {
            await Rows(session, definition);
        }

        for (int i = 0; i < writes; i++)
        {
            await Rows(session, Write(random, i));
            if (random.Next(3) > 0)
            {
                long tick = database.PublishedEpoch;
                await FaultBed.Until(
                    () => database.Lane.Checkpointer!.Facts.Read().Tick >= tick || database.Lane.Checkpointer.Store.State.Tick >= tick,
                    "a checkpoint has the tick");
            }
        }

        var answers = new Dictionary<string, List<string>>();
        foreach (string query in _lookUps.Concat(_scans))
        {
            answers[query] = await Rows(session, query);
        }

        return answers;
    }

    private static string Write(Random random, int i)
    {
        int k = random.Next(Keys);
        return random.Next(9) switch
        {
            0 => $"DELETE FROM t WHERE id = {k} OR id = {random.Next(Keys) * 1_000_003L}",
            1 => $"UPDATE t SET n = n + 1.5, note = note || ' and text that makes it longer' WHERE id < {k}",
            2 => $"DELETE FROM pairs WHERE v = {random.Next(12)}",
            3 => $"INSERT INTO pairs SELECT 'key ' || (g % 7), g / 7, g % 12 FROM generate_series({k}, {k + 20}) AS g",
            4 => $"INSERT INTO bag VALUES ({random.Next(12)}, 'y {i}'), ({random.Next(12)}, NULL)",
            5 => $"DELETE FROM bag WHERE x = {random.Next(12)}",
            6 => $"INSERT INTO t VALUES ({k * 1_000_003L}, {k % 12}, 'note {k % 5}', {i}.25)",
            7 => $"DELETE FROM t WHERE id BETWEEN {k} AND {k + 10}",
            _ => $"INSERT INTO t SELECT g, (g % 12)::int, 'note ' || (g % 9), g + 0.5 FROM generate_series({k}, {k + 15}) AS g",
        };
    }

    /// <summary>Turns a bit over in the oldest run of a table's rows.</summary>
    private static void Damage(SimulatedFiles files, Database database, string table)
    {
        int id = database.Catalog.Relations.Single(r => r.Name == table).Id;
        var run = database.Lane.Checkpointer!.Store.State.Structures[$"t{id}.0/0"].Runs[0];
        string pack = files.List($"{Data}/state/pack", "*").Single(
            f => f.EndsWith(run.Pack.ToString("x16", CultureInfo.InvariantCulture), StringComparison.Ordinal));
        byte[] bytes = files.ReadAll(pack);
        using var file = files.Open(pack, FileUse.Write);
        file.Write([(byte)(bytes[run.Offset + 20] ^ 4)], run.Offset + 20);
        file.Sync();
    }

    private static List<string> Contents(SimulatedFiles files) =>
    [
        .. ((string[])[$"{Data}/log", $"{Data}/state/pack", $"{Data}/state/manifest"])
            .SelectMany(d => files.List(d, "*")).Select(f => f + ":" + Convert.ToHexString(files.ReadAll(f))),
    ];

    private static async Task<List<string>> Rows(ISession session, string sql)
    {
        var result = await ResultTable.Run(session, sql, CancellationToken.None);
        return [.. result.Rows.Select(r => string.Join('|', r.Select(v => v ?? "NULL")))];
    }

    /// <summary>What must not wait for anything to be loaded.</summary>
    private static async Task<List<string>> AtOnce(ISession session, string sql)
    {
        var rows = Rows(session, sql);
        await Task.WhenAny(rows, Task.Delay(_patience));
        Assert.True(rows.IsCompleted, $"{sql} waits");
        return await rows;
    }

    private static async Task<List<string>> State(ISession session, IEnumerable<string> queries)
    {
        var lines = new List<string>();
        foreach (string query in queries)
        {
            lines.AddRange(await Rows(session, query).WaitAsync(_patience));
        }

        return lines;
    }

    private static Database Open(SimulatedFiles files, int workers, DurabilityHook? hook) => Database.Open(
        new DatabaseOptions
        {
            Workers = workers,
            HashSeed = 42,
            DataDirectory = Data,
            CheckpointAgeNanosMax = 0,
            Durability = hook,
        },
        Host.System with { Files = files },
        new SourceConnectors().AddBuiltin());

    private sealed class WrongRules(string name) : StoredRowsRules
    {
        internal override bool MindsGone => name != "gone";

        internal override bool ComparesKeys => name != "keys";

        internal override int FirstRun => name == "newest" ? 1 : 0;
    }
}
