using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

[Collection("alone")]
public sealed class OrderedSetTests
{
    [Theory]
    [InlineData(1, 3, 40)]
    [InlineData(2, 6, 2000)]
    [InlineData(3, 30, 200)]
    [InlineData(4, 900, 300)]
    [InlineData(5, 401, 100)]
    public void RandomHistory_EveryQuery_EqualsTheModel(ulong seed, int keyBytesMax, int keyCount)
    {
        var random = new SeededRandom(seed);
        long bytesBefore = BlockPool.LiveBytes;
        using (var context = StateContext.Private())
        {
            using var set = new OrderedSet("test", context);
            var model = new SortedDictionary<byte[], (long Payload, long Count)>(ByteOrder.Instance);
            byte[][] keys = [.. Enumerable.Range(0, keyCount).Select(_ => RandomKey(random, keyBytesMax)).Distinct(ByteEquality.Instance)];
            for (int step = 0; step < 20_000; step++)
            {
                byte[] key = keys[random.Next(keys.Length)];
                bool isKnown = model.TryGetValue(key, out var known);
                // Waves: first growing, then shrinking, so that pages split and join.
                bool removing = isKnown && random.Next(100) < (step / 4000 % 2 == 0 ? 35 : 75);
                long count = removing ? -1 - random.Next(known.Count) : random.Next(20) == 0 ? 5 : 1;
                long payload = isKnown ? known.Payload : (long)random.NextUInt64();
                Assert.Equal(known.Count + count, set.Add(key, payload, count));
                if (known.Count + count == 0)
                {
                    model.Remove(key);
                }
                else
                {
                    model[key] = (payload, known.Count + count);
                }

                if (step % 1000 == 999)
                {
                    Compare(set, model, keys, random);
                }
            }

            foreach (byte[] key in keys)
            {
                if (model.TryGetValue(key, out var known))
                {
                    set.Add(key, 0, -known.Count);
                }
            }

            Assert.Equal(0, set.Count);
            Assert.False(set.First().IsValid);
        }

        Assert.Equal(bytesBefore, BlockPool.LiveBytes);
    }

    [Fact]
    public void Add_BelowZero_IsABrokenInvariant()
    {
        using var context = StateContext.Private();
        using var set = new OrderedSet("top", context);
        set.Add([1], 0);
        Assert.Throws<SqlException>(() => set.Add([2], 0, -1));
        Assert.Throws<SqlException>(() => set.Add([1], 0, -2));
    }

    [Fact]
    public void Prefixes_GroupsOfKeys_AreCountedAndBounded()
    {
        using var context = StateContext.Private();
        using var set = new OrderedSet("groups", context);
        for (int group = 0; group < 256; group++)
        {
            for (int i = 0; i < group; i++)
            {
                set.Add([(byte)group, (byte)i], i);
            }
        }

        for (int group = 0; group < 256; group++)
        {
            Assert.Equal(group, set.CountOfPrefix([(byte)group]));
            var last = set.SeekLast([(byte)group]);
            Assert.Equal(group > 0, last.IsValid);
            Assert.True(group == 0 || last.Payload == group - 1);
        }
    }

    private static void Compare(
        OrderedSet set, SortedDictionary<byte[], (long Payload, long Count)> model, byte[][] keys, SeededRandom random)
    {
        Assert.Equal(model.Count, set.KeyCount);
        Assert.Equal(model.Values.Sum(v => v.Count), set.Count);
        var cursor = set.First();
        long rank = 0;
        foreach (var (key, value) in model)
        {
            byte[] found = new byte[cursor.KeyLength];
            cursor.CopyKey(found);
            Assert.Equal(key, found);
            Assert.Equal(value, (cursor.Payload, cursor.Count));
            Assert.Equal(rank, set.CountBelow(key));
            var selected = set.Select(rank + value.Count - 1, out long within);
            Assert.Equal(value.Payload, selected.Payload);
            Assert.Equal(value.Count - 1, within);
            rank += value.Count;
            cursor.MoveNext();
        }

        Assert.False(cursor.IsValid);
        Assert.False(set.Select(rank, out _).IsValid);
        byte[][] ordered = [.. model.Keys];
        for (int i = 0; i < 50; i++)
        {
            byte[] probe = keys[random.Next(keys.Length)];
            int below = ordered.Count(k => k.AsSpan().SequenceCompareTo(probe) < 0);
            Assert.Equal(model.ContainsKey(probe), set.TryGet(probe, out _, out _));
            var at = set.Seek(probe);
            Assert.Equal(below < ordered.Length, at.IsValid);
            Assert.True(!at.IsValid || at.CompareKey(ordered[below]) == 0);
            var before = set.SeekBelow(probe);
            Assert.Equal(below > 0, before.IsValid);
            Assert.True(!before.IsValid || before.CompareKey(ordered[below - 1]) == 0);
            byte[] prefix = probe[..(probe.Length / 2)];
            long inPrefix = model.Where(e => e.Key.AsSpan().StartsWith(prefix)).Sum(e => e.Value.Count);
            Assert.Equal(inPrefix, set.CountOfPrefix(prefix));
        }
    }

    private static byte[] RandomKey(SeededRandom random, int bytesMax)
    {
        // Few different bytes, so that prefixes and long common beginnings are frequent.
        byte[] key = new byte[random.Next(bytesMax) + 1];
        bool longCommon = bytesMax > 400 && random.Next(2) == 0;
        for (int i = 0; i < key.Length; i++)
        {
            key[i] = longCommon && i < key.Length - 2 ? (byte)7 : (byte)(random.Next(4) switch { 0 => 0, 1 => 255, 2 => 1, _ => random.Next(256) });
        }

        return key;
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        internal static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }

    private sealed class ByteEquality : IEqualityComparer<byte[]>
    {
        internal static readonly ByteEquality Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key) => key.Length == 0 ? 0 : key[0] + (key.Length * 256) + (key[^1] << 4);
    }
}
