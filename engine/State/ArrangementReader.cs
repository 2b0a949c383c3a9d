using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>The reading half: the owner at any stamp of the running tick, others at a tick they have pinned.</summary>
internal sealed unsafe partial class Arrangement
{
    private const int BlockRowsSlack = 16;

    /// <summary>
    /// Finds the rows that match each row of <paramref name="keys"/> on the columns of an index (its place in the
    /// spec's list) in the state a stamp names. Appends pairs to <paramref name="into"/> until it is full: true, call
    /// again with the same cursor; false, all rows are done. A NULL in a key matches nothing unless
    /// <paramref name="nullsEqual"/>. <paramref name="hashes"/> are the hashes of the key columns in the index's order.
    /// </summary>
    [SkipLocalsInit]
    internal bool Probe(
        int index, Batch keys, ReadOnlySpan<int> keyColumns, ReadOnlySpan<ulong> hashes, Stamp stamp, ref ProbeCursor cursor,
        MatchList into, bool nullsEqual = false)
    {
        RequireLoaded();
        var target = _indexes[index];
        if (cursor.Segment != 0)
        {
            if (!ProbeList(target, stamp.Tick, ref cursor, into))
            {
                return true;
            }

            cursor.Row++;
        }

        byte* memory = stackalloc byte[KeyBlock.Bytes];
        while (cursor.Row < keys.RowCount)
        {
            if (into.IsFull)
            {
                return true;
            }

            // Not many more than there is room for matches: what does not fit is looked up again.
            int count = Math.Min(Math.Min(KeyBlock.RowsMax, into.Capacity - into.Count + BlockRowsSlack), keys.RowCount - cursor.Row);
            var block = new KeyBlock(keys, keyColumns, memory);
            block.Fill(cursor.Row, hashes.Slice(cursor.Row, count));
            FindMatchable(target, ref block, nullsEqual);
            for (int i = 0; i < count; i++, cursor.Row++)
            {
                uint value = block.Values[i];
                if (value == 0)
                {
                    continue;
                }

                if (into.IsFull)
                {
                    return true;
                }

                if ((value & PostingHeap.ListFlag) == 0)
                {
                    uint row = RowAt(target, value, stamp.Tick);
                    if (row != 0)
                    {
                        into.Add(cursor.Row, row);
                    }

                    continue;
                }

                cursor.Segment = PostingHeap.SegmentOf(value);
                cursor.Entry = 0;
                if (!ProbeList(target, stamp.Tick, ref cursor, into))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// One match of each row of keys, or 0: for unique indexes, and where existence is all that matters.
    /// </summary>
    [SkipLocalsInit]
    internal void ProbeFirst(
        int index, Batch keys, ReadOnlySpan<int> keyColumns, ReadOnlySpan<ulong> hashes, Stamp stamp, Span<uint> rowIds,
        bool nullsEqual = false)
    {
        RequireLoaded();
        var target = _indexes[index];
        byte* memory = stackalloc byte[KeyBlock.Bytes];
        for (int start = 0; start < keys.RowCount; start += KeyBlock.RowsMax)
        {
            int count = Math.Min(KeyBlock.RowsMax, keys.RowCount - start);
            var block = new KeyBlock(keys, keyColumns, memory);
            block.Fill(start, hashes.Slice(start, count));
            FindMatchable(target, ref block, nullsEqual);
            for (int i = 0; i < count; i++)
            {
                uint value = block.Values[i];
                rowIds[start + i] = value == 0 ? 0
                    : (value & PostingHeap.ListFlag) != 0 ? FirstVisible(target, value, stamp.Tick) : RowAt(target, value, stamp.Tick);
            }
        }
    }

    private static void FindMatchable(KeyIndex target, ref KeyBlock block, bool nullsEqual)
    {
        target.Find(ref block);
        bool mayHaveNulls = false;
        foreach (int column in block.Columns)
        {
            mayHaveNulls |= block.Batch[column].MayHaveNulls;
        }

        for (int i = 0; mayHaveNulls && !nullsEqual && i < block.Count; i++)
        {
            if (AnyNull(block.Batch, block.Columns, block.Rows[i]))
            {
                block.Values[i] = 0;
            }
        }
    }

    /// <summary>The row a value that is no list has at a tick.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint RowAt(KeyIndex target, uint value, long tick) =>
        target.IsUnique ? VersionAt(value, tick) : Rows.IsVisible(value, tick) ? value : 0;

    /// <summary>
    /// A column of rows by id, in the arena. Row id 0 gives NULL. Long strings stay in this arrangement's chunks.
    /// </summary>
    internal Vector Gather(ReadOnlySpan<uint> rowIds, int column, Arena arena) => RowReader.Gather(Rows, rowIds, column, arena);

    /// <summary>How often a row stands in the bag; 1 with a key.</summary>
    internal long CountOf(uint rowId) => Rows.CountOf(rowId);

    /// <summary>The rows' counts, empty when all are 1.</summary>
    internal Span<long> GatherCounts(ReadOnlySpan<uint> rowIds, Arena arena)
    {
        if (!IsBag)
        {
            return default;
        }

        var counts = arena.Allocate<long>(rowIds.Length);
        bool any = false;
        for (int i = 0; i < rowIds.Length; i++)
        {
            counts[i] = rowIds[i] == 0 ? 1 : Rows.CountOf(rowIds[i]);
            any |= counts[i] != 1;
        }

        return any ? counts : default;
    }

    /// <summary>Starts a scan of all rows visible at a tick the caller has pinned (or owns).</summary>
    internal ArrangementScan Scan(long tick, ReadOnlySpan<int> columns)
    {
        RequireLoaded();
        return new ArrangementScan(this, tick, columns.ToArray());
    }

    /// <summary>Starts on what has changed between two ticks, the first of them pinned.</summary>
    internal ArrangementChanges Changes(long from, long to, int[] columns)
    {
        RequireLoaded();
        return new ArrangementChanges(this, from, to, columns);
    }

    private uint VersionAt(uint row, long tick)
    {
        while (row != 0 && Rows.IsBornAfter(row, tick))
        {
            // A predecessor that was freed since (its key was absent for a while) is unborn or born later: the trail ends there.
            uint previous = Rows.PreviousOf(row);
            row = previous != 0 && Rows.BirthOf(previous) <= Rows.BirthOf(row) ? previous : 0;
        }

        return row != 0 && Rows.IsVisible(row, tick) ? row : 0;
    }

    private bool ProbeList(KeyIndex target, long tick, ref ProbeCursor cursor, MatchList into)
    {
        while (cursor.Segment != 0)
        {
            int count = target.Postings.CountOf(cursor.Segment);
            uint* entries = target.Postings.At(cursor.Segment) + PostingHeap.HeaderUnits;
            while (cursor.Entry < count)
            {
                if (into.IsFull)
                {
                    return false;
                }

                uint row = Volatile.Read(ref entries[cursor.Entry++]);
                if (row != 0 && Rows.IsVisible(row, tick))
                {
                    into.Add(cursor.Row, row);
                }
            }

            cursor.Segment = target.Postings.NextOf(cursor.Segment);
            cursor.Entry = 0;
        }

        return true;
    }

    private uint FirstVisible(KeyIndex target, uint list, long tick)
    {
        for (uint segment = PostingHeap.SegmentOf(list); segment != 0; segment = target.Postings.NextOf(segment))
        {
            int count = target.Postings.CountOf(segment);
            uint* entries = target.Postings.At(segment) + PostingHeap.HeaderUnits;
            for (int i = 0; i < count; i++)
            {
                uint row = Volatile.Read(ref entries[i]);
                if (row != 0 && Rows.IsVisible(row, tick))
                {
                    return row;
                }
            }
        }

        return 0;
    }

    private static bool AnyNull(Batch keys, ReadOnlySpan<int> keyColumns, int row)
    {
        foreach (int column in keyColumns)
        {
            if (!keys[column].IsValid(row))
            {
                return true;
            }
        }

        return false;
    }
}
