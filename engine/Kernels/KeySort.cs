using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Kernels;

/// <summary>A row's place in a sort: the first 16 bytes of its key as numbers that compare as they do, and which row it is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SortEntry
{
    internal ulong High;
    internal ulong Low;
    internal int Row;
    internal int KeyLength;

    internal static SortEntry Of(ReadOnlySpan<byte> key, int row)
    {
        Span<byte> padded = stackalloc byte[16];
        padded.Clear();
        key[..Math.Min(key.Length, 16)].CopyTo(padded);
        return new SortEntry
        {
            High = BinaryPrimitives.ReadUInt64BigEndian(padded),
            Low = BinaryPrimitives.ReadUInt64BigEndian(padded[8..]),
            Row = row,
            KeyLength = key.Length,
        };
    }
}

/// <summary>
/// Sorts entries by their 16 key bytes: least significant byte first, a counting pass a byte, bytes that are the same in all
/// entries skipped; short runs by comparison. Stable. O(entries) a byte that differs. (Knuth 5.2.5.)
/// </summary>
internal static class KeySort
{
    private const int KeyBytes = 16;
    private const int RadixMin = 256;

    /// <summary>Sorts in place; scratch memory comes from the arena and is given back.</summary>
    internal static void Sort(Span<SortEntry> entries, Arena arena)
    {
        if (entries.Length < RadixMin)
        {
            entries.Sort(default(EntryOrder));
            return;
        }

        var mark = arena.Position;
        var counts = arena.AllocateZeroed<int>(KeyBytes * 256);
        foreach (ref readonly var entry in entries)
        {
            for (int i = 0; i < 8; i++)
            {
                counts[(i * 256) + (int)(byte)(entry.Low >> (8 * i))]++;
                counts[((i + 8) * 256) + (int)(byte)(entry.High >> (8 * i))]++;
            }
        }

        var from = entries;
        var to = arena.Allocate<SortEntry>(entries.Length);
        for (int pass = 0; pass < KeyBytes; pass++)
        {
            var count = counts.Slice(pass * 256, 256);
            if (count[ByteOf(in from[0], pass)] == entries.Length)
            {
                continue;
            }

            int sum = 0;
            foreach (ref int c in count)
            {
                (c, sum) = (sum, sum + c);
            }

            foreach (ref readonly var entry in from)
            {
                to[count[ByteOf(in entry, pass)]++] = entry;
            }

            var swap = from;
            from = to;
            to = swap;
        }

        if (from != entries)
        {
            from.CopyTo(entries);
        }

        arena.Release(mark);
    }

    private static int ByteOf(in SortEntry entry, int pass) =>
        (byte)((pass < 8 ? entry.Low : entry.High) >> (8 * (pass & 7)));

    /// <summary>Ties by row, so that comparison is stable, too.</summary>
    private readonly struct EntryOrder : IComparer<SortEntry>
    {
        public int Compare(SortEntry x, SortEntry y)
        {
            int order = x.High.CompareTo(y.High);
            order = order != 0 ? order : x.Low.CompareTo(y.Low);
            return order != 0 ? order : x.Row.CompareTo(y.Row);
        }
    }
}
