using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Finds an arrangement's rows by the values of some columns. Unique: the value of a key is the newest version of its
/// row (older ones through Previous). Otherwise it is the one row, or a list of rows (<see cref="PostingHeap"/>), dead
/// ones included until they are reclaimed. Owner thread writes, readers probe under a pin. <c>IndexFinder</c> finds in
/// blocks.
/// </summary>
internal sealed unsafe partial class KeyIndex : IKeyedValues, IDisposable
{
    private readonly RowStore _store;
    private readonly PostingHeap? _postings;
    private readonly KeyTable _table;

    internal KeyIndex(RowStore store, StateHeap heap, int[] columns, bool isUnique, int positionArray, ulong hashSeed)
    {
        _store = store;
        Columns = columns;
        KeyOrder = [.. Enumerable.Range(0, columns.Length)];
        IsUnique = isUnique;
        PositionArray = positionArray;
        IsInteger = columns.Length == 1 && store.Types[columns[0]].IsInteger;
        _table = new KeyTable(this, heap, store.Context, IsInteger, hashSeed);
        _postings = isUnique ? null : new PostingHeap(store.Context);
    }

    internal int[] Columns { get; }

    /// <summary>0, 1, ...: the columns' places in a batch of just these columns.</summary>
    internal int[] KeyOrder { get; }

    internal bool IsUnique { get; }

    internal bool IsInteger { get; }

    /// <summary>Which of a chunk's position arrays is this index's; -1 if it is unique.</summary>
    internal int PositionArray { get; }

    internal KeyTable Table => _table;

    internal PostingHeap Postings => _postings!;

    internal long Bytes => _postings?.Bytes ?? 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Prefetch(ulong hash) => _table.Prefetch(hash);

    /// <summary>The value of the key a batch's row has: a row id, a list, or 0.</summary>
    internal uint Find(ulong hash, Batch batch, ReadOnlySpan<int> batchColumns, int batchRow)
    {
        if (_table.Dense is not { } dense || !batch[batchColumns[0]].IsValid(batchRow))
        {
            return FindHashed(hash, batch, batchColumns, batchRow, out _);
        }

        uint* entry = dense.Entry(hash);
        if (entry != null)
        {
            return Volatile.Read(ref *entry);
        }

        uint value = FindHashed(hash, batch, batchColumns, batchRow, out _);
        if (value == 0 && (entry = dense.Entry(hash)) != null)
        {
            // Its page was made while we looked.
            value = Volatile.Read(ref *entry);
        }

        return value;
    }

    /// <summary>Unique index: points the key at a new version of its row, or adds it.</summary>
    internal void SetRow(ulong hash, bool isNull, uint oldRow, uint newRow)
    {
        if (oldRow == 0)
        {
            _table.Add(hash, isNull, newRow);
            return;
        }

        _table.Replace(_table.Locate(hash, isNull, oldRow), newRow);
    }

    /// <summary>Adds a row of a batch under its key.</summary>
    internal void AddRow(ulong hash, Batch batch, ReadOnlySpan<int> batchColumns, int batchRow, uint row)
    {
        var place = PlaceOf(hash, batch, batchColumns, batchRow, out bool isNull, out uint value);
        if (!place.Exists || value == 0)
        {
            _store.PositionOf(row, PositionArray) = 0;
            _table.Add(hash, isNull, row);
            return;
        }

        AddToValue(place, value, row);
    }

    /// <summary>Adds rows of a batch (sourceRows[i], i itself when empty) under their keys.</summary>
    [SkipLocalsInit]
    internal void AddRows(Batch batch, ReadOnlySpan<int> sourceRows, ReadOnlySpan<ulong> hashes, ReadOnlySpan<uint> rows)
    {
        byte* memory = stackalloc byte[KeyBlock.Bytes];
        for (int start = 0; start < rows.Length; start += KeyBlock.RowsMax)
        {
            var block = new KeyBlock(batch, Columns, memory);
            int end = Math.Min(start + KeyBlock.RowsMax, rows.Length);
            for (int i = start; i < end; i++)
            {
                int row = sourceRows.IsEmpty ? i : sourceRows[i];
                block.Add(row, hashes[row]);
            }

            Find(ref block);
            int version = _table.Version;
            for (int i = 0; i < block.Count; i++)
            {
                uint row = rows[start + i];
                if (block.Values[i] != 0 && version == _table.Version)
                {
                    // The place is the key's, whatever earlier rows of the block have put there.
                    var place = KeyPlace.Of(block.Places[i]);
                    AddToValue(place, place.Value, row);
                }
                else
                {
                    AddRow(block.Hashes[i], batch, Columns, block.Rows[i], row);
                }
            }
        }
    }

    private void AddToValue(KeyPlace place, uint value, uint row)
    {
        if ((value & PostingHeap.ListFlag) == 0)
        {
            uint list = Postings.Create(value, row, out uint oldPosition, out uint newPosition);
            _store.PositionOf(value, PositionArray) = oldPosition;
            _store.PositionOf(row, PositionArray) = newPosition;
            _table.Replace(place, PostingHeap.ValueOf(list));
            return;
        }

        uint segment = PostingHeap.SegmentOf(value);
        uint first = segment;
        _store.PositionOf(row, PositionArray) = Postings.Add(ref first, row);
        if (first != segment)
        {
            _table.Replace(place, PostingHeap.ValueOf(first));
        }
    }

