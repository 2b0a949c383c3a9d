using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Keeps the carriers' summaries of pages up to date and hands them the ranges outside of regions. A page is summarised anew
/// when it is read and anything in it has changed: a one-row change makes one path of pages stale. One thread.
/// </summary>
internal sealed class WindowSummaries
{
    private readonly OperatorContext _context;
    private readonly OrderedSet _set;
    private readonly IRowColumns _rows;
    private readonly IReadOnlyList<RangeCarrier> _carriers;
    private readonly int[] _columns;
    private readonly int _columnCount;
    private readonly RangeRows _leaf = new();
    private readonly WindowRange _range = new();
    private readonly List<OrderedPiece> _pieces = [];
    private readonly List<int[]> _children = [];

    internal WindowSummaries(
        OperatorContext context, WindowSpec spec, OrderedSet set, IRowColumns rows, IReadOnlyList<RangeCarrier> carriers)
    {
        _context = context;
        _set = set;
        _rows = rows;
        _carriers = carriers;
        _columns = [.. spec.Columns.Concat(spec.Reach.CountsGroups ? spec.Rows.Partition : []).Distinct()];
        _columnCount = spec.Rows.Types.Length;
        if (carriers.Count > 0)
        {
            set.TrackPages();
        }
    }

    internal bool IsEmpty => _carriers.Count == 0;

    internal void Clear()
    {
        foreach (var carrier in _carriers)
        {
            carrier.Clear();
        }
    }

    /// <summary>Hands the rows of ranks [from, to) of the set to all carriers, for a region.</summary>
    internal void Carry(int region, bool isBefore, long from, long to)
    {
        var mark = _context.Scratch.Position;
        _range.Clear();
        _pieces.Clear();
        _set.Collect(from, to, _pieces);
        foreach (var piece in _pieces)
        {
            if (piece.IsWhole)
            {
                Refresh(piece.Page, 0);
                _range.Pages.Add((int)piece.Page);
            }
            else
            {
                Read(piece.Page, piece.Start, piece.End, _range.Pages.Count == 0 && _range.Head.Count == 0 ? _range.Head : _range.Tail);
            }
        }

        foreach (var carrier in _carriers)
        {
            carrier.Carry(region, isBefore, _range);
        }

        _context.Scratch.Release(mark);
    }

    private void Refresh(uint page, int depth)
    {
        if (!_set.IsStale(page))
        {
            return;
        }

        if (_set.IsLeaf(page))
        {
            var mark = _context.Scratch.Position;
            _leaf.Clear();
            Read(page, 0, _set.EntryCount(page), _leaf);
            foreach (var carrier in _carriers)
            {
                carrier.Leaf((int)page, _leaf);
            }

            _context.Scratch.Release(mark);
        }
        else
        {
            RefreshInner(page, depth);
        }

        _set.MarkFresh(page);
    }

    private void RefreshInner(uint page, int depth)
    {
        int count = _set.EntryCount(page);
        if (_children.Count <= depth)
        {
            _children.Add([]);
        }

        if (_children[depth].Length < count)
        {
            _children[depth] = new int[2 * count];
        }

        int[] children = _children[depth];
        for (int slot = 0; slot < count; slot++)
        {
            children[slot] = (int)_set.Child(page, slot);
            Refresh((uint)children[slot], depth + 1);
        }

        foreach (var carrier in _carriers)
        {
            carrier.Inner((int)page, children.AsSpan(0, count));
        }
    }

    private void Read(uint page, int start, int end, RangeRows rows)
    {
        for (int slot = start; slot < end; slot++)
        {
            rows.Add((int)_set.Payload(page, slot), _set.CountOf(page, slot));
        }

        rows.Columns.Reset(rows.Count, _columnCount);
        foreach (int column in _columns)
        {
            rows.Columns[column] = _rows.Gather(column, rows.Numbers, _context.Scratch);
        }

        if (rows.Counts.ContainsAnyExcept(1L))
        {
            var weights = _context.Scratch.Allocate<long>(rows.Count);
            rows.Counts.CopyTo(weights);
            rows.Columns.SetWeights(weights);
        }
    }
}
