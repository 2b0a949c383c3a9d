using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Lists of row ids for keys that have several rows: chains of segments that double from 6 to 4,094 entries, newest
/// first. A position (in 4-byte units) names an entry for good, so removing one is a store; entries removed are used
/// again. An entry read by a reader whose pin cannot see the row is merely invisible. Owner thread writes; readers
/// follow chains under an epoch pin; an emptied segment is retired.
/// </summary>
internal sealed unsafe class PostingHeap(StateContext context) : IRetirable, IDisposable
{
    /// <summary>Marks a slot's value as a list: the rest is the position of its first segment, in 8 units.</summary>
    internal const uint ListFlag = 0x80000000;

    internal const int HeaderUnits = 2;
    private const int PageBits = 16;
    private const int PageUnits = 1 << PageBits;
    private const int UnitsMin = 8;
    private const int UnitsMax = 4096;
    private const int ClassCount = 10;

    private readonly List<Block> _blocks = [];
    // SAFETY: made with the first list (most short-lived arrangements have none), before any slot leads here; freed in Dispose.
    private byte* _classOfPage;
    private readonly uint[] _free = new uint[ClassCount];
    private readonly uint[] _next = new uint[ClassCount];
    private readonly uint[] _end = new uint[ClassCount];
    private readonly int[] _pagesOfClass = new int[ClassCount];
    private uint** _pages;
    private bool _disposed;

    internal long Bytes { get; private set; }

    /// <summary>The first segment of a list value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint SegmentOf(uint value) => (value & ~ListFlag) << 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint ValueOf(uint segment) => ListFlag | segment >> 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint* At(uint position) => _pages[position >> PageBits] + (position & (PageUnits - 1));

