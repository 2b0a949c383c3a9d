using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;

namespace Vectorized.Tests.Recovery;

/// <summary>What is promised for each fault of the object store and of two servers at one, one test a case.</summary>
public sealed class StoreFaultCaseTests
{
    private const string Manifests = "manifest/";
    private const int Seed = 7;

    /// <summary>The store refuses for long: reads and acknowledged writes go on, and checkpoints by themselves once it answers.</summary>
    [Fact]
    public async Task Case4_StoreUnavailable_ServesOnAndResumes()
    {
        var files = new SimulatedFiles();
        await using var bed = FaultBed.Open(files);
        await bed.Create();
        await bed.Settled();
        bed.Store.Before = (_, _) => throw new ObjectStoreException(ObjectErrorKind.Throttled, "SlowDown");
        for (int id = 1; id <= 20; id++)
        {
            await bed.Insert(id);
        }

        await FaultBed.Until(() => bed.Failures > 0, "a checkpoint has failed");
        await bed.Holds(20);
        Assert.False(bed.Database.Death.IsCompleted);
        bed.Store.Before = (_, _) => { };
        await bed.Settled();
        await bed.Holds(20);
    }

    /// <summary>It refuses while the state is being loaded: who needs that waits and is told why, and it goes on by itself.</summary>
    [Fact]
    public async Task Case4_StoreUnavailableWhileStateIsLoaded_IsWaitedFor()
    {
        var files = await Filled(20);
        using var held = new HeldLoading(_ => true);
        await using var bed = FaultBed.Open(files, hook: held);
        await held.Held.Task.WaitAsync(TimeSpan.FromSeconds(60));
        int refused = 0;
        bed.Store.Before = (_, _) =>
        {
            Interlocked.Increment(ref refused);
            throw new ObjectStoreException(ObjectErrorKind.Throttled, "SlowDown");
        };
        held.Release();
        var holds = bed.Holds(20);
        await FaultBed.Until(() => refused > 1, "it was tried again");
        Assert.False(holds.IsCompleted);
        Assert.Equal("SlowDown", bed.Database.ReadFacts()!.State!.Unreadable);
        bed.Store.Before = (_, _) => { };
        await holds.WaitAsync(TimeSpan.FromSeconds(60));
        await bed.Insert(21);
        await bed.Holds(21);
        Assert.Null(bed.Database.ReadFacts()!.State!.Unreadable);
    }

    /// <summary>A time-out that may have had its effect is settled by looking, whichever way it went.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Case5_TimeOutOfUnknownEffect_IsSettled(bool hadEffect)
    {
        var files = new SimulatedFiles();
        await using (var bed = FaultBed.Open(files))
        {
            await bed.Create();
            await bed.Settled();
            int left = 3;
            InterceptedStore.Act timesOut = (call, key) =>
            {
                if (call == "put" && key.StartsWith(Manifests, StringComparison.Ordinal) && Interlocked.Decrement(ref left) >= 0)
                {
                    throw new ObjectStoreException(ObjectErrorKind.TimedOut, "no answer", outcomeIsUnknown: true);
                }
            };
            bed.Store.Before = hadEffect ? bed.Store.Before : timesOut;
            bed.Store.After = hadEffect ? timesOut : bed.Store.After;
            for (int id = 1; id <= 10; id++)
            {
                await bed.Insert(id);
            }

            await bed.Settled();
            await bed.Holds(10);
        }

        await using var back = FaultBed.Open(files.Crash(Seed));
        await back.Holds(10);
    }

    /// <summary>An upload that ends in the middle is referred to by no manifest.</summary>
    [Fact]
    public async Task Case6_UploadCutShort_IsReferredToByNothing()
    {
        var files = new SimulatedFiles();
        await using (var bed = FaultBed.Open(files))
        {
            await bed.Create();
            await bed.Settled();
            int left = 2;
            bed.Store.After = (call, _) =>
            {
                if (call == "write" && Interlocked.Decrement(ref left) >= 0)
                {
                    throw new ObjectStoreException(ObjectErrorKind.Unavailable, "connection lost");
                }
            };
            for (int id = 1; id <= 10; id++)
            {
                await bed.Insert(id);
            }

            await FaultBed.Until(() => bed.Failures > 0, "a checkpoint has failed");
            await bed.Settled();
        }

        await using var back = FaultBed.Open(files.Crash(Seed));
        await back.Holds(10);
    }

