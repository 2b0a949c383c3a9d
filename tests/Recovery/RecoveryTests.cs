using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Server.Shell;
using Vectorized.Storage;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Sql;
using Vectorized.Tests.Storage;
using Xunit.Abstractions;

namespace Vectorized.Tests.Recovery;

/// <summary>A database comes back with what it had acknowledged, whatever I/O point its machine dies at.</summary>
public sealed class RecoveryTests(ITestOutputHelper output)
{
    private const string Data = "data";

    private static readonly string[] _definitions =
    [
        "CREATE TABLE account (id int PRIMARY KEY, owner varchar, balance numeric)",
        "CREATE TABLE note (body varchar, n bigint)",
        "CREATE MATERIALIZED VIEW total AS SELECT count(*) AS c, sum(balance) AS s, max(owner) AS m FROM account",
        "CREATE MATERIALIZED VIEW joined AS SELECT a.id, n.body FROM account a JOIN note n ON n.n = a.id",
        "CREATE SOURCE auction (id bigint, item_name varchar, reserve bigint) WITH (connector = 'nexmark', "
            + "nexmark.table.type = 'Auction', nexmark.event.num = '3000')",
        "CREATE MATERIALIZED VIEW auctions AS SELECT count(*) AS c, sum(reserve) AS s, min(item_name) AS m FROM auction",
        "CREATE MATERIALIZED VIEW top AS SELECT owner, balance FROM account ORDER BY balance DESC, owner LIMIT 3",
        "CREATE INDEX by_owner ON account (owner)",
        "CREATE TABLE mirror (k int PRIMARY KEY, b numeric, d int DEFAULT 4)",
        "CREATE SINK mirrored INTO mirror AS SELECT id, balance * 2 FROM account",
        "ALTER TABLE account ADD COLUMN rank int DEFAULT 1",
        "CREATE TABLE kept AS SELECT id, owner, rank FROM account",
        "CREATE SINK noted INTO kept (id, owner) AS SELECT n::int, body FROM note "
            + "WITH (type = 'append-only', force_append_only = 'true')",
        "ALTER TABLE mirror ADD COLUMN e int AS k + 1",
        "ALTER MATERIALIZED VIEW top RENAME TO best",
        "CREATE TABLE fed (id bigint, item_name varchar, reserve bigint, twice bigint AS reserve * 2) WITH (connector = 'nexmark', "
            + "nexmark.table.type = 'Auction', nexmark.event.num = '3000')",
        "CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS c, sum(twice) AS s FROM fed",
    ];

    private static readonly string[] _queries =
    [
        "SELECT * FROM account ORDER BY id", "SELECT * FROM note ORDER BY body, n", "SELECT * FROM total",
        "SELECT * FROM joined ORDER BY id, body", "SELECT * FROM top ORDER BY balance DESC, owner",
        "SELECT * FROM mirror ORDER BY k", "SELECT _row_id, * FROM kept ORDER BY 1", "SELECT * FROM best ORDER BY 2, 1",
    ];

    private static readonly string[] _overSources = ["SELECT * FROM auctions", "SELECT * FROM counted"];

    [Theory]
    [InlineData(CheckpointPolicy.AgeNanosDefault, 1, false)]
    [InlineData(0, 5, false)]
    [InlineData(1_000_000, 9, true)]
    public async Task Database_CrashAtEveryPoint_KeepsWhatWasAcknowledged(long age, int step, bool logsToStore)
    {
        // With a checkpoint after each tick there are several times as many points: a sample, another one each time.
        int seed = Seeds.Next(output);
        int points = (await Run(seed, -1, false, age, logsToStore)).Points.Count;
        output.WriteLine($"{points} I/O points");
        for (int point = new Random(seed).Next(step); point < points; point += step)
        {
            await Run(seed, point, point % 2 == 0, age, logsToStore);
        }
    }

    [Fact]
    public async Task Database_FailedSync_EndsAcknowledgement()
    {
        var files = new SimulatedFiles();
        await using var database = Open(files);
        using var session = database.Connect("root", "dev");
        await ResultTable.Run(session, "CREATE TABLE t (a int)", CancellationToken.None);
        files.SyncsFail = true;
        await Assert.ThrowsAnyAsync<Exception>(() => ResultTable.Run(session, "INSERT INTO t VALUES (1)", CancellationToken.None));
        Assert.IsType<StorageException>(await database.Death);
    }

