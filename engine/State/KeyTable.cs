using System.Runtime.CompilerServices;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>Knows the keys behind a key table's values.</summary>
internal interface IKeyedValues
{
    /// <summary>Whether a value's key is this integer (and not NULL).</summary>
    bool HasIntegerKey(uint value, long key);
}

/// <summary>Where a key's value stands: in a dense page or in a slot of a hash table. Default: nowhere.</summary>
internal readonly unsafe struct KeyPlace(uint* entry, ulong* slot)
{
    internal readonly uint* Entry = entry;
    internal readonly ulong* Slot = slot;

    /// <summary>From a slot's address, or an entry's plus 1.</summary>
    internal static KeyPlace Of(nint tagged) =>
        (tagged & 1) != 0 ? new KeyPlace((uint*)(tagged - 1), null) : new KeyPlace(null, (ulong*)tagged);

    internal uint Value => Entry != null ? *Entry : (uint)*Slot;

    internal bool Exists
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Entry != null || Slot != null;
    }
}

/// <summary>
/// The key ladder (DESIGN.md section 3): 32-bit values by key hash. A key of one integer column stands in a directly
/// addressed page where its neighbourhood is dense (<see cref="DensePages"/>); every other key in the hash table of its
/// shard (<see cref="SlotTables"/>), where the caller compares keys. Values are above 1. One writer, any readers.
/// </summary>
internal sealed unsafe class KeyTable
{
    private readonly IKeyedValues _values;
    private readonly ulong _secret;
    private int _moves;

    internal KeyTable(IKeyedValues values, StateHeap heap, StateContext context, bool isInteger, ulong hashSeed)
    {
        _values = values;
        _secret = hashSeed;
        Slots = new SlotTables(heap);
        Dense = isInteger ? new DensePages(heap, context) : null;
    }

    internal SlotTables Slots { get; }

    /// <summary>Only for keys of one integer column.</summary>
    internal DensePages? Dense { get; }

    /// <summary>Changes whenever values move: remembered places are then void.</summary>
    internal int Version => Slots.Version + _moves;

    internal long Count => Slots.Count + (Dense?.Count ?? 0);

    /// <summary>
    /// The part of a hash that a slot keeps. Single integers are scrambled first: their hash is an address.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint FragmentOf(ulong hash) =>
        Dense is not null ? (uint)(Sharding.Scramble(hash, _secret) >> 32) : (uint)(hash >> 26);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal SlotTables.Candidates Candidates(ulong hash) => Slots.Find(Sharding.ShardOf(hash), FragmentOf(hash));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Prefetch(ulong hash)
    {
        if (Dense is not null)
        {
            uint* entry = Dense.Entry(hash);
            if (entry != null)
            {
                if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
                {
                    System.Runtime.Intrinsics.X86.Sse.Prefetch0(entry);
                }

                return;
            }
        }

        Slots.Prefetch(Sharding.ShardOf(hash), FragmentOf(hash));
    }

    /// <summary>Adds a key that is not there. A NULL never stands in a page: its hash may be some integer's.</summary>
    internal void Add(ulong hash, bool isNull, uint value)
    {
        if (Dense is null || isNull)
        {
            Slots.Add(Sharding.ShardOf(hash), FragmentOf(hash), value);
            return;
        }

        uint* entry = Dense.Entry(hash);
        if (entry != null)
        {
            Volatile.Write(ref *entry, value);
            Dense.NoteFilled(hash);
            return;
        }

        Slots.Add(Sharding.ShardOf(hash), FragmentOf(hash), value);
        if (Dense.NoteHashed(hash, Count))
        {
            Promote(hash);
        }
    }

    /// <summary>The place that holds exactly this value under a hash.</summary>
    internal KeyPlace Locate(ulong hash, bool isNull, uint value)
    {
        if (Dense is not null && !isNull)
        {
            uint* entry = Dense.Entry(hash);
            if (entry != null)
            {
                return new KeyPlace(*entry == value ? entry : null, null);
            }
        }

        return new KeyPlace(null, Slots.Locate(Sharding.ShardOf(hash), FragmentOf(hash), value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Replace(KeyPlace place, uint value)
    {
        if (place.Entry != null)
        {
            Volatile.Write(ref *place.Entry, value);
            return;
        }

        Slots.Replace(place.Slot, value);
    }

    internal void Remove(ulong hash, bool isNull, KeyPlace place)
    {
        if (place.Entry == null)
        {
            Slots.Remove(Sharding.ShardOf(hash), place.Slot);
            if (!isNull)
            {
                Dense?.NoteUnhashed(hash);
            }

            return;
        }

        Volatile.Write(ref *place.Entry, 0u);
        if (Dense!.NoteCleared(hash))
        {
            Demote(hash);
        }
    }

    private void Promote(ulong hash)
    {
        _moves++;
        uint* page = Dense!.NewPage();
        int keys = 0;
        for (int i = 0; i < DensePages.PageEntries; i++)
        {
            if (Dense.HashAt(hash, i, out ulong neighbour))
            {
                ulong* slot = SlotOfInteger(neighbour);
                page[i] = slot == null ? 0 : (uint)*slot;
                keys += slot == null ? 0 : 1;
            }
        }

        Dense.Publish(hash, page, keys);
        for (int i = 0; i < DensePages.PageEntries; i++)
        {
            if (page[i] != 0 && Dense.HashAt(hash, i, out ulong neighbour))
            {
                Slots.Remove(Sharding.ShardOf(neighbour), SlotOfInteger(neighbour));
            }
        }
    }

    private void Demote(ulong hash)
    {
        _moves++;
        uint* page = Dense!.PageOf(hash);
        for (int i = 0; i < DensePages.PageEntries; i++)
        {
            if (page[i] != 0 && Dense.HashAt(hash, i, out ulong neighbour))
            {
                Slots.Add(Sharding.ShardOf(neighbour), FragmentOf(neighbour), page[i]);
            }
        }

        Dense.Withdraw(hash);
    }

    private ulong* SlotOfInteger(ulong hash)
    {
        var candidates = Candidates(hash);
        long key = Sharding.IntegerOf(hash);
        uint value;
        while ((value = candidates.Next()) != 0)
        {
            if (_values.HasIntegerKey(value, key))
            {
                return candidates.Slot;
            }
        }

        return null;
    }
}
