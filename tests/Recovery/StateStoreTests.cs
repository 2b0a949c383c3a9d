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
