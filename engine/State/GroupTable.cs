using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Groups of an aggregation: key columns and accumulators of fixed width, updated in place by the owner alone and never read
/// by others (DESIGN.md section 4). A batch's rows are turned into group numbers (<see cref="FindOrInsert"/>), then one kernel an
/// aggregate runs over <see cref="Current{T}"/>. The first touch of a group in a tick saves its accumulators, so that at the
/// tick's end old and new results can be told apart (<see cref="Touched"/>). Numbers are stable while a group lives.
/// Owner's thread. O(1) a row.
/// </summary>
internal sealed unsafe class GroupTable : IDisposable
{
    private const int HeaderBytes = 8;
    private readonly StateHeap _heap;
    private readonly SlotTables _slots;
    private readonly RecordPages _records;
    private readonly RecordPages _saved;
    private readonly StringHeap _strings = new();
    private readonly KeyForm[] _keyForms;
    private readonly int[] _keyOffsets;
    private readonly int[] _accumulatorOffsets;
    private readonly int _nullsOffset;
    private readonly int _accumulatorsStart;
    private readonly int _accumulatorsBytes;
    private readonly bool _isInteger;
    private readonly ulong _secret;
    private readonly List<int> _touched = [];
    private readonly List<int> _removed = [];
    private readonly Stack<int> _free = new();
    private int _next;

    internal GroupTable(GroupTableSpec spec, StateContext context)
    {
        Spec = spec;
        Context = context;
        _heap = new StateHeap(context);
        _slots = new SlotTables(_heap);
        _keyForms = [.. spec.KeyTypes.Select(KeyForms.Of)];
        _keyOffsets = new int[spec.KeyTypes.Count];
        int offset = HeaderBytes;
        foreach (int width in (int[])[16, 8, 4, 2, 0])
        {
            for (int i = 0; i < _keyOffsets.Length; i++)
            {
                if (spec.KeyTypes[i].Width == width)
                {
                    _keyOffsets[i] = offset;
                    offset += Math.Max(width, 1);
                }
            }
        }

        _nullsOffset = offset;
        offset += Bitmap.BytesFor(_keyOffsets.Length);
        _accumulatorsStart = (offset + 7) & -8;
        offset = 0;
        _accumulatorOffsets = new int[spec.AccumulatorBytes.Count];
        for (int i = 0; i < _accumulatorOffsets.Length; i++)
        {
            _accumulatorOffsets[i] = offset;
            offset += (spec.AccumulatorBytes[i] + 7) & -8;
        }

        _accumulatorsBytes = offset;
        _records = new RecordPages(_accumulatorsStart + offset);
        _saved = new RecordPages(HeaderBytes + offset);
        _isInteger = spec.KeyTypes.Count == 1 && spec.KeyTypes[0].IsInteger;
        _secret = spec.HashSeed;
    }

    /// <summary>At the start of a record. A record of a group that does not exist is all zero but for this.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RecordHeader
    {
        /// <summary>Number in the touched list plus 1; 0: not touched in this tick.</summary>
        internal int Touch;
        internal int State;
    }

    private const int Absent = 0;
    private const int Present = 1;
    private const int Removed = 2;

    internal GroupTableSpec Spec { get; }

    internal StateContext Context { get; }

    internal int GroupCount => (int)_slots.Count;

    internal long LiveBytes => _heap.Bytes + _records.Bytes + _saved.Bytes + _strings.Bytes;

    /// <summary>The groups touched since the last <see cref="EndTick"/>, in order of first touch.</summary>
    internal ReadOnlySpan<int> Touched => CollectionsMarshal.AsSpan(_touched);

    /// <summary>Whether a touched group did not exist before the tick.</summary>
    internal bool WasAbsent(int touchedIndex) => ((RecordHeader*)_saved.At(touchedIndex))->State == Absent;

    /// <summary>An accumulator of all groups as it is now, by group number.</summary>
    internal Accumulators<T> Current<T>(int accumulator) where T : unmanaged =>
        _records.View<T>(_accumulatorsStart + _accumulatorOffsets[accumulator]);

    /// <summary>An accumulator of the touched groups as it was before the tick, by index into <see cref="Touched"/>.</summary>
    internal Accumulators<T> Old<T>(int accumulator) where T : unmanaged =>
        _saved.View<T>(HeaderBytes + _accumulatorOffsets[accumulator]);

