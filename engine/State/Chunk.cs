using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Owns one chunk of rows: 1K to 64K rows of every column, births, and what appears later. Buffers are of power-of-two
/// size, so blocks fit exactly; those under a block's size share one. Self-contained: no pointer leads into another
/// chunk. Owner thread allocates; freed as a whole by reclamation.
/// </summary>
internal sealed unsafe class Chunk
{
    private readonly List<Block> _blocks = [];
    private readonly IReadOnlyList<SqlType> _types;
    private byte* _next;
    private int _left;

    internal Chunk(IReadOnlyList<SqlType> types, int positionArrays, int capacity, long tickBase, bool appendOnly)
    {
        Strings = new StringPool(exact: appendOnly);
        _types = types;
        Header = (ChunkHeader*)Take(sizeof(ChunkHeader) + (types.Count * sizeof(ChunkColumn)) + (positionArrays * sizeof(uint*)));
        *Header = new ChunkHeader
        {
            TickBase = tickBase,
            Capacity = capacity,
            ColumnCount = types.Count,
            PositionCount = positionArrays,
            SweepWord = -1,
            MovedIn = -1,
            BirthMax = long.MinValue,
        };
        Header->Births = (uint*)Take((long)capacity * sizeof(uint));
        var columns = ChunkHeader.Columns(Header);
        for (int i = 0; i < types.Count; i++)
        {
            long bytes = types[i].Layout == Layout.Bit ? Bitmap.BytesFor(capacity) : (long)types[i].Width * capacity;
            columns[i] = new ChunkColumn { Values = Take(bytes) };
            if (types[i].Layout == Layout.Bit)
            {
                NativeMemory.Clear(columns[i].Values, (nuint)bytes);
            }
        }

        var positions = ChunkHeader.Positions(Header);
        for (int i = 0; i < positionArrays; i++)
        {
            positions[i] = (uint*)Take((long)capacity * sizeof(uint));
        }
    }

    internal ChunkHeader* Header { get; private set; }

    internal StringPool Strings { get; }

    internal long Bytes { get; private set; }

    internal uint* RequireDeaths()
    {
        if (Header->Deaths == null)
        {
            uint* deaths = (uint*)Take((long)Header->Capacity * sizeof(uint));
            new Span<uint>(deaths, Header->Capacity).Fill(ChunkHeader.Alive);
            Volatile.Write(ref *(nint*)&Header->Deaths, (nint)deaths);
        }

        return Header->Deaths;
    }

    internal ulong* RequireFreeBits()
    {
        if (Header->FreeBits == null)
        {
            int bytes = Header->Capacity / 8;
            Header->FreeBits = (ulong*)Take(bytes);
            NativeMemory.Clear(Header->FreeBits, (nuint)bytes);
        }

        return Header->FreeBits;
    }

    internal uint* RequirePrevious()
    {
        if (Header->Previous == null)
        {
            long bytes = (long)Header->Capacity * sizeof(uint);
            uint* previous = (uint*)Take(bytes);
            NativeMemory.Clear(previous, (nuint)bytes);
            Volatile.Write(ref *(nint*)&Header->Previous, (nint)previous);
        }

        return Header->Previous;
    }

    internal long* RequireCounts()
    {
        if (Header->Counts == null)
        {
            long* counts = (long*)Take((long)Header->Capacity * sizeof(long));
            new Span<long>(counts, Header->Capacity).Fill(1);
            Volatile.Write(ref *(nint*)&Header->Counts, (nint)counts);
        }

        return Header->Counts;
    }

    internal byte* RequireValidity(int column)
    {
        var target = ChunkHeader.Columns(Header) + column;
        if (target->Validity == null)
        {
            int bytes = Bitmap.BytesFor(Header->Capacity);
            byte* validity = Take(bytes);
            new Span<byte>(validity, bytes).Fill(0xFF);
            Volatile.Write(ref *(nint*)&target->Validity, (nint)validity);
        }

        return target->Validity;
    }

    /// <summary>
    /// Counts births and deaths from <paramref name="oldest"/> on, what lies before it collapsing to 0, in a header of its own
    /// beside the old one: readers keep what they have. Once in months. Gives the new header.
    /// </summary>
    internal ChunkHeader* Rebase(long oldest)
    {
        int bytes = sizeof(ChunkHeader) + (_types.Count * sizeof(ChunkColumn)) + (Header->PositionCount * sizeof(uint*));
        var old = Header;
        var header = (ChunkHeader*)Take(bytes);
        NativeMemory.Copy(old, header, (nuint)bytes);
        header->TickBase = oldest;
        header->Births = (uint*)Take((long)old->Capacity * sizeof(uint));
        Shift(old->Births, header->Births, old->TickBase, oldest);
        if (old->Deaths != null)
        {
            header->Deaths = (uint*)Take((long)old->Capacity * sizeof(uint));
            Shift(old->Deaths, header->Deaths, old->TickBase, oldest);
        }

        return Header = header;
    }

    private void Shift(uint* from, uint* to, long oldBase, long newBase)
    {
        for (int i = 0; i < Header->Capacity; i++)
        {
            // Unborn and alive are the same word and stay.
            to[i] = from[i] == ChunkHeader.Alive ? ChunkHeader.Alive : (uint)Math.Max(0, oldBase + from[i] - newBase);
        }
    }

    /// <summary>Makes every string empty, so that writing over it frees nothing.</summary>
    internal void ClearViews()
    {
        var columns = ChunkHeader.Columns(Header);
        for (int i = 0; i < _types.Count; i++)
        {
            if (_types[i].Layout == Layout.View)
            {
                NativeMemory.Clear(columns[i].Values, (nuint)_types[i].Width * (nuint)Header->Capacity);
            }
        }
    }

    internal void Free()
    {
        Strings.Dispose();
        foreach (var block in _blocks)
        {
            BlockPool.Return(block);
        }

        _blocks.Clear();
    }

    private byte* Take(long bytes)
    {
        bytes = (bytes + 63) & -64;
        if (bytes >= BlockPool.BytesMin)
        {
            return Rent(bytes);
        }

        if (_left < bytes)
        {
            _next = Rent(BlockPool.BytesMin);
            _left = BlockPool.BytesMin;
        }

        byte* address = _next;
        _next += bytes;
        _left -= (int)bytes;
        return address;
    }

    private byte* Rent(long bytes)
    {
        var block = BlockPool.Rent(bytes);
        Bytes += block.Bytes;
        _blocks.Add(block);
        return block.Address;
    }
}
