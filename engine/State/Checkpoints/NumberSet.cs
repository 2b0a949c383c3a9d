namespace Vectorized.Engine.State.Checkpoints;

/// <summary>A set of 32-bit numbers, dense in places: a bitmap of 65,536 numbers a page. One thread.</summary>
internal sealed class NumberSet
{
    private const int PageBits = 16;
    private readonly List<ulong[]?> _pages = [];

    internal bool Contains(uint number)
    {
        int page = (int)(number >> PageBits);
        return page < _pages.Count && _pages[page] is { } words && (words[(ushort)number >> 6] >> (int)(number & 63) & 1) != 0;
    }

    internal void Add(uint number)
    {
        int page = (int)(number >> PageBits);
        while (_pages.Count <= page)
        {
            _pages.Add(null);
        }

        var words = _pages[page] ??= new ulong[1 << (PageBits - 6)];
        words[(ushort)number >> 6] |= 1UL << (int)(number & 63);
    }

    internal void AddAll(NumberSet other)
    {
        for (int page = 0; page < other._pages.Count; page++)
        {
            if (other._pages[page] is not { } added)
            {
                continue;
            }

            while (_pages.Count <= page)
            {
                _pages.Add(null);
            }

            var words = _pages[page] ??= new ulong[added.Length];
            for (int i = 0; i < words.Length; i++)
            {
                words[i] |= added[i];
            }
        }
    }
}
