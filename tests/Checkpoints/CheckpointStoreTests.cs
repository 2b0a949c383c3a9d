using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Tests.Storage;
using static Vectorized.Tests.Checkpoints.CheckpointHarness;

namespace Vectorized.Tests.Checkpoints;

public sealed class CheckpointStoreTests
{
    private readonly IObjectStore _objects = StoreOver(new SimulatedFiles());

    [Fact]
    public void Commit_RunsAndRoot_AreReadBackAfterReopening()
    {
        RunRef root;
        using (var store = Open(_objects))
        {
            Assert.Equal(0, store.State.Tick);
            Assert.Null(store.State.Root);
            using var draft = store.Begin();
            root = WriteRun(draft, [1, 2, 3], [], new byte[100_000]);
            draft.SetRoot(root);
            draft.Add("t", "v1", WriteRun(draft, [7]));
            draft.Commit(12);
            Assert.Equal(12, store.State.Tick);
            Assert.True(draft.BytesWritten > 100_000);
        }

        using var again = Open(_objects);
        Assert.Equal(12, again.State.Tick);
        Assert.Equal(2, again.State.Term);
        Assert.Equal("v1", again.State.Structures["t"].Schema);
        Assert.Equal([[7]], Read(again, "t"));
        Assert.Equal(root, again.State.Root);
        using var reader = again.OpenRun(root);
        Assert.Equal([3], reader.Head.ToArray());
        Assert.Equal(3, reader.BlockCount);
        Assert.Equal([1, 2, 3], reader.ReadBlock(0));
        Assert.Empty(reader.ReadBlock(1));
        Assert.Equal(new byte[100_000], reader.ReadBlock(2));
        byte[] both = new byte[reader.BlocksLength(0, 2)];
        reader.ReadBlocks(0, 2, both);
        Assert.Equal([1, 2, 3], both);
    }

    [Fact]
    public void Commit_Changes_ApplyInOrder()
    {
        using var store = Open(_objects);
        Add(store, "t", 1, 1);
        Add(store, "t", 2, 2);
        Add(store, "gone", 3, 9);
        using (var draft = store.Begin())
        {
            var kept = store.State.Structures["t"].Runs[1];
            draft.Replace("t", "s2", [WriteRun(draft, [10]), kept]);
            draft.Remove("gone");
            Assert.Throws<ArgumentException>(() => draft.Add("t", "s", kept));
            Assert.Throws<ArgumentException>(() => draft.Add("u", "s", kept with { Pack = 77 }));
            draft.Commit(4);
        }

        Assert.Equal([[10], [2]], Read(store, "t"));
        Assert.Equal(["t"], store.State.Structures.Keys);
        Assert.Equal("s2", store.State.Structures["t"].Schema);
    }

    [Fact]
    public void Draft_DisposedWithoutCommit_LeavesNothing()
    {
        using var store = Open(_objects);
        var before = store.State;
        using (var draft = store.Begin())
        {
            draft.Add("t", "s", WriteRun(draft, [1]));
        }

        Assert.Same(before, store.State);
        Assert.Empty(_objects.List("pack/").Entries);
        Add(store, "t", 1, 2);
        Assert.Equal([[2]], Read(store, "t"));
    }

    [Fact]
    public void Pack_BegunBesideCheckpoints_AppearsWithTheOneThatTakesIt()
    {
        using var store = Open(_objects);
        Add(store, "t", 1, 1);
        Add(store, "t", 2, 2);
        var sources = store.State.Structures["t"].Runs;
        using var side = store.BeginPack();
        var merged = WriteRun(side, [1], [2]);
        Add(store, "t", 3, 3);
        using (var other = store.Begin())
        {
            Assert.Throws<ArgumentException>(() => other.Replace("t", "s", [merged]));
        }

        using (var draft = store.Begin())
        {
            draft.Take(side);
            draft.Replace("t", "s", [merged, store.State.Structures["t"].Runs[2]]);
            draft.Add("t", "s", WriteRun(draft, [4]));
            draft.Commit(4);
            Assert.True(draft.BytesWritten > 0);
        }

        Assert.Throws<ObjectDisposedException>(() => side.BeginRun());
        Assert.Equal([[1], [2], [3], [4]], Read(store, "t"));
        store.CollectGarbage(100);
        Assert.DoesNotContain(_objects.List("pack/").Entries, e => e.Key == PackFormat.Key(sources[0].Pack));
        using var again = Open(_objects, seed: 2);
        Assert.Equal([[1], [2], [3], [4]], Read(again, "t"));
    }

    [Fact]
    public void Pack_NobodyTakes_LeavesNothing()
    {
        using var store = Open(_objects);
        var side = store.BeginPack();
        WriteRun(side, new byte[300_000]);
        side.Dispose();
        side.Dispose();
        using (var taking = store.BeginPack())
        {
            using var draft = store.Begin();
            var run = WriteRun(taking, [1]);
            draft.Take(taking);
            draft.Add("t", "s", run);
        }

        Assert.Empty(_objects.List("pack/").Entries);
    }

