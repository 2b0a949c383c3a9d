using System.Runtime.CompilerServices;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// A sorted multiset of byte strings (normalised keys, <see cref="NormalizedKeyEncoder"/>), each with an 8-byte payload
/// and a count: a B+tree in 4 KiB native pages with the sum of counts below every child, so that rank and selection
/// cost what a look-up does. Keyed by (group, order columns, stream key) it serves retractable MIN/MAX, TopN, OVER
/// frames, percentiles: a one-row change is O(log n) whatever the size of its group. Inner keys are cut to what tells
/// neighbours apart. (Bayer and Unterauer, "Prefix B-trees", 1977; order statistics as in Knuth 6.2.3.) Owner's thread
/// only; no two pages share memory.
/// </summary>
internal sealed unsafe partial class OrderedSet : IPersistent, IDisposable
{
    private const int DepthMax = 16;

    /// <summary>
    /// A page this empty is joined with a neighbour if both fill at most <see cref="JoinedBytesMax"/>.
    /// </summary>
    private const int SparseBytes = OrderedPage.Bytes / 4;

    private const int JoinedBytesMax = OrderedPage.Bytes * 7 / 8;

    private readonly RecordPages _pages = new(OrderedPage.Bytes);
    private readonly StateHeap _heap;
    private readonly string _name;
    private readonly StateContext _context;
    private readonly Stack<uint> _free = new();
    private uint _pagesUsed = 1;
    private uint _root;

    internal OrderedSet(string name, StateContext context)
    {
        _name = name;
        _heap = new StateHeap(context);
        _context = context;
        _root = AllocatePage(0);
        context.Registry.Add(this);
    }

    private struct PathStep
    {
        internal uint Page;
        internal int Slot;
    }

    /// <summary>The sum of all counts.</summary>
    internal long Count { get; private set; }

    /// <summary>Different keys.</summary>
    internal long KeyCount { get; private set; }

    internal long LiveBytes => _pages.Bytes + _heap.Bytes + (_leaves?.Bytes ?? 0);

    /// <summary>
    /// Adds to a key's count: a new key is inserted with the payload, a count that comes to 0 removes the key, below 0
    /// is a broken invariant. Gives the key's new count. An existing key's payload is kept.
    /// </summary>
    internal long Add(ReadOnlySpan<byte> key, long payload, long count = 1)
    {
        Span<PathStep> path = stackalloc PathStep[DepthMax];
        int depth = Descend(key, path);
        ref var last = ref path[depth];
        var leaf = PageAt(last.Page);
        last.Slot = OrderedPage.LowerBound(leaf, key, out bool found);
        long before = found ? OrderedPage.CountOf(OrderedPage.Entry(leaf, last.Slot)) : 0;
        long after = before + count;
        if (after < 0)
        {
            throw new SqlException(SqlState.InternalError, $"ordered set \"{_name}\": a key is removed that is not there");
        }

        if (count == 0)
        {
            return after;
        }

        MarkStale(path[..(depth + 1)]);
        AddToSums(path, depth, count);
        Count += count;
        if (found && after != 0 && OrderedPage.HasCount(OrderedPage.Entry(leaf, last.Slot)))
        {
            OrderedPage.CountRef(OrderedPage.Entry(leaf, last.Slot)) = after;
            return after;
        }

        if (found)
        {
            byte* entry = OrderedPage.Entry(leaf, last.Slot);
            payload = OrderedPage.Word(entry);
            RemoveEntry(leaf, last.Slot);
            KeyCount--;
        }

        if (after == 0)
        {
            Shrink(path, depth);
            return 0;
        }

        InsertKey(path, depth, key, payload, after);
        KeyCount++;
        return after;
    }

    internal bool TryGet(ReadOnlySpan<byte> key, out long payload, out long count)
    {
        var leaf = PageAt(LeafOf(key));
        int slot = OrderedPage.LowerBound(leaf, key, out bool found);
        payload = found ? OrderedPage.Word(OrderedPage.Entry(leaf, slot)) : 0;
        count = found ? OrderedPage.CountOf(OrderedPage.Entry(leaf, slot)) : 0;
        return found;
    }

    /// <summary>Replaces the payload of a key that is there.</summary>
    internal void SetPayload(ReadOnlySpan<byte> key, long payload)
    {
        Span<PathStep> path = stackalloc PathStep[DepthMax];
        int depth = Descend(key, path);
        MarkStale(path[..(depth + 1)]);
        var leaf = PageAt(path[depth].Page);
        int slot = OrderedPage.LowerBound(leaf, key, out bool found);
        if (!found)
        {
            throw new SqlException(SqlState.InternalError, $"ordered set \"{_name}\": a key is not there");
        }

        OrderedPage.Word(OrderedPage.Entry(leaf, slot)) = payload;
    }

    /// <summary>The sum of the counts of all keys below <paramref name="key"/>: its rank from 0.</summary>
    internal long CountBelow(ReadOnlySpan<byte> key)
    {
        long below = 0;
        uint page = _root;
        while (true)
        {
            var at = PageAt(page);
            if (at->Level == 0)
            {
                return below + OrderedPage.SumOfCounts(at, OrderedPage.LowerBound(at, key, out _));
            }

            int child = ChildSlot(at, key);
            below += OrderedPage.SumOfCounts(at, child);
            page = (uint)OrderedPage.Word(OrderedPage.Entry(at, child));
        }
    }

