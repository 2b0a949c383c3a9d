using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Xunit.Abstractions;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// What the engine asks of the object store: nothing while nothing changes, two writes a checkpoint, little for a little change.
/// </summary>
public sealed class StoreRequestTests(ITestOutputHelper output) : IDisposable
{
    private const int Rows = 300_000;
    private readonly string _directory = Directory.CreateTempSubdirectory("vectorized-requests-").FullName;
    private MeteredObjectStore? _store;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Requests_IdleBusyAndOneChangedRow_AreFew()
    {
        await using var database = Open();
        using var session = database.Connect("root", "dev");
        await Run(session, "CREATE TABLE t (id bigint PRIMARY KEY, customer int, note varchar)");
        await Run(session, "CREATE MATERIALIZED VIEW v AS SELECT customer, count(*) AS n FROM t GROUP BY customer");
        await Run(session, $"INSERT INTO t SELECT i, (i % 1000)::int, 'the note of row ' || i FROM generate_series(1, {Rows}) AS g(i)");
        await FaultBed.Settled(database);

        // One row of many: the row and the page of its group, not the table.
        long bytes = _store!.BytesWritten;
        await Run(session, $"UPDATE t SET customer = 7 WHERE id = {Rows / 2}");
        await FaultBed.Settled(database);
        long changed = _store.BytesWritten - bytes;
        output.WriteLine($"one changed row of {Rows}: {changed} bytes");
        Assert.InRange(changed, 1, 256 << 10);
        await WriteInSeveralRuns(database, session);

        // Busy: a pack and a manifest each; merging reads, garbage lists and deletes within bounds.
        var facts = database.Lane.Checkpointer!.Facts;
        long checkpoints = facts.Read().Completed;
        var (reads, writes, rest) = (_store.Reads, _store.Writes, _store.Listings + _store.Deletes);
        for (int i = 0; i < 60; i++)
        {
            await Run(session, $"UPDATE t SET customer = customer + 1 WHERE id = {i + 1}");
            await FaultBed.Settled(database);
        }

        checkpoints = facts.Read().Completed - checkpoints;
        (reads, writes, rest) = (_store.Reads - reads, _store.Writes - writes, _store.Listings + _store.Deletes - rest);
        output.WriteLine($"{checkpoints} checkpoints: {writes} writes, {reads} reads, {rest} listings and deletes");
        Assert.InRange(checkpoints, 2, long.MaxValue);
        Assert.Equal(2 * checkpoints, writes);
        Assert.InRange(reads, 0, 12 * checkpoints);
        Assert.InRange(rest, 0, 4 * checkpoints);

        // Idle: nothing at all, however often the checkpoint's age goes by.
        await FaultBed.Settled(database);
        await Task.Delay(200);
        var before = Requests();
        await Run(session, "SELECT count(*) FROM v");
        await Task.Delay(1_000);
        Assert.Equal(before, Requests());
    }

    /// <summary>
    /// A table whose checkpoints were of about one size, so that they are due to be merged: one changed row does not bring that about.
    /// </summary>
    private async Task WriteInSeveralRuns(Database database, ISession session)
    {
        for (int i = 1; i <= 6; i++)
        {
            await Run(
                session,
                $"INSERT INTO t SELECT i, 1, 'the note of row ' || i FROM generate_series({Rows * i} + 1, {Rows * i} + 40000) AS g(i)");
            await FaultBed.Settled(database);
            long bytes = _store!.BytesWritten;
            await Run(session, $"UPDATE t SET customer = customer + 1 WHERE id = {Rows - i}");
            await FaultBed.Settled(database);
            output.WriteLine($"one changed row after {i} more runs: {_store.BytesWritten - bytes} bytes");
            Assert.InRange(_store.BytesWritten - bytes, 1, 512 << 10);
        }
    }

    private (long Reads, long Writes, long Listings, long Deletes) Requests() =>
        (_store!.Reads, _store.Writes, _store.Listings, _store.Deletes);

    private Database Open() => Database.Open(
        new DatabaseOptions
        {
            HashSeed = 42,
            DataDirectory = _directory,
            CheckpointAgeNanosMax = 20_000_000,
            Between = store => _store = new MeteredObjectStore(store),
        },
        Host.System,
        new SourceConnectors().AddBuiltin());

    private static Task<ResultTable> Run(ISession session, string sql) => ResultTable.Run(session, sql, CancellationToken.None);
}
