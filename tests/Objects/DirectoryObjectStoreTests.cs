using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Checkpoints;
using Vectorized.Tests.Storage;

namespace Vectorized.Tests.Objects;

/// <summary>What is the directory's own: devices that fail or are full, crashes, two processes.</summary>
public sealed class DirectoryObjectStoreTests
{
    private readonly SimulatedFiles _files = new();

    [Fact]
    public void Put_CrashAtEveryPoint_IsThereWholeOrNotAtAll()
    {
        for (int point = 0; ; point++)
        {
            foreach (bool isAfter in (bool[])[false, true])
            {
                var files = new SimulatedFiles { CrashAt = point, CrashAfterEffect = isAfter };
                var store = CheckpointHarness.StoreOver(files);
                bool isAcknowledged = false;
                try
                {
                    store.Put("m/1", new byte[3_000], PutCondition.IfAbsent);
                    isAcknowledged = true;
                }
                catch (SimulatedCrashException)
                {
                }

                if (!files.HasCrashed)
                {
                    Assert.True(point > 4);
                    return;
                }

                for (int seed = 0; seed < 20; seed++)
                {
                    var after = CheckpointHarness.StoreOver(files.Crash(seed));
                    after.RemoveAbandonedUploads();
                    long? length = after.Head("m/1")?.Length;
                    Assert.True(length == 3_000 || (length is null && !isAcknowledged), $"point {point}: {length}");
                }
            }
        }
    }

    [Fact]
    public void Sync_Failed_IsFinal_AndIsNotTakenForACommit()
    {
        var store = CheckpointHarness.StoreOver(_files);
        using var checkpoints = CheckpointHarness.Open(store);
        CheckpointHarness.Add(checkpoints, "t", 1, 1);
        _files.SyncsFail = true;
        Assert.Equal(ObjectErrorKind.Broken, Assert.Throws<ObjectStoreException>(
            () => CheckpointHarness.Add(checkpoints, "t", 2, 2)).Kind);
        _files.SyncsFail = false;
        var e = Assert.Throws<ObjectStoreException>(() => CheckpointHarness.Add(checkpoints, "t", 2, 2));
        Assert.Equal(ObjectErrorKind.Broken, e.Kind);
        Assert.False(e.IsTransient);
        Assert.Contains("restart the server", e.Message);
        Assert.Equal(1, checkpoints.State.Tick);
        Assert.Equal([[1]], CheckpointHarness.Read(checkpoints, "t"));
    }

    [Fact]
    public void Device_Full_FailsTheCheckpointOnly()
    {
        var full = new CarelessFiles(_files);
        var store = CheckpointHarness.StoreOver(full);
        using var checkpoints = CheckpointHarness.Open(store);
        CheckpointHarness.Add(checkpoints, "t", 1, 1);
        full.IsFull = true;
        Assert.Equal(ObjectErrorKind.Full, Assert.Throws<ObjectStoreException>(
            () => CheckpointHarness.Add(checkpoints, "t", 2, 2)).Kind);
        Assert.Empty(_files.List(Path.Combine(CheckpointHarness.Root, ".upload"), "*"));
        full.IsFull = false;
        CheckpointHarness.Add(checkpoints, "t", 2, 3);
        Assert.Equal([[1], [3]], CheckpointHarness.Read(checkpoints, "t"));
    }

    [Fact]
    public void Put_IfAbsentByTwoStoresOnOneDirectory_OneWins()
    {
        string directory = Directory.CreateTempSubdirectory("objects").FullName;
        try
        {
            using var one = ObjectStores.Open(directory, Host.System);
            using var other = ObjectStores.Open("file://" + directory, Host.System);
            int wins = 0;
            var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
            {
                for (int n = 0; n < 50; n++)
                {
                    try
                    {
                        (i % 2 == 0 ? one : other).Put($"m/{n}", [(byte)i], PutCondition.IfAbsent);
                        Interlocked.Increment(ref wins);
                    }
                    catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.PreconditionFailed)
                    {
                    }
                }
            })).ToList();
            threads.ForEach(t => t.Start());
            threads.ForEach(t => t.Join());
            Assert.Equal(50, wins);
            Assert.Equal(50, other.List("m/").Entries.Count);
            Assert.Empty(Directory.GetFiles(Path.Combine(directory, ".upload")));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
