using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Storage;

namespace Vectorized.Tests.Recovery;

/// <summary>What goes on, and what must not, while a server waits for its object store.</summary>
public sealed class StoreWaitTests
{
    private const int Seed = 7;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>The state of what is dropped is still read by the checkpoint; the lane does not wait for that.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Drop_WhileACheckpointWaitsForTheStore_DoesNotWait(bool dies)
    {
        var files = new SimulatedFiles();
        using var waits = new ManualResetEventSlim();
        using var goes = new ManualResetEventSlim();
        await using (var bed = FaultBed.Open(files))
        {
            await bed.Create();
            await bed.Run("CREATE MATERIALIZED VIEW few AS SELECT id, value FROM t ORDER BY value DESC LIMIT 2");
            await bed.Run("CREATE MATERIALIZED VIEW pairs AS SELECT a.id, b.value FROM t a JOIN t b ON a.value = b.value");
            await bed.Insert(1);
            await bed.Settled();
            var detached = bed.Database.Lane.Graph.Detached;
            Assert.False(detached.Any);
            bed.Store.Before = (_, key) =>
            {
                if (key.StartsWith("pack/", StringComparison.Ordinal))
                {
                    waits.Set();
                    goes.Wait(_patience);
                }
            };
            await bed.Insert(2);
            Assert.True(waits.Wait(_patience));
            await bed.Run("DROP MATERIALIZED VIEW sums").WaitAsync(_patience);
            await bed.Run("DROP MATERIALIZED VIEW few").WaitAsync(_patience);
            await bed.Run("DROP MATERIALIZED VIEW pairs").WaitAsync(_patience);
            Assert.True(detached.Any);
            await bed.Run("CREATE MATERIALIZED VIEW sums AS SELECT count(*) AS n, sum(value) AS s, max(id) AS m FROM t").WaitAsync(_patience);
            await bed.Insert(3).WaitAsync(_patience);
            await bed.Holds(3);
            if (dies)
            {
                files = files.Crash(Seed);
                goes.Set();
            }
            else
            {
                goes.Set();
                await bed.Settled();
                await bed.Holds(3);
                Assert.False(detached.Any);
            }
        }

        await using var back = FaultBed.Open(files.Crash(Seed));
        await back.Holds(3);
    }

    /// <summary>
    /// A successor's checkpoint has cut the log that one still reads, for the first time (how far it goes) or the second (executing it):
    /// what it has read so far is not all, and it may not serve that or write behind it.
    /// </summary>
    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    [InlineData(28)]
    [InlineData(40)]
    public async Task TakenOver_WhileItReadsTheLog_DoesNotStart(int read)
    {
        const long Never = 3_600_000_000_000;
        var files = new SimulatedFiles();
        await using (var first = FaultBed.Open(files, "/one", "/shared", "alpha", Never, logsToStore: true))
        {
            await first.Create();
            for (int id = 1; id <= 20; id++)
            {
                await first.Insert(id);
            }

            files = files.Crash(Seed);
        }

        FaultBed? third = null;
        int reads = 0;
        void Overtake(InterceptedStore store) => store.Before = (call, key) =>
        {
            if (call == "get" && key.StartsWith("log/", StringComparison.Ordinal) && ++reads == read)
            {
                third = FaultBed.Open(files, "/three", "/shared", "gamma", logsToStore: true);
                third.Insert(21).Wait(_patience);
                third.Settled().Wait(_patience);
            }
        };

        var refusal = Assert.Throws<StorageException>(
            () => FaultBed.Open(files, "/two", "/shared", "beta", Never, prepare: Overtake, logsToStore: true));
        Assert.Contains("taken over", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("gamma", refusal.Message, StringComparison.Ordinal);
        await using (third)
        {
            await third!.Insert(22);
            await third.Holds(22);
        }

        await using var back = FaultBed.Open(files, "/two", "/shared", "beta", logsToStore: true);
        await back.Holds(22);
    }
}
