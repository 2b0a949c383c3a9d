using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// How many groups of peers there are by page and in front of regions, for dense_rank. Of two neighbours in order, the
/// last group of one may be the first of the other. Regions begin with whole groups.
/// </summary>
internal sealed class GroupCarrier(OperatorContext context, WindowSpec spec, IRowColumns rows) : RangeCarrier, IDisposable
{
    private readonly NormalizedKeyEncoder _encoder = spec.Rows.PartitionOrderEncoder();
    private readonly NormalizedKeys _keys = new();
    private readonly Batch _batch = new();
    private readonly List<Part> _parts = [];
    private Part[] _pages = new Part[64];
    private long[] _regions = new long[64];

    /// <summary>Groups, and the first and last row.</summary>
    private readonly record struct Part(long Groups, int First, int Last);

    internal long GroupsBefore(int region) => region < _regions.Length ? _regions[region] : 0;

    internal override void Leaf(int page, RangeRows leaf) => SetPage(page, Of(leaf));

    internal override void Inner(int page, ReadOnlySpan<int> children)
    {
        _parts.Clear();
        foreach (int child in children)
        {
            _parts.Add(_pages[child]);
        }

        SetPage(page, Joined());
    }

    internal override void Clear() => Array.Clear(_regions);

    internal override void Carry(int region, bool isBefore, WindowRange range)
    {
        if (!isBefore)
        {
            return;
        }

        _parts.Clear();
        AddRows(range.Head);
        foreach (int page in range.Pages)
        {
            _parts.Add(_pages[page]);
        }

        AddRows(range.Tail);
        if (region >= _regions.Length)
        {
            Array.Resize(ref _regions, Math.Max(region + 1, 2 * _regions.Length));
        }

        _regions[region] = Joined().Groups;
    }

    public void Dispose() => _keys.Dispose();

    private void AddRows(RangeRows leaf)
    {
        if (leaf.Count > 0)
        {
            _parts.Add(Of(leaf));
        }
    }

    private void SetPage(int page, Part part)
    {
        if (page >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(page + 1, 2 * _pages.Length));
        }

        _pages[page] = part;
    }

    private Part Of(RangeRows leaf)
    {
        if (leaf.Count == 0)
        {
            return default;
        }

        _encoder.Encode(leaf.Columns, _keys);
        long groups = 1;
        for (int row = 1; row < leaf.Count; row++)
        {
            groups += _keys[row].SequenceEqual(_keys[row - 1]) ? 0 : 1;
        }

        return new Part(groups, leaf.Numbers[0], leaf.Numbers[^1]);
    }

    /// <summary>The parts as one: less a group wherever a part ends with the group the next begins with.</summary>
    private Part Joined()
    {
        _parts.RemoveAll(p => p.Groups == 0);
        if (_parts.Count == 0)
        {
            return default;
        }

        var numbers = context.Scratch.Allocate<int>(2 * _parts.Count);
        long groups = 0;
        for (int i = 0; i < _parts.Count; i++)
        {
            groups += _parts[i].Groups;
            numbers[2 * i] = _parts[i].First;
            numbers[(2 * i) + 1] = _parts[i].Last;
        }

        _batch.Reset(numbers.Length, spec.Rows.Types.Length);
        foreach (int column in spec.Rows.Partition)
        {
            _batch[column] = rows.Gather(column, numbers, context.Scratch);
        }

        foreach (var key in spec.Rows.Order)
        {
            _batch[key.Column] = rows.Gather(key.Column, numbers, context.Scratch);
        }

        _encoder.Encode(_batch, _keys);
        for (int i = 2; i < numbers.Length; i += 2)
        {
            groups -= _keys[i].SequenceEqual(_keys[i - 1]) ? 1 : 0;
        }

        return new Part(groups, _parts[0].First, _parts[^1].Last);
    }
}
