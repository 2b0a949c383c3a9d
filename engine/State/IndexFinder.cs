using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Finding many keys: all slots of a block are prefetched, then the rows they name, then keys are compared column by
/// column; only rows that meet a false friend go one by one. Any thread (under a pin).
/// </summary>
internal sealed unsafe partial class KeyIndex
{
    /// <summary>A value that stands for "the candidate has another key".</summary>
    private const uint FalseFriend = 1;

    /// <summary>Finds the values of the block's keys, and where they stand.</summary>
    internal void Find(ref KeyBlock block)
    {
        Approach(ref block);
        if (Propose(ref block))
        {
            for (int k = 0; k < Columns.Length; k++)
            {
                Verify(ref block, k);
            }
        }

        for (int i = 0; i < block.Count; i++)
        {
            if (block.Values[i] == FalseFriend)
            {
                block.Values[i] = FindHashed(block.Hashes[i], block.Batch, block.Columns, block.Rows[i], out ulong* slot);
                block.Places[i] = (nint)slot;
            }

            if (block.Values[i] == 0 && (block.Places[i] & 1) == 0 && _table.Dense is not null)
            {
                LookAgain(ref block, i);
            }
        }
    }

    private void Approach(ref KeyBlock block)
    {
        var slots = _table.Slots;
        if (_table.Dense is not { Count: > 0 } dense)
        {
            for (int i = 0; i < block.Count; i++)
            {
                block.Places[i] = (nint)slots.Approach(Sharding.ShardOf(block.Hashes[i]), _table.FragmentOf(block.Hashes[i]));
            }

            return;
        }

        ref var key = ref block.Batch[block.Columns[0]];
        var pages = dense.Now;
        for (int i = 0; i < block.Count; i++)
        {
            uint* entry = key.IsValid(block.Rows[i]) ? pages.Entry(block.Hashes[i]) : null;
            if (entry == null)
            {
                block.Places[i] = (nint)slots.Approach(Sharding.ShardOf(block.Hashes[i]), _table.FragmentOf(block.Hashes[i]));
                continue;
            }

            block.Places[i] = (nint)entry + 1;
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(entry);
            }
        }
    }

    /// <summary>Reads the candidates. False: none needs to be compared.</summary>
    private bool Propose(ref KeyBlock block)
    {
        uint any = 0;
        bool lists = false;
        for (int i = 0; i < block.Count; i++)
        {
            nint place = block.Places[i];
            uint value;
            if ((place & 1) != 0)
            {
                value = Volatile.Read(ref *(uint*)(place - 1));
                block.Samples[i] = 0;
            }
            else
            {
                ulong hash = block.Hashes[i];
                ulong* slot = _table.Slots.MatchFrom((ulong*)place, Sharding.ShardOf(hash), _table.FragmentOf(hash), out value);
                block.Places[i] = (nint)slot;
                block.Samples[i] = value;
                any |= value;
            }

            block.Values[i] = value;
            if ((value & PostingHeap.ListFlag) != 0)
            {
                lists = true;
                Postings.Prefetch(value);
            }
            else if (value != 0)
            {
                _store.PrefetchRow(value, block.Samples[i] == 0 ? default : Columns);
            }
        }

        for (int i = 0; lists && i < block.Count; i++)
        {
            if ((block.Samples[i] & PostingHeap.ListFlag) != 0)
            {
                block.Samples[i] = AnyRowOfList(block.Samples[i]);
                if (block.Samples[i] == 0)
                {
                    block.Values[i] = 0;
                    continue;
                }

                _store.PrefetchRow(block.Samples[i], Columns);
            }
        }

        return any != 0;
    }

    /// <summary>A key absent from the tables may have moved into a page meanwhile.</summary>
    private void LookAgain(ref KeyBlock block, int i)
    {
        uint* entry = block.Batch[block.Columns[0]].IsValid(block.Rows[i]) ? _table.Dense!.Entry(block.Hashes[i]) : null;
        if (entry != null)
        {
            block.Places[i] = (nint)entry + 1;
            block.Values[i] = Volatile.Read(ref *entry);
        }
    }

    private void Verify(ref KeyBlock block, int k)
    {
        int column = Columns[k];
        ref var key = ref block.Batch[block.Columns[k]];
        switch (KeyForms.Of(_store.Types[column]))
        {
            case KeyForm.Int4: Verify<int, WordOfInt4>(ref block, in key, column); break;
            case KeyForm.Int8: Verify<long, WordOfInt8>(ref block, in key, column); break;
            case KeyForm.Float8: Verify<double, WordOfFloat8>(ref block, in key, column); break;
            case KeyForm.View: VerifyViews(ref block, in key, column); break;
            default: VerifyOther(ref block, in key, column, KeyForms.Of(_store.Types[column])); break;
        }
    }

    private void Verify<T, TWord>(ref KeyBlock block, in Vector key, int column)
        where T : unmanaged where TWord : struct, IKeyWord<T>
    {
        var values = (T*)key.ValuesPointer;
        for (int i = 0; i < block.Count; i++)
        {
            uint row = block.Samples[i];
            if (row == 0)
            {
                continue;
            }

            var stored = ChunkHeader.Columns(_store.ChunkOf(row)) + column;
            int index = RowStore.RowOf(row);
            bool equal = stored->Validity == null && !key.MayHaveNulls
                ? TWord.Of(((T*)stored->Values)[index]) == TWord.Of(values[key.ValueIndex(block.Rows[i])])
                : EqualOrBothNull(stored, index, in key, block.Rows[i]);
            Judge(ref block, i, equal);
        }
    }

    private void VerifyViews(ref KeyBlock block, in Vector key, int column)
    {
        var views = (StringView*)key.ValuesPointer;
        for (int i = 0; i < block.Count; i++)
        {
            uint row = block.Samples[i];
            if (row == 0)
            {
                continue;
            }

            var stored = ChunkHeader.Columns(_store.ChunkOf(row)) + column;
            int index = RowStore.RowOf(row);
            bool equal = stored->Validity == null && !key.MayHaveNulls
                ? StringView.Equal(ref ((StringView*)stored->Values)[index], ref views[key.ValueIndex(block.Rows[i])])
                : EqualOrBothNull(stored, index, in key, block.Rows[i]);
            Judge(ref block, i, equal);
        }
    }

    private void VerifyOther(ref KeyBlock block, in Vector key, int column, KeyForm form)
    {
        for (int i = 0; i < block.Count; i++)
        {
            uint row = block.Samples[i];
            if (row != 0)
            {
                var stored = ChunkHeader.Columns(_store.ChunkOf(row)) + column;
                Judge(ref block, i, EqualOrBothNull(stored, RowStore.RowOf(row), in key, block.Rows[i], form));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Judge(ref KeyBlock block, int i, bool equal)
    {
        if (!equal)
        {
            block.Samples[i] = 0;
            block.Values[i] = FalseFriend;
        }
    }

    private static bool EqualOrBothNull(ChunkColumn* stored, int index, in Vector key, int row) =>
        EqualOrBothNull(stored, index, in key, row, KeyForms.Of(key.Type));

    private static bool EqualOrBothNull(ChunkColumn* stored, int index, in Vector key, int row, KeyForm form)
    {
        bool present = stored->Validity == null || KeyEquality.Bit(stored->Validity, index);
        return present == key.IsValid(row)
            && (!present || KeyEquality.Equal(form, stored->Values, index, key.ValuesPointer, key.ValueIndex(row)));
    }
}
