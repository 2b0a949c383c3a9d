namespace Vectorized.Engine.Operators.Joins;

/// <summary>A set of an arrangement's row ids as bits, a page of them per chunk that has any. One thread.</summary>
internal sealed class MatchedRows
{
    private const int ChunkBits = 16;
    private ulong[]?[] _pages = new ulong[]?[16];

    internal void Add(uint rowId)
    {
        int chunk = (int)(rowId >> ChunkBits);
        if (chunk >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(chunk + 1, 2 * _pages.Length));
        }

        ref ulong[]? page = ref _pages[chunk];
        page ??= new ulong[(1 << ChunkBits) / 64];
        page[(rowId & 0xFFFF) >> 6] |= 1UL << (int)(rowId & 63);
    }

    internal bool Contains(uint rowId)
    {
        int chunk = (int)(rowId >> ChunkBits);
        return chunk < _pages.Length && _pages[chunk] is { } page
            && (page[(rowId & 0xFFFF) >> 6] >> (int)(rowId & 63) & 1) != 0;
    }
}
