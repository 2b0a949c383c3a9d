using System.Globalization;
using System.Text;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Serving.Subscriptions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Slt;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Subscriptions;

/// <summary>
/// COPY (SUBSCRIBE TO ...) TO STDOUT: a copy kept by applying what comes must equal the relation at each progress mark, for
/// random histories read at random moments.
/// </summary>
public sealed class SubscribeTests(ITestOutputHelper output)
{
    private const int Steps = 30;

    [Theory]
    [InlineData(1, "t")]
    [InlineData(2, "t")]
    [InlineData(2, "k")]
    [InlineData(1, "groups")]
    [InlineData(2, "pairs")]
    [InlineData(2, "(SELECT k.b, count(*) AS n FROM k JOIN t ON k.a = t.a GROUP BY k.b)")]
    [InlineData(1, "(SELECT b, a + 1 AS c FROM t WHERE a > 2)")]
    public async Task Subscribe_RandomHistory_CopyIsTheRelation(int workers, string relation)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < 4; i++)
        {
            string? difference = await Run(seed + i, workers, relation, line => [line]);
            Assert.True(difference is null, difference);
        }
    }

    /// <summary>Wrong streams: a death is lost, a range that ends one change early, a change that comes twice.</summary>
    [Theory]
    [InlineData("death")]
    [InlineData("end")]
    [InlineData("twice")]
    public async Task Subscribe_WrongStream_IsNoticed(string wrong)
    {
        int seed = Seeds.Next(output);
        int changes = 0;
        Func<string, string[]> mutate = wrong switch
        {
            "death" => line => line.Split('\t')[2][0] == '-' ? [] : [line],
            "end" => line => line.Split('\t')[1] == "f" && ++changes % 7 == 0 ? [] : [line],
            _ => line => line.Split('\t')[1] == "f" && ++changes % 7 == 0 ? [line, line] : [line],
        };
        bool noticed = false;
        for (int i = 0; i < 10 && !noticed; i++)
        {
            // A single history may have nothing of the kind.
            noticed = await Run(seed + i, 1, "t", mutate) is not null;
        }

        Assert.True(noticed);
    }

    [Fact]
    public async Task Subscribe_SumThatIsAlwaysZero_IsOneEvent()
    {
        await using var database = TestDatabase.Open(2);
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE a (id int PRIMARY KEY, v int)");
        await Execute(session, "CREATE MATERIALIZED VIEW total AS SELECT coalesce(sum(coalesce(x.v, 0) - coalesce(y.v, 0)), 0) AS s"
            + " FROM a x FULL JOIN a y ON x.id = y.id");
        await using var reader = new Reader(database, "total WITH (progress_ms = 1)");
        await reader.ReadTo(database.PublishedEpoch);
        for (int i = 0; i < 20; i++)
        {
            await Execute(session, $"INSERT INTO a VALUES ({i}, {i * 3})");
            await Execute(session, $"UPDATE a SET v = v + 1 WHERE id <= {i}");
            if (i % 7 == 0)
            {
                await reader.ReadTo(database.PublishedEpoch);
            }
        }

        await reader.ReadTo(database.PublishedEpoch);
        Assert.Equal(["1\t0"], reader.Events.Select(e => e.Split('\t', 2)[1]));
    }

    [Fact]
    public async Task Subscribe_ReaderBeyondItsLag_LetsGoOfThePast()
    {
        await using var database = TestDatabase.Open();
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE t (a int)");
        await using var stalled = new Reader(database, "t WITH (lag_rows = 100)");
        await stalled.ReadTo(database.PublishedEpoch);
        long start = database.PublishedEpoch;
        await Churn(session);
        Assert.True(database.Lane.Pins.OldestVisible > start);
        var error = await Assert.ThrowsAsync<SqlException>(() => stalled.ReadTo(database.PublishedEpoch));
        Assert.Equal("55000", error.SqlState);
    }

    [Fact]
    public async Task Subscribe_ReaderWithinItsLag_GetsOneConsolidatedRange()
    {
        await using var database = TestDatabase.Open();
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE t (a int)");
        await using var slow = new Reader(database, "t");
        await slow.ReadTo(database.PublishedEpoch);
        long start = database.PublishedEpoch;
        await Churn(session);
        Assert.Equal(start, database.Lane.Pins.OldestVisible);
        await slow.ReadTo(database.PublishedEpoch);
        Assert.Equal(["1\t7"], slow.Events.Select(e => e.Split('\t', 2)[1]));
        await Execute(session, "INSERT INTO t VALUES (8)");
        Assert.True(database.Lane.Pins.OldestVisible > start);
    }

    [Fact]
    public async Task Subscribe_AsOfAnEpoch_ResumesWhileItIsKept()
    {
        await using var database = TestDatabase.Open();
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE t (a int)");
        await Execute(session, "INSERT INTO t VALUES (1)");
        long epoch = database.PublishedEpoch;
        await using (var holder = new Reader(database, "t"))
        {
            await holder.ReadTo(epoch);
            await Execute(session, "INSERT INTO t VALUES (2)");
            await using var resumed = new Reader(database, $"t AS OF {epoch}");
            await resumed.ReadTo(database.PublishedEpoch);
            Assert.Equal(["1\t2"], resumed.Events.Select(e => e.Split('\t', 2)[1]));
        }

        await Execute(session, "INSERT INTO t VALUES (3)");
        await using var late = new Reader(database, $"t AS OF {epoch}");
        var error = await Assert.ThrowsAsync<SqlException>(() => late.ReadTo(database.PublishedEpoch));
        Assert.Contains($"after epoch {epoch} are no longer kept: the earliest epoch is {database.Lane.Pins.OldestVisible}", error.Message);
    }

    [Fact]
    public async Task Subscribe_CancelledOrDropped_Ends()
    {
        await using var database = TestDatabase.Open();
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE t (a int)");
        await using var reader = new Reader(database, "t");
        await reader.ReadTo(database.PublishedEpoch);
        using (var cancel = new CancellationTokenSource())
        {
            var waiting = reader.ReadTo(long.MaxValue, cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        await Execute(session, "DROP TABLE t");
        var error = await Assert.ThrowsAsync<SqlException>(() => reader.ReadTo(long.MaxValue));
        Assert.Equal("55000", error.SqlState);
    }

    [Fact]
    public async Task Subscribe_ToAQuery_HasAViewOfItsOwnWhileItRuns()
    {
        await using var database = TestDatabase.Open();
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE t (a int)");
        await Execute(session, "CREATE VIEW v AS SELECT a * 2 AS b FROM t");
        await using (var reader = new Reader(database, "v"))
        {
            await Execute(session, "INSERT INTO t VALUES (4)");
            await reader.ReadTo(database.PublishedEpoch);
            Assert.Equal(["8"], reader.Rows());
            Assert.Single(Views(database));
            var error = await Assert.ThrowsAsync<SqlException>(() => Execute(session, "DROP TABLE t"));
            Assert.Equal("2BP01", error.SqlState);
        }

        while (Views(database).Any())
        {
            // Another session's definition, which comes after the drop.
            await Execute(session, "CREATE TABLE later (a int)");
            await Execute(session, "DROP TABLE later");
        }

        await Execute(session, "DROP TABLE t CASCADE");
    }

    [Fact]
    public async Task Subscribe_ToAQueryWhenTheServerEnds_LeavesNothing()
    {
        string directory = Directory.CreateTempSubdirectory("vectorized-subscribe").FullName;
        try
        {
            var options = new DatabaseOptions { DataDirectory = directory };
            await using (var first = Database.Open(options, Host.System, new SourceConnectors().AddBuiltin()))
            {
                using var session = first.Connect("root", "dev");
                await Execute(session, "CREATE TABLE t (a int)");
                var reader = new Reader(first, "(SELECT count(*) AS n FROM t)");
                await reader.ReadTo(first.PublishedEpoch);
                Assert.Single(Views(first));
            }

            await using var second = Database.Open(options, Host.System, new SourceConnectors().AddBuiltin());
            using var later = second.Connect("root", "dev");
            while (Views(second).Any())
            {
                await Execute(later, "CREATE TABLE later (a int)");
                await Execute(later, "DROP TABLE later");
            }

            await Execute(later, "DROP TABLE t");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static IEnumerable<string> Views(Database database) =>
        database.Catalog.FindSchema(SubscriptionViews.Schema) is { } schema
            ? database.Catalog.Relations.Where(r => r.SchemaId == schema.Id).Select(r => r.Name)
            : [];

    private static async Task Churn(ISession session)
    {
        for (int i = 0; i < 5; i++)
        {
            await Execute(session, "INSERT INTO t SELECT g FROM generate_series(1, 50) g");
            await Execute(session, "DELETE FROM t");
        }

        await Execute(session, "INSERT INTO t VALUES (7)");
    }

    private static async Task<string?> Run(int seed, int workers, string relation, Func<string, string[]> mutate)
    {
        var random = new Random(seed);
        await using var database = TestDatabase.Open(workers);
        using var session = database.Connect("root", "dev");
        await Execute(session, "CREATE TABLE t (a int, b varchar)");
        await Execute(session, "CREATE TABLE k (a int PRIMARY KEY, b varchar)");
        await Execute(session, "CREATE MATERIALIZED VIEW groups AS SELECT b, count(*) AS n, sum(a) AS s FROM t GROUP BY b");
        await Execute(session, "CREATE MATERIALIZED VIEW pairs AS SELECT k.b, t.b AS c FROM k LEFT JOIN t ON k.a = t.a");
        await using var reader = new Reader(database, $"{relation} WITH (progress_ms = 1)") { Mutate = mutate };
        for (int step = 0; step < Steps; step++)
        {
            await Execute(session, Change(random));
            if (random.Next(3) == 0 || step == Steps - 1)
            {
                await reader.ReadTo(database.PublishedEpoch);
                var expected = (await Execute(session, $"SELECT * FROM {relation}{(relation[0] == '(' ? " q" : "")}")).Order(StringComparer.Ordinal).ToList();
                var copy = reader.Rows().Order(StringComparer.Ordinal).ToList();
                if (!copy.SequenceEqual(expected))
                {
                    return $"seed {seed}, step {step}: the copy of {relation} holds\n  {string.Join("\n  ", copy)}\nbut it is\n  "
                        + string.Join("\n  ", expected);
                }
            }
        }

        return null;
    }

    private static string Change(Random random)
    {
        int a = random.Next(6);
        string text = random.Next(4) switch { 0 => "NULL", 1 => "'x'", 2 => "'y'", _ => $"'a text longer than twelve {a}'" };
        return random.Next(9) switch
        {
            0 => $"DELETE FROM t WHERE a = {a}",
            1 => $"UPDATE t SET b = {text} WHERE a = {a}",
            2 => "UPDATE t SET a = NULL WHERE b = 'x'",
            3 => $"DELETE FROM k WHERE a = {a}",
            4 => $"UPDATE k SET b = {text} WHERE a = {a}",
            5 or 6 => $"INSERT INTO k VALUES ({a}, {text}) ON CONFLICT (a) DO UPDATE SET b = excluded.b",
            _ => $"INSERT INTO t VALUES ({a}, {text}), ({random.Next(6)}, {text}), ({a}, {text})",
        };
    }

    private static async Task<IEnumerable<string>> Execute(ISession session, string sql)
    {
        var table = await ResultTable.Run(session, sql, CancellationToken.None);
        return table.Rows.Select(row => string.Join('\t', row.Select(c => c ?? "\\N")));
    }

    /// <summary>A client that reads as far as it is told to and keeps a copy.</summary>
    private sealed class Reader : IAsyncDisposable
    {
        private readonly Dictionary<string, long> _copy = new(StringComparer.Ordinal);
        private readonly ISession _session;
        private readonly IPortal _portal;

        internal Reader(Database database, string what)
        {
            _session = database.Connect("root", "dev");
            var statement = SqlParser.Parse($"COPY (SUBSCRIBE TO {what}) TO STDOUT")[0];
            _portal = _session.Bind(_session.Prepare(statement, []), []);
        }

        internal Func<string, string[]> Mutate { get; init; } = line => [line];

        /// <summary>Epoch, diff, row of each change.</summary>
        internal List<string> Events { get; } = [];

        internal async Task ReadTo(long epoch, CancellationToken cancellation = default)
        {
            while (true)
            {
                var piece = await _portal.CopyOut!.Next(cancellation);
                foreach (string line in Encoding.UTF8.GetString(piece.Span).TrimEnd('\n').Split('\n').SelectMany(Mutate))
                {
                    string[] parts = line.Split('\t', 4);
                    if (parts[1] == "t")
                    {
                        if (long.Parse(parts[0], CultureInfo.InvariantCulture) >= epoch)
                        {
                            return;
                        }

                        continue;
                    }

                    Events.Add($"{parts[0]}\t{parts[2]}\t{parts[3]}");
                    long count = _copy.GetValueOrDefault(parts[3]) + long.Parse(parts[2], CultureInfo.InvariantCulture);
                    _copy[parts[3]] = count;
                }
            }
        }

        internal IEnumerable<string> Rows() =>
            _copy.SelectMany(row => Enumerable.Repeat(row.Key, (int)Math.Max(0, row.Value)));

        public ValueTask DisposeAsync()
        {
            _portal.Dispose();
            _session.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