    /// <summary>Brings the start of a list into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Prefetch(uint list)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
        {
            System.Runtime.Intrinsics.X86.Sse.Prefetch0(At(SegmentOf(list)));
        }
    }

    /// <summary>The next older segment, or 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint NextOf(uint segment) => Volatile.Read(ref At(segment)[0]);

    /// <summary>How many entries were written, removed ones (0) included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int CountOf(uint segment) => (int)(Volatile.Read(ref At(segment)[1]) & 0xFFFF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int LiveOf(uint segment) => (int)(At(segment)[1] >> 16);

    internal static int EntriesOf(int sizeClass) => (UnitsMin << sizeClass) - HeaderUnits;

    /// <summary>Starts a list of two rows; gives their positions.</summary>
    internal uint Create(uint first, uint second, out uint firstPosition, out uint secondPosition)
    {
        uint segment = AllocateSegment(0, 0);
        firstPosition = Append(segment, first);
        secondPosition = Append(segment, second);
        return segment;
    }

    /// <summary>Adds a row to the list; its first segment may change.</summary>
    internal uint Add(ref uint segment, uint row)
    {
        int sizeClass = _classOfPage[segment >> PageBits];
        int entries = EntriesOf(sizeClass);
        int count = CountOf(segment);
        if (count < entries)
        {
            return Append(segment, row);
        }

        if (LiveOf(segment) <= entries / 2)
        {
            return Reuse(segment, row, entries);
        }

        segment = AllocateSegment(Math.Min(sizeClass + 1, ClassCount - 1), segment);
        return Append(segment, row);
    }

    /// <summary>Overwrites an entry with another id of the same row (a row that moved).</summary>
    internal void Replace(uint position, uint row) => Volatile.Write(ref *At(position), row);

    /// <summary>Removes an entry unless it is its segment's last.</summary>
    internal bool TryRemove(uint position)
    {
        ref uint counts = ref At(SegmentAround(position))[1];
        if (counts >> 16 == 1)
        {
            return false;
        }

        Volatile.Write(ref *At(position), 0u);
        counts -= 1u << 16;
        return true;
    }

    /// <summary>Removes the last entry of a segment, which should then be unlinked.</summary>
    internal uint RemoveLast(uint position)
    {
        uint segment = SegmentAround(position);
        Volatile.Write(ref *At(position), 0u);
        At(segment)[1] -= 1u << 16;
        return segment;
    }

    /// <summary>
    /// Takes an empty segment out of the list; gives the list's new first segment, 0 if nothing is left.
    /// </summary>
    internal uint Unlink(uint first, uint empty)
    {
        uint next = NextOf(empty);
        if (first == empty)
        {
            RetireSegment(empty);
            return next;
        }

        uint before = first;
        while (NextOf(before) != empty)
        {
            before = NextOf(before);
        }

        Volatile.Write(ref At(before)[0], next);
        RetireSegment(empty);
        return first;
    }

    void IRetirable.Release(nint token, long size)
    {
        if (_disposed)
        {
            return;
        }

        uint segment = (uint)token;
        int sizeClass = _classOfPage[segment >> PageBits];
        At(segment)[0] = _free[sizeClass];
        _free[sizeClass] = segment;
    }

    public void Dispose()
    {
        _disposed = true;
        foreach (var block in _blocks)
        {
            BlockPool.Return(block);
        }

        _blocks.Clear();
        NativeMemory.Free(_pages);
        NativeMemory.Free(_classOfPage);
        _pages = null;
        _classOfPage = null;
    }

    private uint SegmentAround(uint position) => position & ~(uint)((UnitsMin << _classOfPage[position >> PageBits]) - 1);

    private uint Append(uint segment, uint row)
    {
        uint* start = At(segment);
        uint counts = start[1];
        uint index = HeaderUnits + (counts & 0xFFFF);
        start[index] = row;
        Volatile.Write(ref start[1], counts + 1 + (1u << 16));
        return segment + index;
    }

    private uint Reuse(uint segment, uint row, int entries)
    {
        uint* start = At(segment);
        int index = new Span<uint>(start + HeaderUnits, entries).IndexOf(0u);
        Volatile.Write(ref start[HeaderUnits + index], row);
        start[1] += 1u << 16;
        return segment + HeaderUnits + (uint)index;
    }

    private void RetireSegment(uint segment) => context.Retired.Retire(this, (nint)segment, 0);

    private uint AllocateSegment(int sizeClass, uint next)
    {
        uint segment = _free[sizeClass];
        if (segment != 0)
        {
            _free[sizeClass] = At(segment)[0];
        }
        else
        {
            uint units = (uint)(UnitsMin << sizeClass);
            if (_next[sizeClass] + units > _end[sizeClass])
            {
                if (_pages == null)
                {
                    _classOfPage = (byte*)NativeMemory.AllocZeroed(1 << (32 - PageBits));
                    _pages = (uint**)NativeMemory.AllocZeroed(1 << (32 - PageBits), (nuint)sizeof(uint*));
                }

                AllocatePage(sizeClass);
            }

            segment = _next[sizeClass];
            _next[sizeClass] += units;
        }

        uint* start = At(segment);
        start[0] = next;
        start[1] = 0;
        return segment;
    }

    private void AllocatePage(int sizeClass)
    {
        int page = _blocks.Count + 1;
        if (page >= 1 << (32 - PageBits))
        {
            throw new Types.SqlException(Types.SqlState.ProgramLimitExceeded, "an index holds too many entries in memory");
        }

        // Pages of a class grow from one block to the full span of their positions.
        int units = Math.Max(UnitsMin << sizeClass, 1024);
        int growth = Math.Min(2 * _pagesOfClass[sizeClass]++, PageBits);
        units = (int)Math.Min((long)units << growth, PageUnits);
        var block = BlockPool.Rent((long)units * sizeof(uint));
        Bytes += block.Bytes;
        _blocks.Add(block);
        _pages[page] = (uint*)block.Address;
        _classOfPage[page] = (byte)sizeClass;
        _next[sizeClass] = (uint)page << PageBits;
        _end[sizeClass] = _next[sizeClass] + (uint)Math.Min(BitOperations.RoundUpToPowerOf2((uint)units), PageUnits);
    }
}
