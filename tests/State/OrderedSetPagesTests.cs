using System.Buffers.Binary;
using Vectorized.Engine.State;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

/// <summary>Sums kept by page, computed again only where a page is stale, are the sums of the keys.</summary>
[Collection("alone")]
public sealed class OrderedSetPagesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Collect_RandomHistory_SumsOfPagesAreThoseOfTheirKeys(ulong seed)
    {
        var random = new SeededRandom(seed);
        using var context = StateContext.Private();
        using var set = new OrderedSet("test", context);
        set.TrackPages();
        var model = new SortedDictionary<uint, long>();
        var sums = new Dictionary<uint, Int128>();
        Span<byte> key = stackalloc byte[64];
        for (int step = 0; step < 12_000; step++)
        {
            uint number = (uint)random.Next(3000);
            long known = model.GetValueOrDefault(number);
            // Waves, so that pages split and join.
            bool removing = known > 0 && random.Next(100) < (step / 3000 % 2 == 0 ? 30 : 80);
            long count = removing ? -known : 1 + random.Next(2);
            set.Add(Key(key, number), number, count);
            model[number] = known + count;
            if (known + count == 0)
            {
                model.Remove(number);
            }

            if (step % 50 == 0)
            {
                Compare(set, model, sums, random);
            }
        }
    }

    /// <summary>Runs of keys leave in order and come back in order, from the first page too.</summary>
    [Theory]
    [InlineData(1, 0, 30)]
    [InlineData(1, 60, 20)]
    [InlineData(2, 0, 30)]
    [InlineData(3, 2, 40)]
    public void Add_RunsLeaveAndComeBack_EveryKeyIsFound(ulong seed, int keyBytes, int rounds)
    {
        var random = new SeededRandom(seed);
        using var context = StateContext.Private();
        using var set = new OrderedSet("test", context);
        byte[] key = new byte[4 + keyBytes];
        const int Count = 3000;
        for (uint i = 0; i < Count; i++)
        {
            set.Add(Key(key, i), i, 1);
        }

        for (int round = 0; round < rounds; round++)
        {
            int start = (int)(random.Next(3) == 0 ? random.Next(Count) : random.Next(40));
            int end = Math.Min(Count, start + 1 + (int)random.Next(round % 2 == 0 ? 700 : 2500));
            for (int i = start; i < end; i++)
            {
                Assert.Equal(0, set.Add(Key(key, (uint)i), 0, -1));
            }

            for (int i = start; i < end; i++)
            {
                Assert.Equal(1, set.Add(Key(key, (uint)i), i, 1));
            }

            for (uint i = 0; i < Count; i++)
            {
                Assert.True(set.TryGet(Key(key, i), out long payload, out _) && payload == i, $"round {round}: key {i}");
                Assert.Equal(i, set.CountBelow(Key(key, i)));
            }
        }
    }

    private static void Compare(OrderedSet set, SortedDictionary<uint, long> model, Dictionary<uint, Int128> sums, SeededRandom random)
    {
        var keys = model.ToArray();
        int start = (int)random.Next(keys.Length + 1);
        int end = start + (int)random.Next(keys.Length - start + 1);
        long from = keys[..start].Sum(k => k.Value);
        long to = from + keys[start..end].Sum(k => k.Value);
        var pieces = new List<OrderedPiece>();
        set.Collect(from, to, pieces);
        Int128 sum = 0;
        foreach (var piece in pieces)
        {
            sum += piece.IsWhole ? SumOf(set, piece.Page, sums) : SumOfSlots(set, piece.Page, piece.Start, piece.End);
        }

        Assert.Equal(keys[start..end].Aggregate((Int128)0, (s, k) => s + ((Int128)k.Key * k.Value)), sum);
        Assert.InRange(pieces.Count, 0, 250);
    }

    private static Int128 SumOf(OrderedSet set, uint page, Dictionary<uint, Int128> sums)
    {
        if (set.IsStale(page))
        {
            Int128 sum = 0;
            for (int slot = 0; !set.IsLeaf(page) && slot < set.EntryCount(page); slot++)
            {
                sum += SumOf(set, set.Child(page, slot), sums);
            }

            sums[page] = set.IsLeaf(page) ? SumOfSlots(set, page, 0, set.EntryCount(page)) : sum;
            set.MarkFresh(page);
        }

        return sums[page];
    }

    private static Int128 SumOfSlots(OrderedSet set, uint page, int start, int end)
    {
        Int128 sum = 0;
        for (int slot = start; slot < end; slot++)
        {
            sum += (Int128)set.Payload(page, slot) * set.CountOf(page, slot);
        }

        return sum;
    }

    /// <summary>Long enough that there are several levels.</summary>
    private static ReadOnlySpan<byte> Key(Span<byte> key, uint number)
    {
        key.Fill(7);
        BinaryPrimitives.WriteUInt32BigEndian(key, number);
        return key;
    }
}
