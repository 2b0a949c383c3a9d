namespace Vectorized.Engine.State;

/// <summary>A part of an <see cref="OrderedSet"/>: a page with all below it, or some slots [Start, End) of a leaf.</summary>
internal readonly record struct OrderedPiece(uint Page, int Start, int End)
{
    internal bool IsWhole => Start < 0;

    internal static OrderedPiece Of(uint page) => new(page, -1, -1);
}

/// <summary>
/// What summaries kept by page need: which pages have changed below, and the few pages and slots a range of ranks consists of.
/// </summary>
internal sealed unsafe partial class OrderedSet
{
    private bool[]? _isStale;

    /// <summary>From now on pages are marked stale when anything in or below them changes. All are at first.</summary>
    internal void TrackPages() => _isStale ??= CreateMarks(64);

    internal bool IsStale(uint page) => page >= (uint)_isStale!.Length || _isStale[page];

    internal void MarkFresh(uint page)
    {
        GrowMarks(page);
        _isStale![page] = false;
    }

    internal bool IsLeaf(uint page) => PageAt(page)->Level == 0;

    internal int EntryCount(uint page) => PageAt(page)->Count;

    internal uint Child(uint page, int slot) => (uint)OrderedPage.Word(OrderedPage.Entry(PageAt(page), slot));

    internal long Payload(uint page, int slot) => OrderedPage.Word(OrderedPage.Entry(PageAt(page), slot));

    /// <summary>How often the key in a slot stands there, or all keys below it.</summary>
    internal long CountOf(uint page, int slot) => OrderedPage.CountOf(OrderedPage.Entry(PageAt(page), slot));

    /// <summary>Keys with ranks [from, to), whole keys, in order: O(log n) pages and slots of two leaves.</summary>
    internal void Collect(long from, long to, List<OrderedPiece> pieces)
    {
        if (from < to)
        {
            Collect(_root, 0, from, to, pieces);
        }
    }

    private void Collect(uint page, long rank, long from, long to, List<OrderedPiece> pieces)
    {
        var at = PageAt(page);
        int start = -1;
        int slot = 0;
        for (; slot < at->Count && rank < to; slot++)
        {
            long count = OrderedPage.CountOf(OrderedPage.Entry(at, slot));
            long end = rank + count;
            if (end > from)
            {
                if (at->Level == 0)
                {
                    start = start < 0 ? slot : start;
                }
                else if (rank >= from && end <= to)
                {
                    pieces.Add(OrderedPiece.Of(Child(page, slot)));
                }
                else
                {
                    Collect(Child(page, slot), rank, from, to, pieces);
                }
            }

            rank = end;
        }

        if (start >= 0)
        {
            pieces.Add(start == 0 && slot == at->Count ? OrderedPiece.Of(page) : new OrderedPiece(page, start, slot));
        }
    }

    private void MarkStale(uint page)
    {
        _leaves?.NoteChange(this, page);
        if (_isStale is not null && page < (uint)_isStale.Length)
        {
            _isStale[page] = true;
        }
    }

    private void MarkStale(ReadOnlySpan<PathStep> path)
    {
        if (_isStale is not null || _leaves is not null)
        {
            foreach (ref readonly var step in path)
            {
                MarkStale(step.Page);
            }
        }
    }

    private void GrowMarks(uint page)
    {
        if (page >= (uint)_isStale!.Length)
        {
            bool[] marks = CreateMarks(Math.Max((int)page + 1, 2 * _isStale.Length));
            _isStale.CopyTo(marks, 0);
            _isStale = marks;
        }
    }

    private static bool[] CreateMarks(int count)
    {
        bool[] marks = new bool[count];
        Array.Fill(marks, true);
        return marks;
    }
}
