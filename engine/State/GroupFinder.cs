using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// The finding half: a block of rows at a time, all slots are prefetched, then all records, then keys are compared
/// column by column; only rows that find nothing, or a false friend, go one by one.
/// </summary>
internal sealed unsafe partial class GroupTable
{
    private const int BlockRows = 256;

    /// <summary>Rows of a block while they are being found.</summary>
    private ref struct Block
    {
        internal Batch Batch;
        internal ReadOnlySpan<int> KeyColumns;
        internal int Start;
        internal int Count;

        /// <summary>Candidate groups, -1: none.</summary>
        internal int* Groups;

        /// <summary>Their records (an absent group's where there is none).</summary>
        internal byte** Records;

        /// <summary>Where the search starts, then whether the key is known to be equal.</summary>
        internal ulong* Work;
    }

    /// <summary>
    /// The group number of each row, creating groups that are new, and marks all of them touched.
    /// <paramref name="hashes"/> are those of the key columns.
    /// </summary>
    [SkipLocalsInit]
    internal void FindOrInsert(Batch batch, ReadOnlySpan<int> keyColumns, ReadOnlySpan<ulong> hashes, Span<int> groups)
    {
        int* candidates = stackalloc int[BlockRows];
        byte** records = stackalloc byte*[BlockRows];
        ulong* work = stackalloc ulong[BlockRows];
        if (_records.Capacity == 0)
        {
            _records.AddPage();
        }

        for (int start = 0; start < batch.RowCount; start += BlockRows)
        {
            int count = Math.Min(BlockRows, batch.RowCount - start);
            var block = new Block
            {
                Batch = batch,
                KeyColumns = keyColumns,
                Start = start,
                Count = count,
                Groups = candidates,
                Records = records,
                Work = work,
            };
            var blockHashes = hashes.Slice(start, count);
            Locate(ref block, blockHashes);
            Settle(ref block, blockHashes, groups.Slice(start, count));
        }

        if (_checkpoint.IsDraining)
        {
            _checkpoint.EmitDue(this);
        }
    }

