using System.Runtime.InteropServices;
using Vectorized.Engine.Operators.Aggregates;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>Sums by page and by region, for frames without a bound: inner pages add up their children's.</summary>
internal sealed class SumCarrier(OperatorContext context, AggregateLayout layout) : RangeCarrier, IDisposable
{
    private readonly SumTable _pages = new(context, "page sums", layout);
    private readonly SumTable _regions = new(context, "region sums", layout);
    private int _regionCount;

    internal override void Leaf(int page, RangeRows rows)
    {
        _pages.Clear(page, page + 1);
        Add(_pages, page, rows);
    }

    internal override void Inner(int page, ReadOnlySpan<int> children)
    {
        _pages.Clear(page, page + 1);
        Merge(_pages, children, _pages, page);
    }

    internal override void Clear() => _regionCount = 0;

    internal override void Carry(int region, bool isBefore, WindowRange range)
    {
        Ensure(region);
        int group = Group(region, isBefore);
        Add(_regions, group, range.Head);
        Merge(_pages, CollectionsMarshal.AsSpan(range.Pages), _regions, group);
        Add(_regions, group, range.Tail);
    }

    /// <summary>Adds what was taken for a region to a group, if anything was.</summary>
    internal void AddTo(SumTable target, int into, int region, bool isBefore)
    {
        if (region < _regionCount)
        {
            Merge(_regions, [Group(region, isBefore)], target, into);
        }
    }

    public void Dispose()
    {
        _pages.Dispose();
        _regions.Dispose();
    }

    private static int Group(int region, bool isBefore) => (2 * region) + (isBefore ? 0 : 1);

    private void Ensure(int region)
    {
        if (region >= _regionCount)
        {
            _regions.Clear(2 * _regionCount, 2 * (region + 1));
            _regionCount = region + 1;
        }
    }

    private void Merge(SumTable source, ReadOnlySpan<int> from, SumTable target, int into)
    {
        var groups = context.Scratch.Allocate<int>(from.Length);
        groups.Fill(into);
        foreach (var cell in layout.Cells)
        {
            cell.Merge(source.Target, from, target.Target, groups);
        }
    }

    private void Add(SumTable table, int group, RangeRows rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var groups = context.Scratch.Allocate<int>(rows.Count);
        groups.Fill(group);
        foreach (var input in layout.Inputs)
        {
            input.Add(table.Target, rows.Columns, groups);
        }
    }
}
