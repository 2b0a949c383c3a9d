using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Server.Shell;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Recovery;

/// <summary>A state that stands apart from the data directory: the machine may be lost, another may take over.</summary>
public sealed class StateStoreTests
{
    private const string State = "elsewhere/state";

    [Fact]
    public async Task LogOnTheStore_MachineIsLost_AnotherHasAllThatWasAcknowledged()
    {
        var files = new SimulatedFiles();
        await using (var database = Open(files, "one", logsToStore: true))
        {
            using var session = database.Connect("root", "dev");
            await Fill(session);

            // The first machine is gone without a word; its data directory with it.
            await using var second = Open(files, "two", logsToStore: true, host: "two");
            using var reader = second.Connect("root", "dev");
            Assert.Equal(["3", "60"], (await Run(reader, "SELECT count(*), sum(b) FROM t")).Rows[0]);
            Assert.Equal(["3"], (await Run(reader, "SELECT c FROM v")).Rows[0]);
            await Run(reader, "INSERT INTO t VALUES (4, 40)");

            // It comes back: what it writes is not acknowledged.
            await Assert.ThrowsAnyAsync<Exception>(() => Run(session, "INSERT INTO t VALUES (5, 50)"));
            Assert.IsType<FencedException>(await database.Death);
        }

        await using var third = Open(files, "three", logsToStore: true, host: "three");
        using var last = third.Connect("root", "dev");
        Assert.Equal(["4", "100"], (await Run(last, "SELECT count(*), sum(b) FROM t")).Rows[0]);
    }

    [Fact]
    public async Task LogOnTheDisk_AnotherHost_IsRefusedUnlessItTakesOver()
    {
        var files = new SimulatedFiles();
        await using (var database = Open(files, "one"))
        {
            using var session = database.Connect("root", "dev");
            await Fill(session);
        }

        string message = Assert.Throws<StorageException>(() => Open(files, "two", host: "two")).Message;
        Assert.Contains("one", message, StringComparison.Ordinal);
        Assert.Contains("takeover", message, StringComparison.Ordinal);
        await using var second = Open(files, "two", host: "two", takesOver: true);
        using var reader = second.Connect("root", "dev");
        Assert.Equal(["3", "60"], (await Run(reader, "SELECT count(*), sum(b) FROM t")).Rows[0]);
    }

    [Fact]
    public async Task Durability_ChangedWhileRecordsAreInNoCheckpoint_IsRefused()
    {
        var files = new SimulatedFiles();
        await using (var database = Open(files, "one"))
        {
            using var session = database.Connect("root", "dev");
            await Fill(session);
            files = files.Crash(1);
        }

        Assert.Contains("no checkpoint", Assert.Throws<StorageException>(() => Open(files, "one", logsToStore: true)).Message, StringComparison.Ordinal);
        await using (Open(files, "one"))
        {
        }

        await using var changed = Open(files, "one", logsToStore: true);
        using var reader = changed.Connect("root", "dev");
        Assert.Equal(["3", "60"], (await Run(reader, "SELECT count(*), sum(b) FROM t")).Rows[0]);
    }

    [Fact]
    public async Task Workers_ChangedBetweenRuns_ComeToTheSame()
    {
        var files = new SimulatedFiles();
        await using (var database = Open(files, "one", workers: 2))
        {
            using var session = database.Connect("root", "dev");
            await Fill(session);
        }

        await using var again = Open(files, "one", workers: 1);
        using var reader = again.Connect("root", "dev");
        await Run(reader, "INSERT INTO t VALUES (4, 40)");
        Assert.Equal(["4"], (await Run(reader, "SELECT c FROM v")).Rows[0]);
    }

    /// <summary>What a refused start leaves says the same as before: who has what is in no checkpoint.</summary>
    [Fact]
    public async Task Durability_ChangeRefused_LeavesTheRestAsItWas()
    {
        var files = new SimulatedFiles();
        await using (var database = Open(files, "one"))
        {
            using var session = database.Connect("root", "dev");
            await Fill(session);
            files = files.Crash(1);
        }

        Assert.Throws<StorageException>(() => Open(files, "one", logsToStore: true));
        Assert.Contains("takeover", Assert.Throws<StorageException>(() => Open(files, "two", logsToStore: true, host: "two")).Message);

        files = new SimulatedFiles();
        await using (var database = Open(files, "one", logsToStore: true))
        {
            using var session = database.Connect("root", "dev");
            await Fill(session);
            files = files.Crash(1);
        }

        Assert.Throws<StorageException>(() => Open(files, "one"));
        await using var other = Open(files, "two", logsToStore: true, host: "two");
        using var reader = other.Connect("root", "dev");
        Assert.Equal(["3", "60"], (await Run(reader, "SELECT count(*), sum(b) FROM t")).Rows[0]);
    }