    /// <summary>The group number of each row, -1 where there is none. Touches nothing.</summary>
    [SkipLocalsInit]
    internal void Find(Batch batch, ReadOnlySpan<int> keyColumns, ReadOnlySpan<ulong> hashes, Span<int> groups)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            groups[row] = FindOne(hashes[row], batch, keyColumns, row);
            if (groups[row] >= 0 && HeaderOf(groups[row])->State != GroupHeader.Present)
            {
                groups[row] = -1;
            }
        }
    }

    private void Locate(ref Block block, ReadOnlySpan<ulong> hashes)
    {
        bool known = false;
        if (_table.Dense is { Count: > 0 } dense)
        {
            known = LocateIntegers(ref block, hashes, dense);
        }
        else
        {
            LocateHashed(ref block, hashes);
        }

        if (!known)
        {
            Verify(ref block);
        }
    }

    private void LocateHashed(ref Block block, ReadOnlySpan<ulong> hashes)
    {
        var slots = _table.Slots;
        for (int i = 0; i < hashes.Length; i++)
        {
            uint fragment = _table.FragmentOf(hashes[i]);
            block.Work[i] = fragment;
            block.Records[i] = (byte*)slots.Approach(Sharding.ShardOf(hashes[i]), fragment);
        }

        for (int i = 0; i < hashes.Length; i++)
        {
            Offer(ref block, i, slots.FirstFrom((ulong*)block.Records[i], Sharding.ShardOf(hashes[i]), (uint)block.Work[i]));
        }
    }

    /// <summary>True: every row's key stands in a page, so that no candidate needs to be verified.</summary>
    private bool LocateIntegers(ref Block block, ReadOnlySpan<ulong> hashes, DensePages dense)
    {
        ref var key = ref block.Batch[block.KeyColumns[0]];
        bool nulls = key.MayHaveNulls;
        var pages = dense.Now;
        int inPages = 0;
        for (int i = 0; i < hashes.Length; i++)
        {
            uint* entry = nulls && !key.IsValid(block.Start + i) ? null : pages.Entry(hashes[i]);
            block.Records[i] = (byte*)entry;
            if (entry == null)
            {
                _table.Slots.Prefetch(Sharding.ShardOf(hashes[i]), _table.FragmentOf(hashes[i]));
                continue;
            }

            inPages++;
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(entry);
            }
        }

        for (int i = 0; i < hashes.Length; i++)
        {
            var entry = (uint*)block.Records[i];
            Offer(ref block, i, entry != null ? *entry
                : _table.Slots.FirstOf(Sharding.ShardOf(hashes[i]), _table.FragmentOf(hashes[i])));
        }

        return inPages == hashes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Offer(ref Block block, int i, uint value)
    {
        int group = value == 0 ? -1 : (int)value - ValueBase;
        byte* record = _records.At(Math.Max(group, 0));
        block.Groups[i] = group;
        block.Records[i] = record;
        block.Work[i] = 1;
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(record);
            Sse.Prefetch0(record + _records.Stride - 1);
        }
    }

    /// <summary>Leaves a row's Work at 1 if its candidate has its key.</summary>
    private void Verify(ref Block block)
    {
        bool anyNulls = false;
        foreach (int column in block.KeyColumns)
        {
            anyNulls |= block.Batch[column].MayHaveNulls;
        }

        for (int i = 0; i < block.Count; i++)
        {
            uint nulls = anyNulls ? NullsOf(in block, i) : 0;
            block.Work[i] = block.Groups[i] >= 0 && ((GroupHeader*)block.Records[i])->Nulls == nulls ? 1UL : 0UL;
        }

        for (int k = 0; k < block.KeyColumns.Length; k++)
        {
            ref var key = ref block.Batch[block.KeyColumns[k]];
            int offset = _layout.KeyOffsets[k];
            switch (_layout.KeyForms[k])
            {
                case KeyForm.Int2: Verify<short, WordOfInt2>(in block, in key, offset); break;
                case KeyForm.Int4: Verify<int, WordOfInt4>(in block, in key, offset); break;
                case KeyForm.Int8: Verify<long, WordOfInt8>(in block, in key, offset); break;
                case KeyForm.Float4: Verify<float, WordOfFloat4>(in block, in key, offset); break;
                case KeyForm.Float8: Verify<double, WordOfFloat8>(in block, in key, offset); break;
                case KeyForm.View: VerifyViews(in block, in key, offset); break;
                default: VerifyOther(in block, in key, offset, _layout.KeyForms[k]); break;
            }
        }
    }

    private static uint NullsOf(in Block block, int i)
    {
        uint nulls = 0;
        for (int k = 0; k < block.KeyColumns.Length; k++)
        {
            nulls |= block.Batch[block.KeyColumns[k]].IsValid(block.Start + i) ? 0 : 1u << k;
        }

        return nulls;
    }

    private static void Verify<T, TWord>(in Block block, in Vector key, int offset)
        where T : unmanaged where TWord : struct, IKeyWord<T>
    {
        var values = (T*)key.ValuesPointer;
        if (key.IsFlat && !key.MayHaveNulls)
        {
            values += block.Start;
            for (int i = 0; i < block.Count; i++)
            {
                block.Work[i] &= TWord.Of(values[i]) == TWord.Of(*(T*)(block.Records[i] + offset)) ? 1UL : 0UL;
            }

            return;
        }

        for (int i = 0; i < block.Count; i++)
        {
            int row = block.Start + i;
            bool equal = !key.IsValid(row) || TWord.Of(values[key.ValueIndex(row)]) == TWord.Of(*(T*)(block.Records[i] + offset));
            block.Work[i] &= equal ? 1UL : 0UL;
        }
    }

    private static void VerifyViews(in Block block, in Vector key, int offset)
    {
        var views = (StringView*)key.ValuesPointer;
        for (int i = 0; i < block.Count; i++)
        {
            int row = block.Start + i;
            if (block.Work[i] != 0 && key.IsValid(row)
                && !StringView.Equal(ref views[key.ValueIndex(row)], ref *(StringView*)(block.Records[i] + offset)))
            {
                block.Work[i] = 0;
            }
        }
    }

    private static void VerifyOther(in Block block, in Vector key, int offset, KeyForm form)
    {
        for (int i = 0; i < block.Count; i++)
        {
            int row = block.Start + i;
            if (block.Work[i] != 0 && key.IsValid(row)
                && !KeyEquality.Equal(form, key.ValuesPointer, key.ValueIndex(row), block.Records[i] + offset, 0))
            {
                block.Work[i] = 0;
            }
        }
    }

    /// <summary>Takes what was found, finds or makes the rest, touches all.</summary>
    private void Settle(ref Block block, ReadOnlySpan<ulong> hashes, Span<int> groups)
    {
        uint stamp = _stamp;
        for (int i = 0; i < groups.Length; i++)
        {
            int group = block.Groups[i];
            var header = (GroupHeader*)block.Records[i];
            if (block.Work[i] == 0 || group < 0)
            {
                group = FindOrInsertOne(hashes[i], block.Batch, block.KeyColumns, block.Start + i);
                header = HeaderOf(group);
            }

            if (header->Stamp != stamp)
            {
                Save(group, header);
            }

            if (header->State != GroupHeader.Present)
            {
                // New, or emptied and filled again within the tick.
                header->State = GroupHeader.Present;
            }

            groups[i] = group;
        }
    }

    private int FindOrInsertOne(ulong hash, Batch batch, ReadOnlySpan<int> keyColumns, int row)
    {
        int group = FindOne(hash, batch, keyColumns, row);
        return group >= 0 ? group : Insert(hash, batch, keyColumns, row);
    }

    private int FindOne(ulong hash, Batch batch, ReadOnlySpan<int> keyColumns, int row)
    {
        if (_table.Dense is { } dense && batch[keyColumns[0]].IsValid(row))
        {
            uint* entry = dense.Entry(hash);
            if (entry != null)
            {
                return *entry == 0 ? -1 : (int)*entry - ValueBase;
            }
        }

        var candidates = _table.Candidates(hash);
        uint value;
        while ((value = candidates.Next()) != 0)
        {
            if (KeyEquals(_records.At((int)value - ValueBase), batch, keyColumns, row))
            {
                return (int)value - ValueBase;
            }
        }

        return -1;
    }

    private bool KeyEquals(byte* record, Batch batch, ReadOnlySpan<int> keyColumns, int row)
    {
        uint nulls = ((GroupHeader*)record)->Nulls;
        for (int k = 0; k < keyColumns.Length; k++)
        {
            ref var vector = ref batch[keyColumns[k]];
            bool present = (nulls >> k & 1) == 0;
            if (present != vector.IsValid(row) || (present && !KeyEquality.Equal(
                _layout.KeyForms[k], record + _layout.KeyOffsets[k], 0, vector.ValuesPointer, vector.ValueIndex(row))))
            {
                return false;
            }
        }

        return true;
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

        WriteKeys(_records.At(group), batch, keyColumns, row);
        bool isNull = _table.Dense is not null && !batch[keyColumns[0]].IsValid(row);
        _table.Add(hash, isNull, (uint)group + ValueBase);
        return group;
    }

    private void WriteKeys(byte* record, Batch batch, ReadOnlySpan<int> keyColumns, int row)
    {
        for (int k = 0; k < keyColumns.Length; k++)
        {
            ref var vector = ref batch[keyColumns[k]];
            if (vector.IsValid(row))
            {
                WriteKey(record + _layout.KeyOffsets[k], in vector, vector.ValueIndex(row));
            }
            else
            {
                ((GroupHeader*)record)->StateAndNulls |= 256u << k;
            }
        }
    }

    private void WriteKey(byte* cell, in Vector vector, int index)
    {
        byte* values = vector.ValuesPointer;
        switch (vector.Type.Layout)
        {
            case Layout.Bit: *cell = KeyEquality.Bit(values, index) ? (byte)1 : (byte)0; break;
            case Layout.Fixed2: *(short*)cell = ((short*)values)[index]; break;
            case Layout.Fixed4: *(int*)cell = ((int*)values)[index]; break;
            case Layout.Fixed8: *(long*)cell = ((long*)values)[index]; break;
            case Layout.Fixed16: *(Words16*)cell = ((Words16*)values)[index]; break;
            default: *(StringView*)cell = Strings.Keep(ref ((StringView*)values)[index]); break;
        }
    }
}
