namespace Vectorized.Engine.State;

/// <summary>
/// A place in an <see cref="OrderedSet"/>. Good until the set is changed. Keys beyond 400 bytes are read by
/// <see cref="CopyKey"/>.
/// </summary>
internal unsafe struct OrderedCursor
{
    private readonly OrderedSet? _set;
    private uint _page;
    private int _slot;

    internal OrderedCursor(OrderedSet set, uint page, int slot)
    {
        _set = set;
        _page = page;
        _slot = slot;
    }

    internal readonly bool IsValid => _set is not null && _page != 0 && (uint)_slot < _set.PageAt(_page)->Count;

    internal readonly long Payload => OrderedPage.Word(Entry);

    internal readonly long Count => OrderedPage.CountOf(Entry);

    internal readonly int KeyLength =>
        OrderedPage.InlineKey(Entry).Length + (OrderedPage.HasRest(Entry) ? OrderedPage.Rest(Entry).Length : 0);

    private readonly byte* Entry => OrderedPage.Entry(_set!.PageAt(_page), _slot);

    internal readonly void CopyKey(Span<byte> target)
    {
        var inline = OrderedPage.InlineKey(Entry);
        inline.CopyTo(target);
        if (OrderedPage.HasRest(Entry))
        {
            OrderedPage.Rest(Entry).CopyTo(target[inline.Length..]);
        }
    }

    /// <summary>The first bytes of the key: all of it up to 400.</summary>
    internal readonly ReadOnlySpan<byte> KeyHead => OrderedPage.InlineKey(Entry);

    internal readonly bool KeyStartsWith(ReadOnlySpan<byte> prefix)
    {
        var inline = OrderedPage.InlineKey(Entry);
        if (prefix.Length <= inline.Length)
        {
            return inline.StartsWith(prefix);
        }

        return OrderedPage.HasRest(Entry) && prefix.StartsWith(inline)
            && OrderedPage.Rest(Entry).StartsWith(prefix[inline.Length..]);
    }

    internal readonly int CompareKey(ReadOnlySpan<byte> key) => OrderedPage.Compare(Entry, key);

    /// <summary>To the next key; false at the end.</summary>
    internal bool MoveNext()
    {
        _slot++;
        this = Normalize();
        return IsValid;
    }

    /// <summary>To the key before; false at the start.</summary>
    internal bool MovePrevious()
    {
        if (_set is null || _page == 0)
        {
            return false;
        }

        _slot--;
        while (_slot < 0)
        {
            _page = _set.PageAt(_page)->Previous;
            if (_page == 0)
            {
                return false;
            }

            _slot = _set.PageAt(_page)->Count - 1;
        }

        return true;
    }

    /// <summary>Past the end of a leaf is the start of the next.</summary>
    internal readonly OrderedCursor Normalize()
    {
        var cursor = this;
        while (cursor._page != 0 && cursor._slot >= _set!.PageAt(cursor._page)->Count)
        {
            cursor._page = _set.PageAt(cursor._page)->Next;
            cursor._slot = 0;
        }

        return cursor;
    }
}