    /// <summary>
    /// The group number of each row, creating groups that are new, and marks all of them touched. <paramref name="hashes"/> are those
    /// of the key columns.
    /// </summary>
    internal void FindOrInsert(Batch batch, ReadOnlySpan<int> keyColumns, ReadOnlySpan<ulong> hashes, Span<int> groups)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            if ((row & 63) == 0)
            {
                Prefetch(hashes, row);
            }

            ulong hash = hashes[row];
            int group = Find(hash, batch, keyColumns, row);
            if (group < 0)
            {
                group = Insert(hash, batch, keyColumns, row);
            }

            Touch(group);
            // A group emptied and filled again within the tick lives on.
            ((RecordHeader*)_records.At(group))->State = Present;
            groups[row] = group;
        }
    }

    /// <summary>The group number of each row, -1 where there is none. Touches nothing.</summary>
    internal void Find(Batch batch, ReadOnlySpan<int> keyColumns, ReadOnlySpan<ulong> hashes, Span<int> groups)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            groups[row] = Find(hashes[row], batch, keyColumns, row);
        }
    }

    /// <summary>Marks a group touched (a change that comes from elsewhere than a batch: an expiring window).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Touch(int group)
    {
        var header = (RecordHeader*)_records.At(group);
        if (header->Touch == 0)
        {
            Save(group, header);
        }
    }

    /// <summary>Removes a touched group (its count came to zero). Its number may be used again after the tick.</summary>
    internal void Remove(int group)
    {
        var header = (RecordHeader*)_records.At(group);
        if (header->State != Present || header->Touch == 0)
        {
            throw new SqlException(SqlState.InternalError, $"group table \"{Spec.Name}\": a group is removed that is not touched");
        }

        header->State = Removed;
        _removed.Add(group);
    }

    /// <summary>A key column of some groups, in the arena. Views point into the table: valid within the tick.</summary>
    internal Vector GatherKey(int key, ReadOnlySpan<int> groups, Arena arena)
    {
        var vector = Vector.Allocate(arena, Spec.KeyTypes[key], groups.Length);
        int offset = _keyOffsets[key];
        bool nulls = false;
        for (int i = 0; i < groups.Length; i++)
        {
            byte* record = _records.At(groups[i]);
            nulls |= IsNull(record, key);
            switch (vector.Type.Layout)
            {
                case Layout.Bit: Bitmap.Put(vector.Bits, i, record[offset] != 0); break;
                case Layout.Fixed2: ((short*)vector.ValuesPointer)[i] = *(short*)(record + offset); break;
                case Layout.Fixed4: ((int*)vector.ValuesPointer)[i] = *(int*)(record + offset); break;
                case Layout.Fixed8: ((long*)vector.ValuesPointer)[i] = *(long*)(record + offset); break;
                default: ((Words16*)vector.ValuesPointer)[i] = *(Words16*)(record + offset); break;
            }
        }

        if (nulls)
        {
            var validity = vector.AddValidity(arena);
            for (int i = 0; i < groups.Length; i++)
            {
                Bitmap.Put(validity, i, !IsNull(_records.At(groups[i]), key));
            }
        }

        return vector;
    }

    /// <summary>Every group, for scans by the owner (windows that close).</summary>
    internal int GroupNumbersEnd => _next;

    internal bool Exists(int group) => ((RecordHeader*)_records.At(group))->State == Present;

    /// <summary>Forgets what was touched and frees removed groups.</summary>
    internal void EndTick()
    {
        foreach (int group in _touched)
        {
            ((RecordHeader*)_records.At(group))->Touch = 0;
        }

        if (_removed.Count > 0)
        {
            FreeRemoved();
        }

        _touched.Clear();
    }

    public void Dispose()
    {
        _records.Dispose();
        _saved.Dispose();
        _strings.Free();
        _heap.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint FragmentOf(ulong hash) => _isInteger ? (uint)(Sharding.Scramble(hash, _secret) >> 32) : (uint)(hash >> 26);

    private void Prefetch(ReadOnlySpan<ulong> hashes, int start)
    {
        foreach (ulong hash in hashes.Slice(start, Math.Min(64, hashes.Length - start)))
        {
            _slots.Prefetch(Sharding.ShardOf(hash), FragmentOf(hash));
        }
    }

    private int Find(ulong hash, Batch batch, ReadOnlySpan<int> keyColumns, int row)
    {
        var candidates = _slots.Find(Sharding.ShardOf(hash), FragmentOf(hash));
        uint value;
        while ((value = candidates.Next()) != 0)
        {
            int group = (int)value - 2;
            if (KeyEquals(_records.At(group), batch, keyColumns, row))
            {
                return group;
            }
        }

        return -1;
    }

    private int Insert(ulong hash, Batch batch, ReadOnlySpan<int> keyColumns, int row)
    {
        if (!_free.TryPop(out int group))
        {
            group = _next++;
            if (group == _records.Capacity)
            {
                _records.AddPage();
            }
        }

        byte* record = _records.At(group);
        for (int i = 0; i < keyColumns.Length; i++)
        {
            ref var vector = ref batch[keyColumns[i]];
            int index = vector.ValueIndex(row);
            byte* target = record + _keyOffsets[i];
            if (!vector.IsValid(row))
            {
                record[_nullsOffset + (i >> 3)] |= (byte)(1 << (i & 7));
                continue;
            }

            switch (vector.Type.Layout)
            {
                case Layout.Bit: *target = vector.Bit(row) ? (byte)1 : (byte)0; break;
                case Layout.Fixed2: *(short*)target = ((short*)vector.ValuesPointer)[index]; break;
                case Layout.Fixed4: *(int*)target = ((int*)vector.ValuesPointer)[index]; break;
                case Layout.Fixed8: *(long*)target = ((long*)vector.ValuesPointer)[index]; break;
                case Layout.Fixed16: *(Words16*)target = ((Words16*)vector.ValuesPointer)[index]; break;
                default: *(StringView*)target = _strings.Add(ref ((StringView*)vector.ValuesPointer)[index]); break;
            }
        }

        // The touch that follows saves it as absent: only then it is made present.
        _slots.Add(Sharding.ShardOf(hash), FragmentOf(hash), (uint)group + 2);
        return group;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Save(int group, RecordHeader* header)
    {
        int index = _touched.Count;
        _touched.Add(group);
        if (index == _saved.Capacity)
        {
            _saved.AddPage();
        }

        byte* saved = _saved.At(index);
        ((RecordHeader*)saved)->State = header->State;
        NativeMemory.Copy((byte*)header + _accumulatorsStart, saved + HeaderBytes, (nuint)_accumulatorsBytes);
        header->Touch = index + 1;
    }

    private void FreeRemoved()
    {
        var mark = Context.Scratch.Position;
        var groups = Context.Scratch.Allocate<int>(_removed.Count);
        int count = 0;
        foreach (int group in _removed)
        {
            var header = (RecordHeader*)_records.At(group);
            if (header->State == Removed)
            {
                header->State = Absent;
                groups[count++] = group;
            }
        }

        groups = groups[..count];
        var keys = _keys.Reset(groups.Length, Spec.KeyTypes.Count);
        for (int i = 0; i < Spec.KeyTypes.Count; i++)
        {
            keys[i] = GatherKey(i, groups, Context.Scratch);
        }

        var hashes = Context.Scratch.Allocate<ulong>(groups.Length);
        HashKernel.Hash(keys, KeyOrder, Spec.HashSeed, hashes);
        for (int i = 0; i < groups.Length; i++)
        {
            int shard = Sharding.ShardOf(hashes[i]);
            _slots.Remove(shard, _slots.Locate(shard, FragmentOf(hashes[i]), (uint)groups[i] + 2));
            NativeMemory.Clear(_records.At(groups[i]), (nuint)_records.Stride);
            _free.Push(groups[i]);
        }

        _removed.Clear();
        Context.Scratch.Release(mark);
    }

    private readonly Batch _keys = new();

    private int[] KeyOrder => _keyOrder ??= [.. Enumerable.Range(0, Spec.KeyTypes.Count)];

    private int[]? _keyOrder;

    private bool IsNull(byte* record, int key) => (record[_nullsOffset + (key >> 3)] >> (key & 7) & 1) != 0;

    private bool KeyEquals(byte* record, Batch batch, ReadOnlySpan<int> keyColumns, int row)
    {
        for (int i = 0; i < keyColumns.Length; i++)
        {
            ref var vector = ref batch[keyColumns[i]];
            bool present = !IsNull(record, i);
            if (present != vector.IsValid(row))
            {
                return false;
            }

            if (present && !KeyEquality.Equal(
                _keyForms[i], record + _keyOffsets[i], 0, vector.ValuesPointer, vector.ValueIndex(row)))
            {
                return false;
            }
        }

        return true;
    }
}
