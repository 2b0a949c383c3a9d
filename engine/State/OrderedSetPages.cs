using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>How the tree keeps its shape: splits, joins, long keys.</summary>
internal sealed unsafe partial class OrderedSet
{
    [SkipLocalsInit]
    private void InsertKey(Span<PathStep> path, int depth, ReadOnlySpan<byte> key, long payload, long count)
    {
        byte* entry = stackalloc byte[OrderedPage.EntryBytesMax];
        int bytes = OrderedPage.Compose(entry, key, StoreRest(key), payload, count, count != 1);
        InsertEntry(path, depth, entry, bytes);
    }

    /// <summary>Inserts at the slot the path names, splitting pages up to the root where they are full.</summary>
    [SkipLocalsInit]
    private void InsertEntry(Span<PathStep> path, int depth, byte* entry, int entryBytes)
    {
        byte* separator = stackalloc byte[OrderedPage.EntryBytesMax];
        while (true)
        {
            uint leftId = path[depth].Page;
            int slot = path[depth].Slot;
            var left = PageAt(leftId);
            if (OrderedPage.Fits(left, entryBytes))
            {
                OrderedPage.Insert(left, slot, entry, entryBytes);
                return;
            }

            uint rightId = Split(leftId, slot, out int kept);
            left = PageAt(leftId);
            var right = PageAt(rightId);
            bool goesLeft = slot < kept || (slot == kept && OrderedPage.Used(left) <= OrderedPage.Used(right));
            if (goesLeft)
            {
                OrderedPage.Insert(left, slot, entry, entryBytes);
            }
            else
            {
                OrderedPage.Insert(right, slot - kept, entry, entryBytes);
            }

            if (depth == 0)
            {
                GrowRoot(leftId, rightId);
                return;
            }

            // The parent learns of the right half; the left one's sum is what is left.
            long rightSum = OrderedPage.SumOfCounts(right, right->Count);
            entryBytes = ComposeSeparator(separator, left, right, rightId, rightSum);
            depth--;
            OrderedPage.CountRef(OrderedPage.Entry(PageAt(path[depth].Page), path[depth].Slot)) =
                OrderedPage.SumOfCounts(left, left->Count);
            path[depth].Slot++;
            Unsafe.CopyBlock(entry = _carry, separator, (uint)entryBytes);
        }
    }

    // SAFETY: an entry on its way up one level; allocated once, freed with the set.
    private readonly byte* _carry = (byte*)NativeMemory.Alloc(OrderedPage.EntryBytesMax);

    /// <summary>Moves the upper part of a page to a new one; <paramref name="kept"/> entries stay.</summary>
    private uint Split(uint leftId, int slot, out int kept)
    {
        uint rightId = AllocatePage(PageAt(leftId)->Level);
        var left = PageAt(leftId);
        var right = PageAt(rightId);
        // Keys that arrive in order (ids, times) fill their pages: the last page keeps nearly all of it.
        bool ascending = slot == left->Count && left->Next == 0;
        int target = ascending ? OrderedPage.Used(left) * 15 / 16 : OrderedPage.Used(left) / 2;
        kept = 0;
        for (int sum = 0; kept < left->Count - 1; kept++)
        {
            sum += OrderedPage.EntryBytes(OrderedPage.Entry(left, kept)) + 2;
            if (sum > target && kept > 0)
            {
                break;
            }
        }

        kept = Math.Max(kept, 1);
        for (int i = kept; i < left->Count; i++)
        {
            byte* entry = OrderedPage.Entry(left, i);
            OrderedPage.Insert(right, i - kept, entry, OrderedPage.EntryBytes(entry));
        }

        while (left->Count > kept)
        {
            OrderedPage.Remove(left, left->Count - 1);
        }

        if (left->Level == 0)
        {
            right->Next = left->Next;
            right->Previous = leftId;
            left->Next = rightId;
            if (right->Next != 0)
            {
                PageAt(right->Next)->Previous = rightId;
            }
        }

        return rightId;
    }

