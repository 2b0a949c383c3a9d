using Vectorized.Storage.Objects;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Objects;

/// <summary>What every object store does alike.</summary>
public sealed class ObjectStoreTests(ITestOutputHelper output)
{
    private const int PartBytes = 8 << 20;

    [Theory, OnEachStore, OnRadosgw]
    public void Put_ThenGetReadHead_GiveWhatWasPut(string name)
    {
        using var store = StoreCases.Open(name);
        byte[] bytes = RandomBytes(10_000);
        string tag = store.Put("a/b", bytes);
        Assert.Equal(bytes, store.Get("a/b"));
        byte[] middle = new byte[100];
        store.Read("a/b", 9_900, middle);
        Assert.Equal(bytes[9_900..], middle);
        store.Read("a/b", 50, []);
        Assert.Equal(new ObjectInfo("a/b", 10_000, tag), store.Head("a/b"));
        store.Put("a/b", [1]);
        Assert.Equal([1], store.Get("a/b"));
        store.Put("empty", []);
        Assert.Empty(store.Get("empty"));
        Assert.NotEqual(tag, store.Head("a/b")!.ETag);
    }

    [Theory, OnEachStore, OnRadosgw]
    public void Absent_IsNotFound_ShortIsCorrupt(string name)
    {
        using var store = StoreCases.Open(name);
        Assert.Null(store.Head("a/none"));
        Assert.Equal(ObjectErrorKind.NotFound, Fails(() => store.Get("a/none")));
        Assert.Equal(ObjectErrorKind.NotFound, Fails(() => store.Read("a/none", 0, new byte[4])));
        store.Delete("a/none");
        store.Put("a/short", [1, 2, 3]);
        Assert.Equal(ObjectErrorKind.Corrupt, Fails(() => store.Read("a/short", 1, new byte[4])));
        Assert.Equal(ObjectErrorKind.Corrupt, Fails(() => store.Read("a/short", 10, new byte[4])));
        store.Delete("a/short");
        Assert.Null(store.Head("a/short"));
    }

    [Theory, OnEachStore, OnRadosgw]
    public void Put_IfAbsent_OnlyTheFirst(string name)
    {
        using var store = StoreCases.Open(name);
        store.Put("m/1", [1], PutCondition.IfAbsent);
        Assert.Equal(ObjectErrorKind.PreconditionFailed, Fails(() => store.Put("m/1", [2], PutCondition.IfAbsent)));
        Assert.Equal([1], store.Get("m/1"));
        using (var upload = store.Upload("m/1"))
        {
            upload.Write([3]);
            Assert.Equal(ObjectErrorKind.PreconditionFailed, Fails(() => upload.Commit(PutCondition.IfAbsent)));
        }

        Assert.Equal([1], store.Get("m/1"));
        store.Delete("m/1");
        store.Put("m/1", [4], PutCondition.IfAbsent);
        Assert.Equal([4], store.Get("m/1"));
    }

