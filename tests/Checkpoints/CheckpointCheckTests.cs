using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Tests.Sql;
using Vectorized.Tests.Storage;
using Xunit.Abstractions;
using static Vectorized.Tests.Checkpoints.CheckpointHarness;

namespace Vectorized.Tests.Checkpoints;

/// <summary>`check` finds whatever is not as it was written; backups are whole or are refused.</summary>
public sealed class CheckpointCheckTests(ITestOutputHelper output)
{
    private readonly SimulatedFiles _files = new();

    private IObjectStore Objects => StoreOver(_files);

    [Fact]
    public void Check_WholeState_CountsWhatItRead()
    {
        Fill();
        var report = CheckpointCheck.Run(Objects, HostOver(_files));
        Assert.Empty(report.Problems);
        Assert.Equal((4, 1, 3, 2, 3, 5), (report.Sequence, report.Term, report.Tick, report.Structures, report.Packs, report.Runs));
        Assert.Equal(9, report.Blocks);
        Assert.True(report.Bytes > 600_000);
        Assert.Empty(CheckpointCheck.Run(StoreOver(new SimulatedFiles()), HostOver(_files)).Problems);
    }

    [Fact]
    public void Check_AnyBitTurnedOver_IsReportedByName()
    {
        Fill();
        var objects = Objects;
        var random = new Random(Seeds.Next(output));
        var keys = objects.List("pack/").Entries.Concat(objects.List("manifest/").Entries).ToList();
        for (int i = 0; i < 120; i++)
        {
            var (key, length) = keys[i % keys.Count];
            string path = Path.Combine(Root, key);
            long position = random.NextInt64(length);
            int bit = random.Next(8);
            _files.FlipBit(path, position, bit);
            var problems = CheckpointCheck.Run(objects, HostOver(_files)).Problems;
            Assert.True(problems.Count > 0, $"{key}: bit {bit} of byte {position} is not missed");
            Assert.Contains(key, problems[0]);
            _files.FlipBit(path, position, bit);
        }

        Assert.Empty(CheckpointCheck.Run(objects, HostOver(_files)).Problems);
    }

    [Fact]
    public void Check_DamagedBlocks_AreNamedOneByOne()
    {
        Fill();
        string path = Path.Combine(Root, Objects.List("pack/").Entries[1].Key);
        _files.FlipBit(path, PackFormat.HeadBytes + 10, 1);
        _files.FlipBit(path, PackFormat.HeadBytes + 200_010, 1);
        var problems = CheckpointCheck.Run(Objects, HostOver(_files)).Problems;
        Assert.Equal(2, problems.Count);
        Assert.StartsWith("big: ", problems[0]);
        Assert.Contains("block 0 of the run at 32 is damaged", problems[0]);
        Assert.Contains("block 2 of the run at 32 is damaged", problems[1]);
    }

    [Fact]
    public void Check_PackMissingOrShort_IsNamed()
    {
        Fill();
        string key = Objects.List("pack/").Entries[2].Key;
        byte[] bytes = Objects.Get(key);
        Objects.Put(key, bytes.AsSpan(0, bytes.Length - 1));
        Assert.Contains(CheckpointCheck.Run(Objects, HostOver(_files)).Problems, p => p.Contains($"{key} has {bytes.Length - 1} bytes"));
        Objects.Delete(key);
        Assert.Contains(CheckpointCheck.Run(Objects, HostOver(_files)).Problems, p => p.EndsWith($"{key} is missing"));
        Objects.Delete("manifest/0000000000000002");
        Assert.Contains("not all of them are there", CheckpointCheck.Run(Objects, HostOver(_files)).Problems.Single());
    }

    [Fact]
    public void Reading_DamagedBlock_IsAnErrorThatNamesIt_OthersAreRead()
    {
        Fill();
        _files.FlipBit(Path.Combine(Root, Objects.List("pack/").Entries[1].Key), PackFormat.HeadBytes + 10, 1);
        using var store = Open(Objects);
        using var reader = store.OpenRun(store.State.Structures["big"].Runs[0]);
        Assert.Contains("block 0", Assert.Throws<CorruptionException>(() => reader.ReadBlock(0)).Message);
        Assert.Equal(100_000, reader.ReadBlock(1).Length);
    }