    [Fact]
    public void Open_TakesTheNextTerm_TheWriterBeforeIsFenced()
    {
        using var old = Open(_objects);
        Add(old, "t", 1, 1);
        using var newer = Open(_objects, seed: 2);
        Assert.Equal(2, newer.State.Term);
        var fenced = Assert.Throws<FencedException>(() => Add(old, "t", 2, 2));
        Assert.Equal(2, fenced.Term);
        Assert.Contains("fenced by writer term 2 on host \"a\"", fenced.Message);
        Assert.Throws<FencedException>(() => old.Begin());
        Add(newer, "t", 2, 3);
        Assert.Equal([[1], [3]], Read(newer, "t"));
    }

    [Fact]
    public void Open_LastWrittenByAnotherHostLocally_IsRefusedUnlessTakenOver()
    {
        using (var store = Open(_objects, new CheckpointStoreOptions { HostName = "a", Durability = CheckpointDurability.Local }))
        {
            Add(store, "t", 1, 1);
        }

        var options = new CheckpointStoreOptions { HostName = "b" };
        var before = _objects.List("manifest/").Entries;
        Assert.Contains("host \"a\"", Assert.Throws<StorageException>(() => Open(_objects, options)).Message);
        Assert.Equal(before, _objects.List("manifest/").Entries);
        using var taken = Open(_objects, options with { TakesOver = true, Durability = CheckpointDurability.Store });
        Assert.Equal([[1]], Read(taken, "t"));
        using var third = Open(_objects, options with { HostName = "c" });
        Assert.Equal(3, third.State.Term);
    }

    [Fact]
    public void Open_AnotherDatabase_IsRefused()
    {
        using (var store = Open(_objects, new CheckpointStoreOptions { DatabaseId = 5 }))
        {
            Assert.Equal(5u, store.State.DatabaseId);
        }

        Assert.Contains("0000000000000005", Assert.Throws<CorruptionException>(
            () => Open(_objects, new CheckpointStoreOptions { DatabaseId = 6 })).Message);
        using var any = Open(_objects, new CheckpointStoreOptions());
        Assert.Equal(5u, any.State.DatabaseId);
    }

    [Fact]
    public void Open_ForReading_ChangesNothing()
    {
        using (var none = Open(_objects, new CheckpointStoreOptions { IsReadOnly = true }))
        {
            Assert.Empty(none.State.Structures);
        }

        Assert.Empty(_objects.List("manifest/").Entries);
        using var writer = Open(_objects);
        Add(writer, "t", 1, 1);
        using var reader = Open(_objects, new CheckpointStoreOptions { IsReadOnly = true, HostName = "elsewhere" });
        Assert.Equal([[1]], Read(reader, "t"));
        Assert.Throws<InvalidOperationException>(reader.Begin);
        Add(writer, "t", 2, 2);
    }

    [Fact]
    public void Manifests_AfterManyCommits_AreFoldedAndCleaned()
    {
        var options = new CheckpointStoreOptions { HostName = "a", FoldAfter = 10, Rules = new CheckpointHistory.SmallRules() };
        for (int opening = 0; opening < 3; opening++)
        {
            using var store = Open(_objects, options, seed: opening + 1);
            for (int i = 0; i < 35; i++)
            {
                long tick = store.State.Tick + 1;
                using (var draft = store.Begin())
                {
                    draft.Replace("t", "s", [WriteRun(draft, BitConverter.GetBytes(tick))]);
                    draft.Commit(tick);
                }

                while (store.CollectGarbage() > 0)
                {
                }
            }

            Assert.Single(_objects.List("pack/").Entries);
            Assert.InRange(_objects.List("manifest/").Entries.Count, 10, 32 + (4 * opening));
            Assert.Equal([BitConverter.GetBytes(35L * (opening + 1))], Read(store, "t"));
        }

        // The first manifest of each term stays.
        Assert.NotNull(_objects.Head(ManifestCodec.Key(1)));
        Assert.NotNull(_objects.Head(ManifestCodec.Key(37)));
    }

    [Fact]
    public void Garbage_WhileARunIsOpen_StaysUntilItIsClosed()
    {
        using var store = Open(_objects);
        Add(store, "t", 1, 1);
        using (var reader = store.OpenRun(store.State.Structures["t"].Runs[0]))
        {
            using (var draft = store.Begin())
            {
                draft.Remove("t");
                draft.Commit(2);
            }

            store.CollectGarbage();
            Assert.Single(_objects.List("pack/").Entries);
            Assert.Equal([1], reader.ReadBlock(0));
        }

        store.CollectGarbage();
        Assert.Empty(_objects.List("pack/").Entries);
    }
}