    /// <summary>The sum of the counts of all keys that start with a prefix: the size of a group.</summary>
    internal long CountOfPrefix(ReadOnlySpan<byte> prefix)
    {
        Span<byte> next = prefix.Length <= 512 ? stackalloc byte[512] : new byte[prefix.Length];
        return TrySuccessor(prefix, next, out int length) ? CountBelow(next[..length]) - CountBelow(prefix) : Count - CountBelow(prefix);
    }

    /// <summary>Whether any key starts with a prefix.</summary>
    internal bool HasPrefix(ReadOnlySpan<byte> prefix)
    {
        var cursor = Seek(prefix);
        return cursor.IsValid && cursor.KeyStartsWith(prefix);
    }

    /// <summary>The first key not below <paramref name="key"/>.</summary>
    internal OrderedCursor Seek(ReadOnlySpan<byte> key)
    {
        uint page = LeafOf(key);
        return new OrderedCursor(this, page, OrderedPage.LowerBound(PageAt(page), key, out _)).Normalize();
    }

    /// <summary>
    /// The last key below <paramref name="key"/>; not <see cref="OrderedCursor.IsValid"/> if there is none.
    /// </summary>
    internal OrderedCursor SeekBelow(ReadOnlySpan<byte> key)
    {
        uint page = LeafOf(key);
        var cursor = new OrderedCursor(this, page, OrderedPage.LowerBound(PageAt(page), key, out _));
        cursor.MovePrevious();
        return cursor;
    }

    /// <summary>The last key that starts with a prefix.</summary>
    internal OrderedCursor SeekLast(ReadOnlySpan<byte> prefix)
    {
        Span<byte> next = prefix.Length <= 512 ? stackalloc byte[512] : new byte[prefix.Length];
        var cursor = TrySuccessor(prefix, next, out int length) ? SeekBelow(next[..length]) : Last();
        return cursor.IsValid && cursor.KeyStartsWith(prefix) ? cursor : default;
    }

    internal OrderedCursor First() => Seek(default);

    internal OrderedCursor Last()
    {
        uint page = _root;
        while (PageAt(page)->Level > 0)
        {
            page = (uint)OrderedPage.Word(OrderedPage.Entry(PageAt(page), PageAt(page)->Count - 1));
        }

        return new OrderedCursor(this, page, PageAt(page)->Count - 1);
    }

    /// <summary>
    /// The key at a rank from 0, keys counting as often as their count; <paramref name="within"/> is how many of its
    /// count stand before the rank. Not valid beyond the end.
    /// </summary>
    internal OrderedCursor Select(long rank, out long within)
    {
        within = 0;
        if (rank < 0 || rank >= Count)
        {
            return default;
        }

        uint page = _root;
        while (true)
        {
            var at = PageAt(page);
            int slot = 0;
            for (; ; slot++)
            {
                long count = OrderedPage.CountOf(OrderedPage.Entry(at, slot));
                if (rank < count)
                {
                    break;
                }

                rank -= count;
            }

            if (at->Level == 0)
            {
                within = rank;
                return new OrderedCursor(this, page, slot);
            }

            page = (uint)OrderedPage.Word(OrderedPage.Entry(at, slot));
        }
    }

    public void Dispose()
    {
        _context.Registry.Remove(this);
        _leaves?.Dispose();
        _pages.Dispose();
        _heap.Dispose();
        System.Runtime.InteropServices.NativeMemory.Free(_carry);
    }

    /// <summary>The least string above every string that starts with a prefix; none if the prefix is all 255.</summary>
    internal static bool TrySuccessor(ReadOnlySpan<byte> prefix, Span<byte> successor, out int length)
    {
        length = prefix.Length;
        while (length > 0 && prefix[length - 1] == 0xFF)
        {
            length--;
        }

        if (length == 0)
        {
            return false;
        }

        prefix[..length].CopyTo(successor);
        successor[length - 1]++;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal OrderedPage* PageAt(uint page) => (OrderedPage*)_pages.At((int)page);

    /// <summary>
    /// The child that holds a key: the last one whose separator is not above it, the first if all are.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ChildSlot(OrderedPage* page, ReadOnlySpan<byte> key)
    {
        int slot = OrderedPage.LowerBound(page, key, out bool found);
        return found ? slot : Math.Max(slot - 1, 0);
    }

    private uint LeafOf(ReadOnlySpan<byte> key)
    {
        uint page = _root;
        while (PageAt(page)->Level > 0)
        {
            page = (uint)OrderedPage.Word(OrderedPage.Entry(PageAt(page), ChildSlot(PageAt(page), key)));
        }

        return page;
    }

    private int Descend(ReadOnlySpan<byte> key, Span<PathStep> path)
    {
        int depth = 0;
        path[0].Page = _root;
        while (PageAt(path[depth].Page)->Level > 0)
        {
            var page = PageAt(path[depth].Page);
            path[depth].Slot = ChildSlot(page, key);
            path[depth + 1].Page = (uint)OrderedPage.Word(OrderedPage.Entry(page, path[depth].Slot));
            depth++;
        }

        return depth;
    }

    private void AddToSums(Span<PathStep> path, int depth, long count)
    {
        for (int i = 0; i < depth; i++)
        {
            OrderedPage.CountRef(OrderedPage.Entry(PageAt(path[i].Page), path[i].Slot)) += count;
        }
    }
}
