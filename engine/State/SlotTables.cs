using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.State;

/// <summary>
/// 64 hash tables, one a shard, each an array of 8-byte slots: 32 bits of the hash over a 32-bit value, linear probing
/// at a load of at most 5/8. The position is the top of those 32 bits, so a table is resized without touching a row.
/// Allocated at the first entry of a shard. One writer, any readers: a slot is stored with release, a grown table
/// replaces the old one in a single word (address and size together), the old one is retired. Entries removed from the
/// middle of a chain leave tombstones until then. Whether two keys with equal fragments are equal is the caller's to check.
/// </summary>
internal sealed unsafe class SlotTables(StateHeap heap) : IDisposable
{
    internal const ulong Empty = 0;
    internal const ulong Tombstone = 1;
    private const int CapacityMin = 16;
    private const ulong SizeMask = 63;

    // Address in the upper bits, log2 of the capacity in the lower 6 (tables are 64-byte aligned).
    private readonly ulong* _tables = (ulong*)heap.AllocateZeroed(Sharding.ShardCount * sizeof(ulong));
    private readonly int[] _used = new int[Sharding.ShardCount];
    private readonly int[] _live = new int[Sharding.ShardCount];

    internal long Count { get; private set; }

    /// <summary>Changes whenever slots move: remembered places are then void.</summary>
    internal int Version { get; private set; }