    /// <summary>
    /// Takes a dead row out of its key's list. False: that takes its key (<see cref="RemoveRow"/>), as it is the only
    /// row of its slot or the last of a segment.
    /// </summary>
    internal bool TryRemoveFromList(uint row)
    {
        uint position = _store.PositionOf(row, PositionArray);
        return position != 0 && Postings.TryRemove(position);
    }

    /// <summary>Takes a dead row out. A unique index keeps the slot if a newer version has taken it.</summary>
    internal void RemoveRow(ulong hash, bool isNull, uint row)
    {
        uint position = IsUnique ? 0 : _store.PositionOf(row, PositionArray);
        if (position != 0)
        {
            if (!Postings.TryRemove(position))
            {
                UnlinkSegment(hash, isNull, Postings.RemoveLast(position));
            }

            return;
        }

        var place = _table.Locate(hash, isNull, row);
        if (place.Exists)
        {
            _table.Remove(hash, isNull, place);
        }
    }

    /// <summary>Gives a live row that has moved its new id.</summary>
    internal void MoveRow(ulong hash, bool isNull, uint from, uint to)
    {
        uint position = 0;
        if (!IsUnique)
        {
            position = _store.PositionOf(from, PositionArray);
            _store.PositionOf(to, PositionArray) = position;
        }

        if (position != 0)
        {
            Postings.Replace(position, to);
            return;
        }

        _table.Replace(_table.Locate(hash, isNull, from), to);
    }

    /// <summary>A row of a value that has the key; 0 if all have just been removed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint AnyRowOf(uint value) => (value & PostingHeap.ListFlag) == 0 ? value : AnyRowOfList(value);

    public bool HasIntegerKey(uint value, long key)
    {
        uint row = AnyRowOf(value);
        if (row == 0)
        {
            return false;
        }

        var column = ChunkHeader.Columns(_store.ChunkOf(row)) + Columns[0];
        int index = RowStore.RowOf(row);
        if (column->Validity != null && !Kernels.KeyEquality.Bit(column->Validity, index))
        {
            return false;
        }

        return _store.Types[Columns[0]].Layout switch
        {
            Layout.Fixed2 => ((short*)column->Values)[index] == key,
            Layout.Fixed4 => ((int*)column->Values)[index] == key,
            _ => ((long*)column->Values)[index] == key,
        };
    }

    public void Dispose() => _postings?.Dispose();

    private uint FindHashed(ulong hash, Batch batch, ReadOnlySpan<int> batchColumns, int batchRow, out ulong* slot)
    {
        var candidates = _table.Candidates(hash);
        uint value;
        while ((value = candidates.Next()) != 0)
        {
            uint row = AnyRowOf(value);
            if (row != 0 && RowReader.KeyEquals(_store, row, Columns, batch, batchColumns, batchRow))
            {
                slot = candidates.Slot;
                return value;
            }
        }

        slot = null;
        return 0;
    }

    private KeyPlace PlaceOf(
        ulong hash, Batch batch, ReadOnlySpan<int> batchColumns, int batchRow, out bool isNull, out uint value)
    {
        isNull = IsInteger && !batch[batchColumns[0]].IsValid(batchRow);
        if (_table.Dense is { } dense && !isNull)
        {
            uint* entry = dense.Entry(hash);
            if (entry != null)
            {
                value = *entry;
                return new KeyPlace(entry, null);
            }
        }

        value = FindHashed(hash, batch, batchColumns, batchRow, out ulong* slot);
        return new KeyPlace(null, slot);
    }

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

    private void UnlinkSegment(ulong hash, bool isNull, uint segment)
    {
        if (_table.Dense is { } dense && !isNull && dense.Entry(hash) is var entry && entry != null)
        {
            Unlink(hash, isNull, new KeyPlace(entry, null), PostingHeap.SegmentOf(*entry), segment);
            return;
        }

        var candidates = _table.Candidates(hash);
        uint value;
        while ((value = candidates.Next()) != 0)
        {
            if ((value & PostingHeap.ListFlag) != 0 && Holds(PostingHeap.SegmentOf(value), segment))
            {
                Unlink(hash, isNull, new KeyPlace(null, candidates.Slot), PostingHeap.SegmentOf(value), segment);
                return;
            }
        }

        throw new SqlException(SqlState.InternalError, "a posting list has no slot");
    }

    private bool Holds(uint first, uint segment)
    {
        while (first != segment && first != 0)
        {
            first = Postings.NextOf(first);
        }

        return first != 0;
    }

    private void Unlink(ulong hash, bool isNull, KeyPlace place, uint first, uint segment)
    {
        uint left = Postings.Unlink(first, segment);
        if (left == 0)
        {
            _table.Remove(hash, isNull, place);
        }
        else if (left != first)
        {
            _table.Replace(place, PostingHeap.ValueOf(left));
        }
    }
}
