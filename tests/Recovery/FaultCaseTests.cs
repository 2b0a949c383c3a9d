using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Tests.Storage;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// What is promised for each fault of storage, one test a case; the README lists which other tests show the same by random
/// histories and at every I/O point.
/// </summary>
public sealed class FaultCaseTests
{
    private const string Packs = "pack/";
    private const string Manifests = "manifest/";
    private const int Seed = 7;

    /// <summary>Packs are there, their manifest is not: the state is the one before and the log; the packs go.</summary>
    [Fact]
    public async Task Case1_KilledBetweenPackAndManifest_ComesBackAndTheOrphanGoes()
    {
        var files = new SimulatedFiles();
        var found = await KilledIn(files, store => (call, key) =>
        {
            if (call == "commit" && key.StartsWith(Packs, StringComparison.Ordinal))
            {
                throw new SimulatedCrashException();
            }
        });
        var orphans = found.List("data/state/pack", "*");
        Assert.NotEmpty(orphans);
        await using var back = FaultBed.Open(found);
        await back.Holds(4);
        await back.Insert(5);
        await back.Settled();
        await back.Insert(6);
        await back.Settled();
        await FaultBed.Until(() => !found.FileExists(orphans[^1]), "the orphan is deleted");
        await back.Holds(6);
    }

    /// <summary>The manifest is there, the answer was lost: what it holds is not executed again.</summary>
    [Fact]
    public async Task Case2_KilledAfterTheManifestTookEffect_AppliesNothingTwice()
    {
        var files = new SimulatedFiles();
        var found = await KilledIn(files, store => (call, key) =>
        {
            if (call == "put" && key.StartsWith(Manifests, StringComparison.Ordinal))
            {
                throw new SimulatedCrashException();
            }
        });
        await using var back = FaultBed.Open(found);
        await back.Holds(4);
        await back.Insert(5);
        await back.Settled();
        await back.Holds(5);
    }

    /// <summary>Recovery dies at one point after another, a hundred times: it still comes back, and nothing piles up.</summary>
    [Fact]
    public async Task Case3_CrashInRecoveryAHundredTimes_StillComesBack()
    {
        var files = new SimulatedFiles();
        await using (var bed = FaultBed.Open(files))
        {
            await bed.Create();
            for (int id = 1; id <= 20; id++)
            {
                await bed.Insert(id);
            }
        }

        int before = Count(files);
        var now = files;
        for (int attempt = 0; attempt < 100; attempt++)
        {
            now = now.Crash(attempt);
            now.CrashAt = attempt % 17;
            now.CrashAfterEffect = attempt % 2 == 0;
            try
            {
                await using var bed = FaultBed.Open(now);
                await bed.Insert(100 + attempt);
                await bed.Run($"DELETE FROM t WHERE id = {100 + attempt}");
            }
            catch (Exception e) when (now.HasCrashed && e is SimulatedCrashException or SqlException or StorageException)
            {
            }
        }

        now = now.Crash(Seed);
        await using var back = FaultBed.Open(now);
        await back.Run("DELETE FROM t WHERE id >= 100");
        await back.Holds(20);
        await back.Insert(21);
        await back.Settled();
        await back.Insert(22);
        await back.Settled();
        // A folded chain of manifests and a few packs: not a file for each attempt that wrote one.
        Assert.InRange(Count(now), 1, before + 150);
    }

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
        await using var first = FaultBed.Open(files, "one", "shared", "alpha");
        await first.Create();
        await first.Insert(1);
        await first.Settled();
        Assert.Contains("alpha", Assert.Throws<StorageException>(() => FaultBed.Open(files, "two", "shared", "beta")).Message);
        await using var second = FaultBed.Open(files, "two", "shared", "beta", takesOver: true);
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
        await using var first = FaultBed.Open(files, "one", "shared", "alpha");
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
        await using (var second = FaultBed.Open(files, "two", "shared", "beta", takesOver: true))
        {
            await second.Holds(1);
            await second.Insert(2);
            await second.Settled();
            wakes.Set();
            await Dies(first);
            await second.Insert(3);
            await second.Settled();
        }

        await using var third = FaultBed.Open(files, "three", "shared", "beta");
        await third.Holds(3);
    }

    /// <summary>A sync of the log that fails is not tried again: nothing is acknowledged any more, and a restart has what was.</summary>
    [Fact]
    public async Task Case13_FailedSync_EndsAndARestartHasWhatWasAcknowledged()
    {
        var files = new SimulatedFiles();
        await using (var bed = FaultBed.Open(files, age: 3_600_000_000_000))
        {
            await bed.Create();
            await bed.Insert(1);
            files.SyncsFail = true;
            await Assert.ThrowsAnyAsync<Exception>(() => bed.Insert(2));
            files.SyncsFail = false;
            await Assert.ThrowsAnyAsync<Exception>(() => bed.Insert(3));
            Assert.Contains("sync", (await bed.Database.Death).Message, StringComparison.OrdinalIgnoreCase);
        }

        await using var back = FaultBed.Open(files.Crash(Seed));
        var rows = (await back.Run("SELECT count(*) FROM t")).Rows[0][0];
        await back.Holds(rows == "1" ? 1 : 2);
    }

    /// <summary>Runs four inserts; the hook, set after two of them, kills the machine where it throws.</summary>
    private static async Task<SimulatedFiles> KilledIn(SimulatedFiles files, Func<InterceptedStore, InterceptedStore.Act> kill)
    {
        var killed = new TaskCompletionSource<SimulatedFiles>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bed = FaultBed.Open(files, age: 200_000_000);
        await bed.Create();
        await bed.Insert(1);
        await bed.Insert(2);
        await bed.Settled();
        var act = kill(bed.Store);
        await bed.Insert(3);
        await bed.Insert(4);
        bed.Store.After = (call, key) =>
        {
            try
            {
                act(call, key);
            }
            catch (SimulatedCrashException)
            {
                killed.TrySetResult(files.Crash(Seed));
                throw;
            }
        };
        if (bed.Completed > 0 && !killed.Task.IsCompleted)
        {
            // If the checkpoint of these was already over, another change brings the next.
            await bed.Run("UPDATE t SET value = value WHERE id = 1");
        }

        var found = await killed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        try
        {
            await bed.DisposeAsync();
        }
        catch (Exception e) when (e is SimulatedCrashException or StorageException)
        {
        }

        return found;
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

    private static int Count(SimulatedFiles files) =>
        files.List("data/state/pack", "*").Count + files.List("data/state/manifest", "*").Count + files.List("data/state/.upload", "*").Count;
}