    [Fact]
    public async Task LogOnTheDisk_AnotherDirectoryOfTheSameHost_IsRefusedUnlessItTakesOver()
    {
        var files = new SimulatedFiles();
        await using (var database = Open(files, "one"))
        {
            using var session = database.Connect("root", "dev");
            await Fill(session);
        }

        Assert.Contains("takeover", Assert.Throws<StorageException>(() => Open(files, "two")).Message);
        await using (var renamed = Open(files, "one", host: "called otherwise now"))
        {
            using var session = renamed.Connect("root", "dev");
            Assert.Equal(["3", "60"], (await Run(session, "SELECT count(*), sum(b) FROM t")).Rows[0]);
        }

        await using var second = Open(files, "two", takesOver: true);
        using var reader = second.Connect("root", "dev");
        Assert.Equal(["3", "60"], (await Run(reader, "SELECT count(*), sum(b) FROM t")).Rows[0]);
    }

    /// <summary>
    /// Its log has records under numbers that its successor has given to others: none of them is executed upon the successor's state,
    /// wherever the first's second life dies.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TakeOver_ByTheFirstAgain_DoesNotExecuteWhatWasGivenUp(bool logsToStore)
    {
        var files = new SimulatedFiles();
        await using (var first = Open(files, "one"))
        {
            using var session = first.Connect("root", "dev");
            await Fill(session);
            await Run(session, "INSERT INTO t VALUES (5, 50)");
            files = files.Crash(1);
        }

        await using (var second = Open(files, "two", host: "two", takesOver: true, logsToStore: logsToStore))
        {
            using var session = second.Connect("root", "dev");
            await Run(session, "CREATE TABLE other (a int PRIMARY KEY)");
            await Run(session, "INSERT INTO other VALUES (7)");
        }

        for (int point = 0; ; point += 3)
        {
            var device = files.Crash(1);
            device.CrashAt = device.Points.Count + point;
            try
            {
                await using var dying = Open(device, "one", takesOver: true);
            }
            catch (Exception e) when (e is SimulatedCrashException or StorageException)
            {
            }

            bool hasCrashed = device.HasCrashed;
            device = device.Crash(point);
            await using var first = Open(device, "one", takesOver: true);
            using var session = first.Connect("root", "dev");
            Assert.Equal(["7"], (await Run(session, "SELECT a FROM other")).Rows[0]);
            await Assert.ThrowsAsync<SqlException>(() => Run(session, "SELECT * FROM t"));
            Assert.Contains(Enumerable.Range(1, 40), n => device.List($"one/log-given-up-{n}", "*.log").Count > 0);
            if (!hasCrashed)
            {
                return;
            }
        }
    }

    private static async Task Fill(ISession session)
    {
        await Run(session, "CREATE TABLE t (a int PRIMARY KEY, b bigint)");
        await Run(session, "CREATE MATERIALIZED VIEW v AS SELECT count(*) AS c FROM t");
        await Run(session, "INSERT INTO t VALUES (1, 10), (2, 20)");
        await Run(session, "INSERT INTO t VALUES (3, 30)");
    }

    private static Task<ResultTable> Run(ISession session, string sql) => ResultTable.Run(session, sql, CancellationToken.None);

    private static Database Open(
        SimulatedFiles files, string data, bool logsToStore = false, string host = "one", bool takesOver = false, int workers = 1) =>
        Database.Open(
            new DatabaseOptions
            {
                DataDirectory = data,
                StateAddress = State,
                HashSeed = 42,
                HostName = host,
                TakesOver = takesOver,
                LogsToStore = logsToStore,
                Workers = workers,
            },
            Host.System with { Files = files },
            new SourceConnectors().AddBuiltin());
}
