using Vectorized.Engine.State;

namespace Vectorized.Tests.State;

public unsafe class SlotTablesTests
{
    [Fact]
    public void Remove_AKeyThatComesAndGoes_LeavesNoTombstones()
    {
        using var context = StateContext.Private();
        using var heap = new StateHeap(context);
        using var tables = new SlotTables(heap);
        var random = new Random(1);
        for (uint i = 0; i < 1000; i++)
        {
            tables.Add(0, (uint)random.NextInt64(1L << 32), i + 2);
        }

        // Removed entries that stayed as tombstones would fill the table and make it grow again and again.
        int version = tables.Version;
        for (int i = 0; i < 100_000; i++)
        {
            tables.Add(0, 12345, 5000);
            tables.Remove(0, tables.Locate(0, 12345, 5000));
            Assert.True(tables.Locate(0, 12345, 5000) == null);
        }

        Assert.InRange(tables.Version - version, 0, 1);
        Assert.Equal(1000, tables.Count);
    }

    [Fact]
    public void Remove_AnyOrder_KeepsTheOthersFound()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using var context = StateContext.Private();
            using var heap = new StateHeap(context);
            using var tables = new SlotTables(heap);
            var random = new Random(seed);
            var entries = new Dictionary<uint, uint>();
            for (int i = 0; i < 2000; i++)
            {
                // Few home positions, so that chains are long.
                uint fragment = (uint)random.Next(8) << 28 | (uint)i;
                if (random.Next(2) == 0 || entries.Count == 0)
                {
                    tables.Add(3, fragment, (uint)i + 2);
                    entries.Add(fragment, (uint)i + 2);
                }
                else
                {
                    var (gone, value) = entries.ElementAt(random.Next(entries.Count));
                    tables.Remove(3, tables.Locate(3, gone, value));
                    entries.Remove(gone);
                }
            }

            Assert.All(entries, e => Assert.True(tables.Locate(3, e.Key, e.Value) != null));
            Assert.Equal(entries.Count, tables.Count);
        }
    }
}
