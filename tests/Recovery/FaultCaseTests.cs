using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Storage;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Storage;

namespace Vectorized.Tests.Recovery;

/// <summary>
/// What is promised for each fault of the machine, one test a case (those of the store: <see cref="StoreFaultCaseTests"/>); the README
/// lists which other tests show the same by random histories and at every I/O point.
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
        var orphans = found.List("/data/state/pack", "*");
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
            Assert.Contains("cannot be written", Assert.IsType<StorageException>(await bed.Database.Death).Message);
        }

        await using var back = FaultBed.Open(files.Crash(Seed));
        var rows = (await back.Run("SELECT count(*) FROM t")).Rows[0][0];
        await back.Holds(rows == "1" ? 1 : 2);
    }

    /// <summary>The wall clock steps by hours, also across a restart: ticks' time goes on, and what was due stays so.</summary>
    [Fact]
    public async Task Case14_ClockStepsBack_TimeDoesNot()
    {
        var files = new SimulatedFiles();
        var clock = new SteppedClock();
        const string Late = "SELECT count(*) FROM (SELECT at, lag(at) OVER (ORDER BY n) AS before FROM e) x WHERE at < before";
        int next = 0;
        await using (var bed = FaultBed.Open(files, clock: clock))
        {
            await bed.Run("CREATE TABLE e (n int, at timestamptz AS proctime()) APPEND ONLY");
            await bed.Run("CREATE MATERIALIZED VIEW come AS SELECT n FROM e WHERE at <= now()");
            foreach (int hours in (int[])[0, 1, -1, -2, 3, 0])
            {
                clock.Hours = hours;
                await bed.Run($"INSERT INTO e (n) VALUES ({++next})");
                Assert.Equal("0", (await bed.Run(Late)).Rows[0][0]);
                Assert.Equal($"{next}", (await bed.Run("SELECT count(*) FROM come")).Rows[0][0]);
            }
        }

        clock.Hours = -24;
        await using var back = FaultBed.Open(files.Crash(Seed), clock: clock);
        Assert.Equal($"{next}", (await back.Run("SELECT count(*) FROM come")).Rows[0][0]);
        await back.Run($"INSERT INTO e (n) VALUES ({++next})");
        Assert.Equal("0", (await back.Run(Late)).Rows[0][0]);
        Assert.Equal($"{next}", (await back.Run("SELECT count(*) FROM come")).Rows[0][0]);
    }

    /// <summary>State of a format that this program does not know is refused by name, and stays byte for byte as it is.</summary>
    [Fact]
    public async Task Case25_NewerFormat_IsRefusedAndUntouched()
    {
        var files = new SimulatedFiles();
        await using (var bed = FaultBed.Open(files))
        {
            await bed.Create();
            await bed.Insert(1);
            await bed.Settled();
        }

        files = files.Crash(Seed);
        string newest = files.List("/data/state/manifest", "*")[^1];
        SetFormat(files, newest, 2);
        var before = Contents(files);
        string message = Assert.Throws<CorruptionException>(() => FaultBed.Open(files)).Message;
        Assert.Contains("format 2", message);
        Assert.Contains("format 1", message);
        Assert.Equal(before, Contents(files));
        SetFormat(files, newest, 1);
        await using var back = FaultBed.Open(files);
        await back.Holds(1);
    }

    private static void SetFormat(SimulatedFiles files, string path, byte format)
    {
        const int FormatAt = 8;
        using var file = files.Open(path, FileUse.Write);
        file.Write([format], FormatAt);
        file.Sync();
    }

    private static List<string> Contents(SimulatedFiles files) =>
    [
        .. ((string[])["/data", "/data/log", "/data/state/pack", "/data/state/manifest", "/data/state/.upload"])
            .SelectMany(d => files.List(d, "*")).Where(f => !f.EndsWith("LOCK", StringComparison.Ordinal))
            .Select(f => f + ":" + Convert.ToHexString(files.ReadAll(f))),
    ];

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

    private static int Count(SimulatedFiles files) =>
        ((string[])["pack", "manifest", ".upload"]).Sum(folder => files.List($"/data/state/{folder}", "*").Count);
}