    [Fact]
    public void Backup_OpensAsADatabaseOfItsOwn()
    {
        Fill();
        var target = StoreOver(new SimulatedFiles());
        var copied = CheckpointBackup.Copy(Objects, target, HostOver(_files));
        Assert.Equal(3, copied.Tick);
        Assert.Empty(CheckpointCheck.Run(target, HostOver(_files)).Problems);
        using var store = Open(Objects, seed: 5);
        using var restored = Open(target, new CheckpointStoreOptions { HostName = "another" }, seed: 9);
        Assert.NotEqual(store.State.DatabaseId, restored.State.DatabaseId);
        Assert.Equal(3, restored.State.Tick);
        Assert.True(restored.State.Term > copied.Term);
        Assert.Equal(Read(store, "t"), Read(restored, "t"));
        Add(restored, "t", 4, 4);
        Add(store, "t", 4, 5);
        Assert.Equal([4], Read(restored, "t")[^1]);
        Assert.Equal([5], Read(store, "t")[^1]);
        Assert.Contains("a database already", Assert.Throws<StorageException>(
            () => CheckpointBackup.Copy(Objects, target, HostOver(_files))).Message);
    }

    [Fact]
    public void Backup_WhileTheSourceGoesOn_IsOneOfItsStates()
    {
        int seed = Seeds.Next(output);
        using var writer = Open(Objects, new CheckpointStoreOptions { HostName = "a", FoldAfter = 3 });
        var source = new BusyStore(Objects, new Random(seed), () =>
        {
            long tick = writer.State.Tick + 1;
            using (var draft = writer.Begin())
            {
                draft.Replace("a", "s", [WriteRun(draft, BitConverter.GetBytes(tick))]);
                draft.Replace("b", "s", [WriteRun(draft, BitConverter.GetBytes(tick), new byte[70_000])]);
                draft.Commit(tick);
            }

            writer.CollectGarbage();
        });
        for (int i = 0; i < 20; i++)
        {
            var target = StoreOver(new SimulatedFiles());
            CheckpointBackup.Copy(source, target, HostOver(_files));
            using var restored = Open(target);
            if (restored.State.Tick > 0)
            {
                Assert.Equal(BitConverter.GetBytes(restored.State.Tick), Read(restored, "a").Single());
                Assert.Equal(BitConverter.GetBytes(restored.State.Tick), Read(restored, "b")[0]);
            }

            Assert.Empty(CheckpointCheck.Run(source, HostOver(_files)).Problems);
        }
    }

    [Fact]
    public void Backup_OfADamagedState_IsRefusedAndIsNoDatabase()
    {
        Fill();
        _files.FlipBit(Path.Combine(Root, Objects.List("pack/").Entries[1].Key), PackFormat.HeadBytes + 10, 1);
        var target = StoreOver(new SimulatedFiles());
        Assert.Throws<CorruptionException>(() => CheckpointBackup.Copy(Objects, target, HostOver(_files)));
        Assert.Empty(target.List("manifest/").Entries);
    }

    /// <summary>Three packs: t has three runs, big one of three long blocks; a root.</summary>
    private void Fill()
    {
        using var store = Open(Objects);
        Add(store, "t", 1, 1);
        using (var draft = store.Begin())
        {
            draft.Add("big", "s", WriteRun(draft, new byte[100_000], new byte[100_000], new byte[400_000]));
            draft.Add("t", "s", WriteRun(draft, [2], [22]));
            draft.Commit(2);
        }

        using (var draft = store.Begin())
        {
            draft.Add("t", "s", WriteRun(draft, [3]));
            draft.SetRoot(WriteRun(draft, [9], [99]));
            draft.Commit(3);
        }
    }

    /// <summary>A store whose owner goes on with its work between the reads of others.</summary>
    private sealed class BusyStore(IObjectStore inner, Random random, Action work) : IObjectStore
    {
        public string Name => inner.Name;

        public byte[] Get(string key)
        {
            Work();
            return inner.Get(key);
        }

        public void Read(string key, long offset, Span<byte> into)
        {
            Work();
            inner.Read(key, offset, into);
        }

        public ObjectInfo? Head(string key)
        {
            Work();
            return inner.Head(key);
        }

        public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default) => inner.Put(key, bytes, condition);

        public IObjectUpload Upload(string key) => inner.Upload(key);

        public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax) => inner.List(prefix, after, countMax);

        public void Delete(string key) => inner.Delete(key);

        public void RemoveAbandonedUploads() => inner.RemoveAbandonedUploads();

        public void Dispose() => inner.Dispose();

        private void Work()
        {
            if (random.Next(30) == 0)
            {
                work();
            }
        }
    }
}