    private void GrowRoot(uint leftId, uint rightId)
    {
        uint rootId = AllocatePage(PageAt(leftId)->Level + 1);
        var root = PageAt(rootId);
        var left = PageAt(leftId);
        var right = PageAt(rightId);
        byte* entry = stackalloc byte[OrderedPage.EntryBytesMax];
        // The first child's separator is never looked at: below all keys.
        int bytes = OrderedPage.Compose(entry, default, null, leftId, OrderedPage.SumOfCounts(left, left->Count), true);
        OrderedPage.Insert(root, 0, entry, bytes);
        bytes = ComposeSeparator(entry, left, right, rightId, OrderedPage.SumOfCounts(right, right->Count));
        OrderedPage.Insert(root, 1, entry, bytes);
        _root = rootId;
    }

    /// <summary>
    /// An inner entry for the right page, its key the shortest that is above the left page and not above the right.
    /// </summary>
    private int ComposeSeparator(byte* target, OrderedPage* left, OrderedPage* right, uint rightId, long sum)
    {
        byte* first = OrderedPage.Entry(right, 0);
        var key = OrderedPage.InlineKey(first);
        if (right->Level > 0 || left->Count == 0)
        {
            return OrderedPage.Compose(target, WholeKey(first), StoreRest(WholeKey(first)), rightId, sum, true);
        }

        var below = OrderedPage.InlineKey(OrderedPage.Entry(left, left->Count - 1));
        int common = below.CommonPrefixLength(key);
        if (common < key.Length)
        {
            return OrderedPage.Compose(target, key[..(common + 1)], null, rightId, sum, true);
        }

        var whole = WholeKey(first);
        return OrderedPage.Compose(target, whole, StoreRest(whole), rightId, sum, true);
    }

    private static ReadOnlySpan<byte> WholeKey(byte* entry)
    {
        if (!OrderedPage.HasRest(entry))
        {
            return OrderedPage.InlineKey(entry);
        }

        // Rare: a separator that needs more than 400 bytes of a key.
        var rest = OrderedPage.Rest(entry);
        byte[] whole = new byte[OrderedPage.KeyInlineMax + rest.Length];
        OrderedPage.InlineKey(entry).CopyTo(whole);
        rest.CopyTo(whole.AsSpan(OrderedPage.KeyInlineMax));
        return whole;
    }

    private byte* StoreRest(ReadOnlySpan<byte> key)
    {
        if (key.Length <= OrderedPage.KeyInlineMax)
        {
            return null;
        }

        var rest = key[OrderedPage.KeyInlineMax..];
        byte* address = _heap.Allocate(rest.Length);
        rest.CopyTo(new Span<byte>(address, rest.Length));
        return address;
    }

    private void RemoveEntry(OrderedPage* page, int slot)
    {
        byte* entry = OrderedPage.Entry(page, slot);
        if (OrderedPage.HasRest(entry))
        {
            var rest = OrderedPage.Rest(entry);
            _heap.Free(Unsafe.AsPointer(ref MemoryMarshal.GetReference(rest)), rest.Length);
        }

        OrderedPage.Remove(page, slot);
    }

    /// <summary>After a removal: drops empty pages, joins sparse ones with a neighbour, lowers the root.</summary>
    private void Shrink(Span<PathStep> path, int depth)
    {
        for (; depth > 0; depth--)
        {
            var page = PageAt(path[depth].Page);
            if (OrderedPage.Used(page) > SparseBytes)
            {
                break;
            }

            var parent = PageAt(path[depth - 1].Page);
            int slot = path[depth - 1].Slot;
            if (page->Count == 0)
            {
                DropPage(path[depth].Page);
                RemoveChild(parent, slot);
            }
            else if (!TryJoin(parent, slot) && !(slot > 0 && TryJoin(parent, slot - 1)))
            {
                break;
            }
        }

        while (PageAt(_root)->Level > 0 && PageAt(_root)->Count == 1)
        {
            uint old = _root;
            byte* entry = OrderedPage.Entry(PageAt(old), 0);
            _root = (uint)OrderedPage.Word(entry);
            RemoveEntry(PageAt(old), 0);
            FreePage(old);
        }
    }