    [Theory, OnEachStore, OnRadosgw]
    public void Put_IfAbsentByRacers_OneWins(string name)
    {
        using var store = StoreCases.Open(name);
        for (int round = 0; round < 5; round++)
        {
            int wins = 0;
            byte winner = 0;
            Race(16, i =>
            {
                try
                {
                    store.Put($"m/{round}", [(byte)i], PutCondition.IfAbsent);
                    Interlocked.Increment(ref wins);
                    winner = (byte)i;
                }
                catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.PreconditionFailed)
                {
                }
            });
            Assert.Equal(1, wins);
            Assert.Equal([winner], store.Get($"m/{round}"));
        }
    }

    [Theory, OnEachStore, OnRadosgw]
    public void Put_IfMatch_NeedsTheTag(string name)
    {
        using var store = StoreCases.Open(name);
        string first = store.Put("m", [1]);
        string second = store.Put("m", [2], PutCondition.IfMatch(first));
        Assert.Equal(ObjectErrorKind.PreconditionFailed, Fails(() => store.Put("m", [3], PutCondition.IfMatch(first))));
        Assert.Equal([2], store.Get("m"));
        store.Delete("m");
        Assert.True(Fails(() => store.Put("m", [3], PutCondition.IfMatch(second)))
            is ObjectErrorKind.PreconditionFailed or ObjectErrorKind.NotFound);
        Assert.Null(store.Head("m"));
    }

    [Theory, OnEachStore, OnRadosgw]
    public void Upload_InPieces_AppearsAtItsCommit(string name)
    {
        using var store = StoreCases.Open(name);
        byte[] bytes = RandomBytes((2 * PartBytes) + 777_777);
        using (var upload = store.Upload("p/big"))
        {
            for (int at = 0; at < bytes.Length;)
            {
                int count = Math.Min(bytes.Length - at, 300_000);
                upload.Write(bytes.AsSpan(at, count));
                at += count;
                Assert.Equal(at, upload.BytesWritten);
            }

            Assert.Null(store.Head("p/big"));
            upload.Commit();
        }

        Assert.Equal(bytes.Length, store.Head("p/big")!.Length);
        Assert.True(bytes.AsSpan().SequenceEqual(store.Get("p/big")));
        byte[] seam = new byte[2_000];
        store.Read("p/big", PartBytes - 1_000, seam);
        Assert.Equal(bytes[(PartBytes - 1_000)..(PartBytes + 1_000)], seam);
    }

    [Theory, OnEachStore, OnRadosgw]
    public void Upload_NotCommitted_LeavesNothing(string name)
    {
        using var store = StoreCases.Open(name);
        using (var upload = store.Upload("p/none"))
        {
            upload.Write(new byte[PartBytes + 5]);
        }

        using var abandoned = store.Upload("p/abandoned");
        abandoned.Write(new byte[PartBytes + 5]);
        store.RemoveAbandonedUploads();
        Assert.ThrowsAny<ObjectStoreException>(() => abandoned.Commit());
        Assert.Empty(store.List("p/").Entries);
    }

    [Theory, OnEachStore, OnRadosgw]
    public void List_PrefixAndPages_InOrder(string name)
    {
        using var store = StoreCases.Open(name);
        string[] keys = ["p/01", "p/02", "p/1", "p/10", "p/a", "p/b.c", "q/1", "p/d/deep", "top"];
        foreach (string key in keys)
        {
            store.Put(key, new byte[key.Length]);
        }

        Assert.Equal(["p/01", "p/02", "p/1", "p/10", "p/a", "p/b.c"], store.List("p/").Entries.Select(e => e.Key));
        Assert.Equal([4, 4], store.List("p/0").Entries.Select(e => e.Length));
        Assert.Equal(["p/d/deep"], store.List("p/d/").Entries.Select(e => e.Key));
        Assert.Equal(["top"], store.List("").Entries.Select(e => e.Key));
        Assert.Empty(store.List("none/").Entries);
        Assert.Equal(["p/10", "p/a", "p/b.c"], store.List("p/", "p/1").Entries.Select(e => e.Key));
        var page = store.List("p/", "p/01", 2);
        Assert.Equal(["p/02", "p/1"], page.Entries.Select(e => e.Key));
        Assert.True(page.HasMore);
        Assert.False(store.List("p/", "p/b.c", 2).HasMore);
    }

    [Theory, OnEachStore, OnRadosgw]
    public void Keys_ThatCouldEscape_AreRefused(string name)
    {
        using var store = StoreCases.Open(name);
        foreach (string key in (string[])["", "/a", "a/", "../a", "a/../b", "a//b", ".hidden", "a/.b", "a b", "a\\b", "ä"])
        {
            Assert.Throws<ArgumentException>(() => store.Put(key, [1]));
            Assert.Throws<ArgumentException>(() => store.Get(key));
        }
    }

    [Theory, OnEachStore, OnRadosgw]
    public void Calls_FromManyThreads_DoNotDisturbEachOther(string name)
    {
        using var store = StoreCases.Open(name);
        Race(8, thread =>
        {
            for (int i = 0; i < 10; i++)
            {
                byte[] bytes = [(byte)thread, (byte)i];
                store.Put($"t/{thread}-{i}", bytes);
                Assert.Equal(bytes, store.Get($"t/{thread}-{i}"));
            }
        });
        Assert.Equal(80, store.List("t/").Entries.Count);
    }

    private static ObjectErrorKind Fails(Action action) => Assert.Throws<ObjectStoreException>(action).Kind;

    private static void Race(int count, Action<int> body)
    {
        Exception? failed = null;
        var threads = Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                body(i);
            }
            catch (Exception e)
            {
                failed = e;
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Null(failed);
    }

    private byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(Seeds.Next(output)).NextBytes(bytes);
        return bytes;
    }
}
