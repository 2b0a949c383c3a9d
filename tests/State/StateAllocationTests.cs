using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

/// <summary>In their steady state the primitives allocate nothing managed, neither a row nor a tick.</summary>
[Collection("alone")]
public sealed class StateAllocationTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Varchar, SqlType.Int32];

    [Fact]
    public void Arrangement_UpdatesInSteadyState_AllocateNothing()
    {
        using var context = StateContext.Private();
        using var arrangement = new Arrangement(new ArrangementSpec("t", _types, [0], Indexes: [[0], [2]]), context);
        using var forth = Delta(1, 2);
        using var back = Delta(2, 1);
        using var insert = RandomRows.Build(_types, Rows(1).Select(r => (r, 1L)));
        long tick = 1;
        arrangement.Apply(insert.Batch, tick);
        Batch[] deltas = [forth.Batch, back.Batch];
        AssertNoAllocation(() =>
        {
            tick++;
            arrangement.Apply(deltas[(int)(tick & 1)], tick);
            context.Ticks.Publish(tick);
            context.EndTick();
        });
        Assert.Equal(1000, arrangement.LiveRows);
    }

    [Fact]
    public void Arrangement_ProbesAndScans_AllocateOnlyTheScan()
    {
        using var context = StateContext.Private();
        using var arrangement = new Arrangement(new ArrangementSpec("t", _types, [0], Indexes: [[0], [2]]), context);
        using var insert = RandomRows.Build(_types, Rows(1).Select(r => (r, 1L)));
        arrangement.Apply(insert.Batch, 1);
        using var matches = new MatchList(100);
        using var arena = new Arena();
        ulong[] hashes = RandomRows.Hash(insert.Batch, [2], 0);
        AssertNoAllocation(() =>
        {
            var cursor = default(ProbeCursor);
            bool more = true;
            while (more)
            {
                matches.Clear();
                more = arrangement.Probe(1, insert.Batch, [2], hashes, Stamp.After(1), ref cursor, matches);
                arrangement.Gather(matches.RowIds, 1, arena);
                arena.Reset();
            }
        });
    }

    [Fact]
    public void GroupTable_UpdatesInSteadyState_AllocateNothing()
    {
        using var context = StateContext.Private();
        using var table = new GroupTable(new GroupTableSpec("g", [SqlType.Varchar, SqlType.Int32], [8]), context);
        using var rows = RandomRows.Build(_types, Rows(1).Select(r => (r, 1L)));
        int[] columns = [1, 2];
        ulong[] hashes = RandomRows.Hash(rows.Batch, columns, 0);
        int[] groups = new int[rows.Batch.RowCount];
        bool emptying = false;
        AssertNoAllocation(() =>
        {
            // Every other tick all groups go, so that strings and numbers are used again.
            table.FindOrInsert(rows.Batch, columns, hashes, groups);
            foreach (int group in table.Touched)
            {
                if (emptying)
                {
                    table.Remove(group);
                }
            }

            emptying = !emptying;
            table.EndTick();
            context.EndTick();
        });
    }

    [Fact]
    public void OrderedSet_UpdatesInSteadyState_AllocateNothing()
    {
        using var context = StateContext.Private();
        using var set = new OrderedSet("o", context);
        var random = new SeededRandom(1);
        byte[][] keys = [.. Enumerable.Range(0, 5000).Select(_ => BitConverter.GetBytes(random.NextUInt64()))];
        bool adding = true;
        AssertNoAllocation(() =>
        {
            foreach (byte[] key in keys)
            {
                set.Add(key, 1, adding ? 1 : -1);
            }

            adding = !adding;
        });
    }

    private static IEnumerable<Datum[]> Rows(int version) => Enumerable.Range(0, 1000).Select(i => new[]
    {
        Datum.OfInt64(i * 1000), Datum.OfText($"a text of version {version}, long enough, number {i}"), Datum.OfInt32((i + version) % 50),
    });

    private static OwnedBatch Delta(int from, int to) =>
        RandomRows.Build(_types, Rows(from).Select(r => (r, -1L)).Concat(Rows(to).Select(r => (r, 1L))));

    private static void AssertNoAllocation(Action tick)
    {
        for (int i = 0; i < 200; i++)
        {
            tick();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            tick();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