    /// <summary>
    /// Takes a child out of an inner page. The first separator stays, for the child that is first now: one that is above keys
    /// below it would stand out of order once that child splits.
    /// </summary>
    private void RemoveChild(OrderedPage* parent, int slot)
    {
        if (slot == 0 && parent->Count > 1)
        {
            byte* first = OrderedPage.Entry(parent, 0);
            byte* next = OrderedPage.Entry(parent, 1);
            OrderedPage.Word(first) = OrderedPage.Word(next);
            OrderedPage.CountRef(first) = OrderedPage.CountOf(next);
            slot = 1;
        }

        RemoveEntry(parent, slot);
    }

    /// <summary>Moves the child after a slot into the child at it, if both fit well into one page.</summary>
    [SkipLocalsInit]
    private bool TryJoin(OrderedPage* parent, int slot)
    {
        if (slot + 1 >= parent->Count)
        {
            return false;
        }

        byte* leftEntry = OrderedPage.Entry(parent, slot);
        byte* rightEntry = OrderedPage.Entry(parent, slot + 1);
        uint rightId = (uint)OrderedPage.Word(rightEntry);
        var left = PageAt((uint)OrderedPage.Word(leftEntry));
        var right = PageAt(rightId);
        // An inner page's first separator is replaced by its parent's, which may be longer.
        if (OrderedPage.Used(left) + OrderedPage.Used(right) + OrderedPage.EntryBytesMax > JoinedBytesMax)
        {
            return false;
        }

        MarkStale((uint)OrderedPage.Word(leftEntry));
        byte* composed = stackalloc byte[OrderedPage.EntryBytesMax];
        for (int i = 0; i < right->Count; i++)
        {
            byte* entry = OrderedPage.Entry(right, i);
            int bytes = OrderedPage.EntryBytes(entry);
            if (i == 0 && right->Level > 0)
            {
                var key = WholeKey(rightEntry);
                bytes = OrderedPage.Compose(
                    composed, key, StoreRest(key), OrderedPage.Word(entry), OrderedPage.CountOf(entry), true);
                OrderedPage.Insert(left, left->Count, composed, bytes);
                RemoveEntry(right, 0);
                OrderedPage.Insert(right, 0, composed, OrderedPage.Compose(composed, default, null, 0, 0, true));
                continue;
            }

            OrderedPage.Insert(left, left->Count, entry, bytes);
        }

        OrderedPage.CountRef(leftEntry) += OrderedPage.CountOf(rightEntry);
        DropPage(rightId);
        RemoveEntry(parent, slot + 1);
        return true;
    }

    /// <summary>Takes a page out of the leaf list and frees it; its entries have moved or are gone.</summary>
    private void DropPage(uint page)
    {
        var at = PageAt(page);
        if (at->Level == 0)
        {
            if (at->Previous != 0)
            {
                PageAt(at->Previous)->Next = at->Next;
            }

            if (at->Next != 0)
            {
                PageAt(at->Next)->Previous = at->Previous;
            }
        }

        FreePage(page);
    }

    private void FreePage(uint page)
    {
        _leaves?.NoteFreed(this, page);
        _free.Push(page);
    }

    private uint AllocatePage(int level)
    {
        if (!_free.TryPop(out uint page))
        {
            page = _pagesUsed++;
            while (page >= (uint)_pages.Capacity)
            {
                _pages.AddPage();
            }
        }

        OrderedPage.Clear(PageAt(page), level);
        MarkStale(page);
        return page;
    }
}
