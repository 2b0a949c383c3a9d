using System.Runtime.InteropServices;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// The number of the best row by page, -1 for none, and of what lies outside of regions, for min and max over frames without a
/// bound.
/// </summary>
internal sealed class ExtremeCarrier(OperatorContext context, WindowCall call, IRowColumns rows) : RangeCarrier
{
    private readonly bool _isMax = call.Aggregate == AggregateKind.Max;
    private readonly List<int> _candidates = [];
    private int[] _pages = new int[64];

    internal override void Leaf(int page, RangeRows leaf)
    {
        if (page >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(page + 1, 2 * _pages.Length));
        }

        _pages[page] = BestOf(leaf);
    }

    internal override void Inner(int page, ReadOnlySpan<int> children)
    {
        if (page >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(page + 1, 2 * _pages.Length));
        }

        _candidates.Clear();
        foreach (int child in children)
        {
            Consider(_pages[child]);
        }

        _pages[page] = BestCandidate();
    }

    /// <summary>The best rows in front of regions and behind them, on sides where frames have no bound.</summary>
    internal OutsideRows Outside { get; } = new();

    internal override void Clear() => Outside.Clear();

    internal override void Carry(int region, bool isBefore, WindowRange range)
    {
        _candidates.Clear();
        Consider(BestOf(range.Head));
        foreach (int page in range.Pages)
        {
            Consider(_pages[page]);
        }

        Consider(BestOf(range.Tail));
        var bound = isBefore ? call.Frame.Start : call.Frame.End;
        Outside.Set(region, isBefore, bound.Unit == FrameBoundUnit.Unbounded ? BestCandidate() : -1);
    }

    internal static bool Counts(WindowCall call, Batch columns, int row)
    {
        if (!columns[call.Argument].IsValid(row))
        {
            return false;
        }

        return call.Filter < 0 || (columns[call.Filter].IsValid(row) && columns[call.Filter].Bit(row));
    }

    private void Consider(int number)
    {
        if (number >= 0)
        {
            _candidates.Add(number);
        }
    }

    private int BestOf(RangeRows leaf)
    {
        int best = -1;
        for (int row = 0; row < leaf.Count; row++)
        {
            if (Counts(call, leaf.Columns, row) && (best < 0 || IsBetter(in leaf.Columns[call.Argument], row, best)))
            {
                best = row;
            }
        }

        return best < 0 ? -1 : leaf.Numbers[best];
    }

    private int BestCandidate()
    {
        if (_candidates.Count < 2)
        {
            return _candidates.Count == 0 ? -1 : _candidates[0];
        }

        var values = rows.Gather(call.Argument, CollectionsMarshal.AsSpan(_candidates), context.Scratch);
        int best = 0;
        for (int i = 1; i < _candidates.Count; i++)
        {
            best = IsBetter(in values, i, best) ? i : best;
        }

        return _candidates[best];
    }

    private bool IsBetter(in Vector values, int row, int than)
    {
        int order = ValueOrder.Compare(in values, row, in values, than);
        return _isMax ? order > 0 : order < 0;
    }
}
