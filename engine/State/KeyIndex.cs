using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>
/// Finds an arrangement's rows by the values of some columns. Unique: the value of a slot is the newest version of the key's
/// row (older ones through Previous). Otherwise it is the one row, or a list of rows (<see cref="PostingHeap"/>), dead ones
/// included until they are reclaimed. Owner thread writes, readers probe under a pin.
/// </summary>
internal sealed unsafe class KeyIndex : IDisposable
{
    private readonly RowStore _store;
    private readonly bool _isInteger;
    private readonly ulong _secret;
    private readonly PostingHeap? _postings;

    internal KeyIndex(RowStore store, StateHeap heap, int[] columns, bool isUnique, int positionArray, ulong hashSeed)
    {
        _store = store;
        Columns = columns;
        KeyOrder = [.. Enumerable.Range(0, columns.Length)];
        IsUnique = isUnique;
        PositionArray = positionArray;
        _isInteger = columns.Length == 1 && store.Types[columns[0]].IsInteger;
        _secret = hashSeed;
        Slots = new SlotTables(heap);
        _postings = isUnique ? null : new PostingHeap(store.Context);
    }

    internal int[] Columns { get; }

    /// <summary>0, 1, ...: the columns' places in a batch of just these columns.</summary>
    internal int[] KeyOrder { get; }

    internal bool IsUnique { get; }

    /// <summary>Which of a chunk's position arrays is this index's; -1 if it is unique.</summary>
    internal int PositionArray { get; }

    internal SlotTables Slots { get; }

    internal PostingHeap Postings => _postings!;

    internal long Bytes => _postings?.Bytes ?? 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint FragmentOf(ulong hash) => _isInteger ? (uint)(Sharding.Scramble(hash, _secret) >> 32) : (uint)(hash >> 26);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Prefetch(ulong hash) => Slots.Prefetch(Sharding.ShardOf(hash), FragmentOf(hash));

    /// <summary>The value of the key a batch's row has: a row id, a list, or 0.</summary>
    internal uint Find(ulong hash, Batch batch, ReadOnlySpan<int> batchColumns, int batchRow)
    {
        var candidates = Slots.Find(Sharding.ShardOf(hash), FragmentOf(hash));
        uint value;
        while ((value = candidates.Next()) != 0)
        {
            uint row = AnyRowOf(value);
            if (row != 0 && RowReader.KeyEquals(_store, row, Columns, batch, batchColumns, batchRow))
            {
                return value;
            }
        }

        return 0;
    }

    /// <summary>Unique index: points the key at a new version of its row, or adds it.</summary>
    internal void SetRow(ulong hash, uint oldRow, uint newRow)
    {
        int shard = Sharding.ShardOf(hash);
        uint fragment = FragmentOf(hash);
        if (oldRow == 0)
        {
            Slots.Add(shard, fragment, newRow);
            return;
        }

        Slots.Replace(Slots.Locate(shard, fragment, oldRow), newRow);
    }

    /// <summary>Adds a row of a batch under its key.</summary>
    internal void AddRow(ulong hash, Batch batch, ReadOnlySpan<int> batchColumns, int batchRow, uint row)
    {
        int shard = Sharding.ShardOf(hash);
        uint fragment = FragmentOf(hash);
        var candidates = Slots.Find(shard, fragment);
        uint value;
        while ((value = candidates.Next()) != 0)
        {
            uint known = AnyRowOf(value);
            if (known == 0 || !RowReader.KeyEquals(_store, known, Columns, batch, batchColumns, batchRow))
            {
                continue;
            }

            if ((value & PostingHeap.ListFlag) == 0)
            {
                uint list = Postings.Create(value, row, out uint oldPosition, out uint newPosition);
                _store.PositionOf(value, PositionArray) = oldPosition;
                _store.PositionOf(row, PositionArray) = newPosition;
                Slots.Replace(candidates.Slot, PostingHeap.ValueOf(list));
                return;
            }

            uint segment = PostingHeap.SegmentOf(value);
            uint first = segment;
            _store.PositionOf(row, PositionArray) = Postings.Add(ref first, row);
            if (first != segment)
            {
                Slots.Replace(candidates.Slot, PostingHeap.ValueOf(first));
            }

            return;
        }

        _store.PositionOf(row, PositionArray) = 0;
        Slots.Add(shard, fragment, row);
    }

    /// <summary>Takes a dead row out. A unique index keeps the slot if a newer version has taken it.</summary>
    internal void RemoveRow(ulong hash, uint row)
    {
        int shard = Sharding.ShardOf(hash);
        uint fragment = FragmentOf(hash);
        uint position = IsUnique ? 0 : _store.PositionOf(row, PositionArray);
        if (position == 0)
        {
            ulong* slot = Slots.Locate(shard, fragment, row);
            if (slot != null)
            {
                Slots.Remove(shard, slot);
            }

            return;
        }

        if (Postings.Remove(position, out uint segment))
        {
            UnlinkSegment(shard, fragment, segment);
        }
    }

    /// <summary>A row of a value that has the key; 0 if all have just been removed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint AnyRowOf(uint value) => (value & PostingHeap.ListFlag) == 0 ? value : AnyRowOfList(value);

    private uint AnyRowOfList(uint value)
    {
        for (uint segment = PostingHeap.SegmentOf(value); segment != 0; segment = Postings.NextOf(segment))
        {
            int count = Postings.CountOf(segment);
            uint* entries = Postings.At(segment) + PostingHeap.HeaderUnits;
            for (int i = 0; i < count; i++)
            {
                uint row = Volatile.Read(ref entries[i]);
                if (row != 0)
                {
                    return row;
                }
            }
        }

        return 0;
    }

    private void UnlinkSegment(int shard, uint fragment, uint segment)
    {
        var candidates = Slots.Find(shard, fragment);
        uint value;
        while ((value = candidates.Next()) != 0)
        {
            if ((value & PostingHeap.ListFlag) == 0)
            {
                continue;
            }

            uint first = PostingHeap.SegmentOf(value);
            for (uint s = first; s != 0; s = Postings.NextOf(s))
            {
                if (s != segment)
                {
                    continue;
                }

                uint left = Postings.Unlink(first, segment);
                if (left == 0)
                {
                    Slots.Remove(shard, candidates.Slot);
                }
                else if (left != first)
                {
                    Slots.Replace(candidates.Slot, PostingHeap.ValueOf(left));
                }

                return;
            }
        }

        throw new Types.SqlException(Types.SqlState.InternalError, "a posting list has no slot");
    }

    public void Dispose() => _postings?.Dispose();
}