    /// <summary>Listings that show nothing of what is new: the newest state is found all the same.</summary>
    [Fact]
    public async Task Case7_StaleListing_FindsTheNewestState()
    {
        var files = new SimulatedFiles();
        await using (var bed = FaultBed.Open(files))
        {
            await bed.Create();
            for (int id = 1; id <= 30; id++)
            {
                await bed.Insert(id);
                await bed.Settled();
            }
        }

        var found = files.Crash(Seed);
        await using var back = FaultBed.Open(found, prepare: store => store.Listed = page =>
            page with { Entries = [.. page.Entries.Take((page.Entries.Count + 1) / 2)] });
        await back.Holds(30);
        for (int id = 31; id <= 40; id++)
        {
            await back.Insert(id);
            await back.Settled();
        }

        await back.Holds(40);
    }

    /// <summary>A second writer takes the state: the first ends, says by whom it was fenced, and publishes nothing more.</summary>
    [Fact]
    public async Task Case8_SecondServer_TheFirstFencesItself()
    {
        var files = new SimulatedFiles();
        await using var first = FaultBed.Open(files, "/one", "/shared", "alpha");
        await first.Create();
        await first.Insert(1);
        await first.Settled();
        Assert.Contains("alpha", Assert.Throws<StorageException>(() => FaultBed.Open(files, "/two", "/shared", "beta")).Message);
        await using var second = FaultBed.Open(files, "/two", "/shared", "beta", takesOver: true);
        await second.Holds(1);
        var died = await Dies(first);
        Assert.Contains("beta", died.Message);
        await Assert.ThrowsAnyAsync<Exception>(() => first.Insert(3));
        await second.Insert(2);
        await second.Settled();
        await second.Holds(2);
    }

    /// <summary>One that slept in the middle of its checkpoint while another took over and went on cannot publish when it wakes.</summary>
    [Fact]
    public async Task Case9_SleepingWriter_PublishesNothingWhenItWakes()
    {
        var files = new SimulatedFiles();
        using var sleeps = new ManualResetEventSlim();
        using var wakes = new ManualResetEventSlim();
        await using var first = FaultBed.Open(files, "/one", "/shared", "alpha");
        await first.Create();
        await first.Insert(1);
        await first.Settled();
        first.Store.Before = (call, key) =>
        {
            if (call == "put" && key.StartsWith(Manifests, StringComparison.Ordinal))
            {
                sleeps.Set();
                wakes.Wait();
            }
        };
        await first.Insert(-1);
        sleeps.Wait();
        await using (var second = FaultBed.Open(files, "/two", "/shared", "beta", takesOver: true))
        {
            await second.Holds(1);
            await second.Insert(2);
            await second.Settled();
            wakes.Set();
            await Dies(first);
            await second.Insert(3);
            await second.Settled();
        }

        await using var third = FaultBed.Open(files, "/two", "/shared", "beta");
        await third.Holds(3);
    }

    /// <summary>One that slept while it loaded its state finds that gone: it says who has taken over, not that the state is damaged.</summary>
    [Fact]
    public async Task Case9_WriterThatSleptWhileItLoaded_SaysWhoFencedIt()
    {
        var files = await Filled(20);
        using var held = new HeldLoading(_ => true);
        await using var first = FaultBed.Open(files, "/data", "/data/state", "alpha", takesOver: true, hook: held);
        await held.Held.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await using var second = FaultBed.Open(files, "/two", "/data/state", "beta", takesOver: true);
        await second.Run("DELETE FROM t");
        for (int id = 1; id <= 3; id++)
        {
            await second.Insert(id);
            await second.Settled();
        }

        first.Store.Before = (_, key) =>
        {
            if (key.StartsWith("pack/", StringComparison.Ordinal))
            {
                throw new ObjectStoreException(ObjectErrorKind.NotFound, "gone");
            }
        };
        held.Release();
        var reading = first.Holds(20);
        var died = Assert.IsType<FencedException>(await first.Database.Death.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("beta", died.HostName);
        var told = await Assert.ThrowsAsync<SqlException>(() => reading.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(SqlState.AdminShutdown, told.SqlState);
        await second.Holds(3);
    }

    /// <summary>What a server left that stopped in order.</summary>
    private static async Task<SimulatedFiles> Filled(int rows)
    {
        var files = new SimulatedFiles();
        await using var bed = FaultBed.Open(files);
        await bed.Create();
        for (int id = 1; id <= rows; id++)
        {
            await bed.Insert(id);
        }

        return files;
    }

    /// <summary>Writes until it learns that it is fenced.</summary>
    private static async Task<Exception> Dies(FaultBed bed)
    {
        long id = -2;
        await FaultBed.Until(
            () =>
            {
                try
                {
                    bed.Insert(id--).Wait();
                }
                catch (AggregateException)
                {
                }

                return bed.Database.Death.IsCompleted;
            },
            "the fenced one ends");
        return Assert.IsType<FencedException>(await bed.Database.Death);
    }
}