    [Fact]
    public async Task Directory_HeldByAnother_IsRefused()
    {
        var files = new SimulatedFiles();
        await using var database = Open(files);
        Assert.Contains("in use by another server", Assert.Throws<StorageException>(() => Open(files)).Message);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public async Task Database_OtherWorkerCount_ComesBackEqual(int before, int after)
    {
        var files = new SimulatedFiles();
        var statements = Statements(new Random(5), 40);
        IReadOnlyList<string> wanted;
        await using (var database = Open(files, before))
        {
            using var session = database.Connect("root", "dev");
            foreach (string statement in statements)
            {
                await ResultTable.Run(session, statement, CancellationToken.None);
            }

            await WaitForSources(session);
            wanted = await State(session, _queries.Concat(_overSources));
        }

        await using var again = Open(files, after);
        using var reader = again.Connect("root", "dev");
        Assert.Equal(wanted, await State(reader, _queries.Concat(_overSources)));
    }

    /// <summary>Runs the history until the planned crash, comes back, compares with a database that never crashed.</summary>
    private static async Task<SimulatedFiles> Run(int seed, int crashAt, bool afterEffect, long age, bool logsToStore)
    {
        var files = new SimulatedFiles { CrashAt = crashAt, CrashAfterEffect = afterEffect };
        var statements = Statements(new Random(seed), 25);
        int acknowledged = 0;
        try
        {
            await using var database = Open(files, age: age, logsToStore: logsToStore);
            using var session = database.Connect("root", "dev");
            foreach (string statement in statements)
            {
                await ResultTable.Run(session, statement, CancellationToken.None);
                acknowledged++;
            }
        }
        catch (Exception e) when (files.HasCrashed && e is SimulatedCrashException or SqlException)
        {
        }

        var found = files.Crash(seed + crashAt);
        await using var back = Open(found, age: age, logsToStore: logsToStore);
        using var reader = back.Connect("root", "dev");

        // The statement under way at the crash was not acknowledged: it may have happened or not, as a whole.
        var actual = await State(reader, _queries);
        var without = await Expected(statements.Take(acknowledged));
        var with = await Expected(statements.Take(acknowledged + 1));
        Assert.True(
            actual.SequenceEqual(without) || actual.SequenceEqual(with),
            $"seed {seed}, point {crashAt}: {string.Join('\n', actual)}\n--- wanted\n{string.Join('\n', without)}");
        await ResultTable.Run(reader, "CREATE TABLE afterwards (a int)", CancellationToken.None);
        return files;
    }

    private static async Task<IReadOnlyList<string>> Expected(IEnumerable<string> statements)
    {
        await using var database = Open(null);
        using var session = database.Connect("root", "dev");
        foreach (string statement in statements)
        {
            await ResultTable.Run(session, statement, CancellationToken.None);
        }

        // By another session: what a block has written and not committed does not count.
        using var reader = database.Connect("root", "dev");
        return await State(reader, _queries);
    }

    private static List<string> Statements(Random random, int count)
    {
        var statements = new List<string>(_definitions[..3]);
        int defined = 3;
        for (int i = 0; i < count; i++)
        {
            if (defined < _definitions.Length && random.Next(4) == 0)
            {
                statements.Add(_definitions[defined++]);
            }

            if (random.Next(5) > 0)
            {
                statements.Add(Write(random, i));
                continue;
            }

            statements.Add("BEGIN");
            for (int more = random.Next(1, 5); more > 0; more--)
            {
                statements.Add(Write(random, i));
            }

            statements.Add(random.Next(4) == 0 ? "ROLLBACK" : "COMMIT");
        }

        return [.. statements, .. _definitions[defined..]];
    }

    private static string Write(Random random, int i)
    {
        int id = random.Next(12);
        return random.Next(6) switch
        {
            0 => $"DELETE FROM account WHERE id = {id}",
            1 => $"UPDATE account SET balance = balance + 1.5, owner = owner || 'x' WHERE id <= {id}",
            2 => $"INSERT INTO note VALUES ('note number {i} that is longer than a view', {id}), (NULL, {id})",
            3 => $"DELETE FROM note WHERE n = {id}",
            _ => $"INSERT INTO account VALUES ({id}, 'owner {i}', {i}.25), ({id + 1}, NULL, NULL)",
        };
    }

    private static async Task<IReadOnlyList<string>> State(ISession session, IEnumerable<string> queries)
    {
        var lines = new List<string>();
        foreach (string query in queries)
        {
            lines.Add(query);
            try
            {
                var result = await ResultTable.Run(session, query, CancellationToken.None);
                lines.AddRange(result.Rows.Select(r => string.Join('|', r.Select(v => v ?? "NULL"))));
            }
            catch (SqlException e)
            {
                lines.Add(e.SqlState);
            }
        }

        return lines;
    }

    private static async Task WaitForSources(ISession session)
    {
        // 3,000 events hold 180 auctions.
        foreach (string query in (string[])["SELECT c FROM auctions", "SELECT c FROM counted"])
        {
            while ((await ResultTable.Run(session, query, CancellationToken.None)).Rows[0][0] != "180")
            {
                await Task.Delay(5);
            }
        }
    }

    private static Database Open(
        SimulatedFiles? files, int workers = 1, long age = CheckpointPolicy.AgeNanosDefault, bool logsToStore = false) => Database.Open(
        new DatabaseOptions
        {
            Workers = workers,
            HashSeed = 42,
            DataDirectory = files is null ? null : Data,
            CheckpointAgeNanosMax = age,
            LogsToStore = logsToStore,
        },
        files is null ? Host.System : Host.System with { Files = files },
        new SourceConnectors().AddBuiltin());
}