    /// <summary>
    /// Walks the slots of one hash's fragment: <see cref="Next"/> gives the next candidate value or 0.
    /// </summary>
    internal ref struct Candidates
    {
        private readonly ulong* _slots;
        private readonly uint _mask;
        private readonly uint _fragment;
        private uint _position;

        internal Candidates(ulong table, uint fragment)
        {
            int log2 = (int)(table & SizeMask);
            _slots = (ulong*)(table & ~SizeMask);
            _mask = (1u << log2) - 1;
            _fragment = fragment;
            _position = table == 0 ? 0 : fragment >> (32 - log2);
        }

        /// <summary>The slot the last candidate came from.</summary>
        internal readonly ulong* Slot => _slots + ((_position - 1) & _mask);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal uint Next()
        {
            if (_slots == null)
            {
                return 0;
            }

            while (true)
            {
                ulong slot = Volatile.Read(ref _slots[_position & _mask]);
                _position++;
                if (slot == Empty)
                {
                    return 0;
                }

                if ((uint)(slot >> 32) == _fragment && slot > Tombstone)
                {
                    return (uint)slot;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Candidates Find(int shard, uint fragment) => new(Volatile.Read(ref _tables[shard]), fragment);

    /// <summary>
    /// Where the search for a fragment starts (null: nowhere), with its line on the way into the cache.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong* Approach(int shard, uint fragment)
    {
        ulong table = Volatile.Read(ref _tables[shard]);
        if (table == 0)
        {
            return null;
        }

        ulong* slot = (ulong*)(table & ~SizeMask) + (fragment >> (32 - (int)(table & SizeMask)));
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(slot);
        }

        return slot;
    }

    /// <summary>The first candidate value of a fragment, or 0.</summary>
    internal uint FirstOf(int shard, uint fragment)
    {
        Match(shard, fragment, out uint value);
        return value;
    }

    /// <summary>
    /// The first candidate, from where <see cref="Approach"/> led: its slot (null: none) and value. Looks at the table
    /// at large where a chain of slots runs on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong* MatchFrom(ulong* start, int shard, uint fragment, out uint value)
    {
        value = 0;
        if (start == null)
        {
            return null;
        }

        ulong slot = Volatile.Read(ref *start);
        if ((uint)(slot >> 32) == fragment && slot > Tombstone)
        {
            value = (uint)slot;
            return start;
        }

        return slot == Empty ? null : Match(shard, fragment, out value);
    }

    /// <summary>As <see cref="MatchFrom"/>, the value only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint FirstFrom(ulong* start, int shard, uint fragment)
    {
        MatchFrom(start, shard, fragment, out uint value);
        return value;
    }

    private ulong* Match(int shard, uint fragment, out uint value)
    {
        var candidates = Find(shard, fragment);
        value = candidates.Next();
        return value == 0 ? null : candidates.Slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Prefetch(int shard, uint fragment) => Approach(shard, fragment);

    /// <summary>Adds an entry; the key is known not to be there. Values are above 1.</summary>
    internal void Add(int shard, uint fragment, uint value)
    {
        ulong table = _tables[shard];
        if (table == 0 || (_used[shard] + 1) * 8L > (5L << (int)(table & SizeMask)))
        {
            table = Resize(shard);
        }

        _used[shard]++;
        _live[shard]++;
        Count++;
        Insert(table, (ulong)fragment << 32 | value);
    }

    /// <summary>The slot that holds exactly this fragment and value, or null.</summary>
    internal ulong* Locate(int shard, uint fragment, uint value)
    {
        var candidates = Find(shard, fragment);
        uint candidate;
        while ((candidate = candidates.Next()) != 0)
        {
            if (candidate == value)
            {
                return candidates.Slot;
            }
        }

        return null;
    }

    internal void Replace(ulong* slot, uint value) => Volatile.Write(ref *slot, (*slot & 0xFFFFFFFF00000000) | value);

    /// <summary>
    /// Removes an entry. A tombstone keeps a chain together; where nothing follows, none is needed, nor are those just
    /// before: so a key that comes and goes does not grow its chain. A reader who finds the slot empty would have found
    /// the next one empty.
    /// </summary>
    internal void Remove(int shard, ulong* slot)
    {
        ulong table = _tables[shard];
        var slots = (ulong*)(table & ~SizeMask);
        uint mask = (1u << (int)(table & SizeMask)) - 1;
        uint position = (uint)(slot - slots);
        if (slots[(position + 1) & mask] == Empty)
        {
            do
            {
                Volatile.Write(ref slots[position], Empty);
                _used[shard]--;
                position = (position - 1) & mask;
            }
            while (slots[position] == Tombstone);
        }
        else
        {
            Volatile.Write(ref *slot, Tombstone);
        }

        _live[shard]--;
        Count--;
    }

    public void Dispose()
    {
        // The heap gives the memory back.
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Insert(ulong table, ulong entry)
    {
        int log2 = (int)(table & SizeMask);
        var slots = (ulong*)(table & ~SizeMask);
        uint mask = (1u << log2) - 1;
        uint position = (uint)(entry >> 32) >> (32 - log2);
        while (slots[position] != Empty)
        {
            position = (position + 1) & mask;
        }

        Volatile.Write(ref slots[position], entry);
    }

    private ulong Resize(int shard)
    {
        ulong old = _tables[shard];
        int capacity = Math.Max(CapacityMin, (int)BitOperations.RoundUpToPowerOf2((uint)(_live[shard] + 1) * 2));
        // Growth by four while small: a shard that has 10 entries soon has 100.
        capacity = old != 0 && capacity <= 1024 && capacity > 1 << (int)(old & SizeMask) ? capacity * 2 : capacity;
        var slots = heap.AllocateZeroed((long)capacity * sizeof(ulong));
        ulong table = (ulong)slots | (uint)BitOperations.Log2((uint)capacity);
        if (old != 0)
        {
            var oldSlots = (ulong*)(old & ~SizeMask);
            int oldCapacity = 1 << (int)(old & SizeMask);
            for (int i = 0; i < oldCapacity; i++)
            {
                if (oldSlots[i] > Tombstone)
                {
                    Insert(table, oldSlots[i]);
                }
            }

            heap.Retire(oldSlots, (long)oldCapacity * sizeof(ulong));
        }

        Version++;
        _used[shard] = _live[shard];
        Volatile.Write(ref _tables[shard], table);
        return table;
    }
}
