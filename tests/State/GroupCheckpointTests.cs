using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

public sealed class GroupCheckpointTests
{
    [Theory]
    [InlineData(41, 50, 1)]
    [InlineData(42, 3000, 40)]
    [InlineData(43, 20_000, 3000)]
    public void Checkpoints_AppliedInOrder_GiveTheTableAsItWasWhenEachBegan(ulong seed, int domain, int drainMax)
    {
        var random = new SeededRandom(seed);
        using var context = StateContext.Private();
        using var table = new GroupTable(new GroupTableSpec("g", [SqlType.Varchar], [8], seed), context);
        using var arena = new Arena();
        var now = new Dictionary<string, long>();
        var expected = new Dictionary<string, long>();
        var sink = new MapSink(arena);
        bool draining = false;
        int complete = 0;
        for (int tick = 0; tick < 400; tick++)
        {
            if (!draining && random.Next(4) == 0)
            {
                expected = new Dictionary<string, long>(now);
                table.BeginCheckpoint(sink);
                draining = true;
            }

            Tick(table, random, domain, seed, now);
            context.EndTick();
            if (draining && table.DrainCheckpoint(drainMax))
            {
                draining = false;
                complete++;
                Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), sink.Groups.OrderBy(e => e.Key, StringComparer.Ordinal));
            }

            arena.Reset();
        }

        Assert.True(complete > 5);
    }

    private static void Tick(GroupTable table, SeededRandom random, int domain, ulong seed, Dictionary<string, long> now)
    {
        var rows = new List<(Datum[] Row, long Weight)>();
        for (int i = (int)random.Next(30); i > 0; i--)
        {
            rows.Add(([RandomRows.Value(SqlType.Varchar, random, domain)], random.Next(5) - 2));
        }

        using var owned = RandomRows.Build([SqlType.Varchar], rows);
        int[] groups = new int[rows.Count];
        table.FindOrInsert(owned.Batch, [0], RandomRows.Hash(owned.Batch, [0], seed), groups);
        var sums = table.Current<long>(0);
        for (int i = 0; i < groups.Length; i++)
        {
            sums[groups[i]] += rows[i].Weight;
            string key = rows[i].Row[0].AsText;
            now[key] = now.GetValueOrDefault(key) + rows[i].Weight;
        }

        foreach (int group in table.Touched)
        {
            if (sums[group] == 0)
            {
                table.Remove(group);
            }
        }

        foreach (string key in now.Where(e => e.Value == 0).Select(e => e.Key).ToList())
        {
            now.Remove(key);
        }

        table.EndTick();
    }

    /// <summary>What a store that applies the changes of every checkpoint by number would hold.</summary>
    private sealed class MapSink(Arena arena) : IGroupSink
    {
        private readonly Dictionary<int, (string Key, long Sum)> _byNumber = [];

        internal Dictionary<string, long> Groups => _byNumber.Values.ToDictionary(g => g.Key, g => g.Sum);

        public void Delete(ReadOnlySpan<int> groups)
        {
            foreach (int group in groups)
            {
                Assert.True(_byNumber.Remove(group));
            }
        }

        public void Upsert(GroupTable table, ReadOnlySpan<int> groups)
        {
            var keys = table.GatherKey(0, groups, arena);
            var sums = table.Current<long>(0);
            for (int i = 0; i < groups.Length; i++)
            {
                _byNumber[groups[i]] = (Datum.FromVector(keys, i).AsText, sums[groups[i]]);
            }
        }
    }
}
