using System.Numerics;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Which leaves of an ordered set have changed since its last capture, and the capture being taken: as
/// <see cref="GroupCheckpoint"/>, by page. A pending leaf is handed over before its first later change or when it is drained; inner
/// pages are built anew from the leaves and never written. Owner's thread.
/// </summary>
internal sealed unsafe class LeafCheckpoint : IDisposable
{
    private Block _block;
    private int _capacity;
    private ulong* _dirty;
    private ulong* _pending;
    private ulong* _persisted;
    private int _drainWord;
    private readonly List<uint> _gone = [];
    private ILeafSink? _sink;

    internal long Bytes => _block.Bytes;

    internal bool IsDraining => _sink is not null;

    /// <summary>A page is about to change.</summary>
    internal void NoteChange(OrderedSet set, uint page)
    {
        if (page >= (uint)_capacity)
        {
            Grow(page);
        }

        ulong bit = 1UL << (int)(page & 63);
        if (_sink is not null && (_pending[page >> 6] & bit) != 0)
        {
            HandOver(set, page);
        }

        _dirty[page >> 6] |= bit;
    }

    /// <summary>A page is no longer part of the tree; what stood in it is still there.</summary>
    internal void NoteFreed(OrderedSet set, uint page)
    {
        NoteChange(set, page);
        ulong bit = 1UL << (int)(page & 63);
        _dirty[page >> 6] &= ~bit;
        if ((_persisted[page >> 6] & bit) != 0)
        {
            _persisted[page >> 6] &= ~bit;
            _gone.Add(page);
        }
    }

    internal void NoteLoaded(uint page)
    {
        if (page >= (uint)_capacity)
        {
            Grow(page);
        }

        _persisted[page >> 6] |= 1UL << (int)(page & 63);
        _dirty[page >> 6] &= ~(1UL << (int)(page & 63));
    }

    /// <summary>The next capture holds every page of these.</summary>
    internal void MarkAll(uint end)
    {
        if (end > 0 && end - 1 >= (uint)_capacity)
        {
            Grow(end - 1);
        }

        _gone.Clear();
        new Span<ulong>(_persisted, _capacity >> 6).Clear();
    }

    internal void MarkDirty(uint page) => _dirty[page >> 6] |= 1UL << (int)(page & 63);

    internal bool HasChanges
    {
        get
        {
            for (int word = 0; word < _capacity >> 6; word++)
            {
                if (_dirty[word] != 0)
                {
                    return true;
                }
            }

            return _gone.Count > 0;
        }
    }

    internal void Begin(ILeafSink sink)
    {
        sink.Gone(CollectionsMarshal.AsSpan(_gone));
        _gone.Clear();
        ulong* dirty = _dirty;
        _dirty = _pending;
        _pending = dirty;
        _drainWord = 0;
        _sink = sink;
    }

    /// <summary>Hands over about so many pending leaves; true when none is left.</summary>
    internal bool Drain(OrderedSet set, int pagesMax)
    {
        int words = _capacity >> 6;
        for (int done = 0; _sink is not null && _drainWord < words && done < pagesMax; _drainWord++)
        {
            while (_pending[_drainWord] is var word && word != 0)
            {
                HandOver(set, (uint)(_drainWord << 6) + (uint)BitOperations.TrailingZeroCount(word));
                done++;
            }
        }

        if (_drainWord >= words)
        {
            _sink = null;
        }

        return _sink is null;
    }

    public void Dispose()
    {
        BlockPool.Return(_block);
        _block = default;
        _capacity = 0;
    }

    private void HandOver(OrderedSet set, uint page)
    {
        ulong bit = 1UL << (int)(page & 63);
        _pending[page >> 6] &= ~bit;
        if (set.IsLeaf(page))
        {
            _sink!.Leaf(set, page);
            _persisted[page >> 6] |= bit;
        }
    }

    private void Grow(uint page)
    {
        int capacity = Math.Max(256, (int)BitOperations.RoundUpToPowerOf2(page + 1));
        int words = capacity >> 6;
        var block = BlockPool.Rent(3L * words * sizeof(ulong));
        NativeMemory.Clear(block.Address, (nuint)block.Bytes);
        var bits = (ulong*)block.Address;
        int old = _capacity >> 6;
        new Span<ulong>(_dirty, old).CopyTo(new Span<ulong>(bits, old));
        new Span<ulong>(_pending, old).CopyTo(new Span<ulong>(bits + words, old));
        new Span<ulong>(_persisted, old).CopyTo(new Span<ulong>(bits + (2 * words), old));
        BlockPool.Return(_block);
        _block = block;
        _capacity = capacity;
        _dirty = bits;
        _pending = bits + words;
        _persisted = bits + (2 * words);
    }
}

/// <summary>Where leaves go: numbers that are gone first, then each changed leaf once. Owner's thread; keeps nothing.</summary>
internal interface ILeafSink
{
    void Gone(ReadOnlySpan<uint> pages);

    void Leaf(OrderedSet set, uint page);
}
