using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.State;

/// <summary>
/// One 4 KiB page of an <see cref="OrderedSet"/>: a header, 2-byte slots in key order growing up, entries growing down.
/// An entry is: 2 bytes of key length and flags, an 8-byte word (payload, or child page in an inner page), 8 bytes of
/// count if flagged (always in inner pages: the sum below), key bytes; of a key beyond <see cref="KeyInlineMax"/> the
/// first part, then its whole length and the address of the rest.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrderedPage
{
    internal const int Bytes = 4096;
    internal const int KeyInlineMax = 400;
    internal const int EntryBytesMax = 2 + 8 + 8 + KeyInlineMax + RestBytes;
    internal const ushort CountFlag = 0x8000;
    internal const ushort RestFlag = 0x4000;
    internal const ushort LengthMask = 0x3FFF;
    private const int HeaderBytes = 16;
    private const int RestBytes = 4 + 8;

    internal ushort Count;
    internal byte Level;

    /// <summary>Some entry has a count other than 1.</summary>
    internal byte HasCounts;
    internal ushort EntriesStart;
    internal ushort Garbage;

    /// <summary>Neighbouring leaves, 0 at the ends.</summary>
    internal uint Next;
    internal uint Previous;

    internal static void Clear(OrderedPage* page, int level)
    {
        *page = default;
        page->Level = (byte)level;
        page->EntriesStart = Bytes;
    }

    internal static int Used(OrderedPage* page) => (2 * page->Count) + Bytes - page->EntriesStart - page->Garbage;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* Entry(OrderedPage* page, int slot) => (byte*)page + Slots(page)[slot];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref long Word(byte* entry) => ref *(long*)(entry + 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool HasCount(byte* entry) => (*(ushort*)entry & CountFlag) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static long CountOf(byte* entry) => HasCount(entry) ? *(long*)(entry + 10) : 1;

    /// <summary>The count of an entry that has one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref long CountRef(byte* entry) => ref *(long*)(entry + 10);

    /// <summary>The key, or its inline part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> InlineKey(byte* entry) =>
        new(entry + (HasCount(entry) ? 18 : 10), *(ushort*)entry & LengthMask);

    internal static bool HasRest(byte* entry) => (*(ushort*)entry & RestFlag) != 0;

    /// <summary>What of a long key is not inline.</summary>
    internal static ReadOnlySpan<byte> Rest(byte* entry)
    {
        byte* tail = entry + EntryBytes(entry) - RestBytes;
        return new ReadOnlySpan<byte>(*(byte**)(tail + 4), *(int*)tail - KeyInlineMax);
    }

    internal static int EntryBytes(byte* entry)
    {
        int flags = *(ushort*)entry;
        return 2 + 8 + ((flags & CountFlag) != 0 ? 8 : 0) + (flags & LengthMask) + ((flags & RestFlag) != 0 ? RestBytes : 0);
    }

    /// <summary>Composes an entry; <paramref name="rest"/> is the address of the long key's rest or null.</summary>
    internal static int Compose(byte* target, ReadOnlySpan<byte> key, byte* rest, long word, long count, bool withCount)
    {
        var inline = key.Length > KeyInlineMax ? key[..KeyInlineMax] : key;
        *(ushort*)target = (ushort)(inline.Length | (withCount ? CountFlag : 0) | (rest != null ? RestFlag : 0));
        *(long*)(target + 2) = word;
        byte* at = target + 10;
        if (withCount)
        {
            *(long*)at = count;
            at += 8;
        }

        inline.CopyTo(new Span<byte>(at, inline.Length));
        at += inline.Length;
        if (rest != null)
        {
            *(int*)at = key.Length;
            *(byte**)(at + 4) = rest;
            at += RestBytes;
        }

        return (int)(at - target);
    }

    /// <summary>Orders an entry's key against another key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Compare(byte* entry, ReadOnlySpan<byte> key)
    {
        var inline = InlineKey(entry);
        return HasRest(entry) ? CompareLong(entry, key) : inline.SequenceCompareTo(key);
    }

    /// <summary>The first slot whose key is not below <paramref name="key"/>.</summary>
    internal static int LowerBound(OrderedPage* page, ReadOnlySpan<byte> key, out bool found)
    {
        int low = 0;
        int high = page->Count;
        found = false;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            int order = Compare(Entry(page, middle), key);
            if (order < 0)
            {
                low = middle + 1;
                continue;
            }

            found |= order == 0;
            high = middle;
        }

        return low;
    }

    internal static bool Fits(OrderedPage* page, int entryBytes) => Used(page) + entryBytes + 2 <= Bytes - HeaderBytes;

    /// <summary>Inserts an entry that fits; compacts the page if garbage is in the way.</summary>
    internal static void Insert(OrderedPage* page, int slot, byte* entry, int entryBytes)
    {
        if (page->EntriesStart - HeaderBytes - (2 * page->Count) < entryBytes + 2)
        {
            Compact(page);
        }

        page->EntriesStart -= (ushort)entryBytes;
        NativeMemory.Copy(entry, (byte*)page + page->EntriesStart, (nuint)entryBytes);
        ushort* slots = Slots(page);
        new Span<ushort>(slots + slot, page->Count - slot).CopyTo(new Span<ushort>(slots + slot + 1, page->Count - slot));
        slots[slot] = page->EntriesStart;
        page->Count++;
        if (page->Level == 0 && HasCount(entry))
        {
            page->HasCounts = 1;
        }
    }

    internal static void Remove(OrderedPage* page, int slot)
    {
        page->Garbage += (ushort)EntryBytes(Entry(page, slot));
        ushort* slots = Slots(page);
        new Span<ushort>(slots + slot + 1, page->Count - slot - 1).CopyTo(new Span<ushort>(slots + slot, page->Count - slot - 1));
        page->Count--;
    }

    /// <summary>The sum of the counts of the first entries.</summary>
    internal static long SumOfCounts(OrderedPage* page, int slots)
    {
        if (page->Level == 0 && page->HasCounts == 0)
        {
            return slots;
        }

        long sum = 0;
        for (int i = 0; i < slots; i++)
        {
            sum += CountOf(Entry(page, i));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort* Slots(OrderedPage* page) => (ushort*)((byte*)page + HeaderBytes);

    private static int CompareLong(byte* entry, ReadOnlySpan<byte> key)
    {
        if (key.Length <= KeyInlineMax)
        {
            // The entry's key is longer: equal so far means greater.
            int order = InlineKey(entry).SequenceCompareTo(key);
            return order == 0 ? 1 : order;
        }

        int head = InlineKey(entry).SequenceCompareTo(key[..KeyInlineMax]);
        return head != 0 ? head : Rest(entry).SequenceCompareTo(key[KeyInlineMax..]);
    }

    [SkipLocalsInit]
    private static void Compact(OrderedPage* page)
    {
        byte* copy = stackalloc byte[Bytes];
        NativeMemory.Copy(page, copy, Bytes);
        var old = (OrderedPage*)copy;
        int start = Bytes;
        for (int i = 0; i < old->Count; i++)
        {
            byte* entry = Entry(old, i);
            int bytes = EntryBytes(entry);
            start -= bytes;
            NativeMemory.Copy(entry, (byte*)page + start, (nuint)bytes);
            Slots(page)[i] = (ushort)start;
        }

        page->EntriesStart = (ushort)start;
        page->Garbage = 0;
    }
}
