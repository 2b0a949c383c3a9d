using Vectorized.Engine.Columns;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// The rows of all regions as they were before a tick, or as they are after it: each copy of a row by itself, in order, with
/// the columns the functions read, the groups of peers, and which copies results are wanted of (outputs). Regions, copies,
/// groups and outputs are numbered through. Made anew each time in memory that is used again. One thread.
/// </summary>
internal sealed class WindowSide(WindowSpec spec, OperatorContext context) : IDisposable
{
    private readonly NormalizedKeys _keys = new();
    private readonly Batch _columns = new();
    private int[] _numbers = new int[256];
    private int[] _entries = new int[256];
    private int[] _outputs = new int[256];
    private int[] _outputRegions = new int[256];
    private int[] _groups = new int[256];
    private int[] _groupStarts = new int[257];
    private Region[] _regions = new Region[16];

    /// <summary>Ranges of copies, outputs and groups; rows of the partition in front of the region, and in all.</summary>
    internal struct Region
    {
        internal int Start;
        internal int End;
        internal int OutputStart;
        internal int OutputEnd;
        internal int GroupStart;
        internal int GroupEnd;
        internal long Skipped;
        internal long Total;
    }

    /// <summary>Copies.</summary>
    internal int Count { get; private set; }

    internal int OutputCount { get; private set; }

    internal int GroupCount { get; private set; }

    internal int RegionCount { get; private set; }

    internal ReadOnlySpan<Region> Regions => _regions.AsSpan(0, RegionCount);

    /// <summary>The row of each copy.</summary>
    internal ReadOnlySpan<int> Numbers => _numbers.AsSpan(0, Count);

    /// <summary>The copy of each output.</summary>
    internal ReadOnlySpan<int> Outputs => _outputs.AsSpan(0, OutputCount);

    /// <summary>The region of each output.</summary>
    internal ReadOnlySpan<int> OutputRegions => _outputRegions.AsSpan(0, OutputCount);

    /// <summary>The group of each copy; only where peers matter.</summary>
    internal ReadOnlySpan<int> Groups => _groups.AsSpan(0, Count);

    /// <summary>The first copy of each group, and the end.</summary>
    internal ReadOnlySpan<int> GroupStarts => _groupStarts.AsSpan(0, GroupCount + 1);

    /// <summary>The columns in use by copy, at their places in the input.</summary>
    internal Batch Columns => _columns;

    /// <summary>Where further rows' columns come from.</summary>
    internal IRowColumns Source { get; private set; } = null!;

    /// <summary>The entry an output belongs to.</summary>
    internal int EntryOf(int output) => _entries[_outputs[output]];

    internal int NumberOf(int output) => _numbers[_outputs[output]];

    internal void Build(WindowEntries entries, bool isOld, IRowColumns source)
    {
        Source = source;
        Expand(entries, isOld);
        _columns.Reset(Count, spec.Rows.Types.Length);
        foreach (int column in spec.Columns)
        {
            _columns[column] = source.Gather(column, Numbers, context.Scratch);
        }

        if (spec.Reach.UsesPeers)
        {
            FindGroups();
        }
    }

    public void Dispose() => _keys.Dispose();

    private void Expand(WindowEntries entries, bool isOld)
    {
        Count = OutputCount = RegionCount = 0;
        foreach (ref readonly var region in entries.Regions)
        {
            if (RegionCount == _regions.Length)
            {
                Array.Resize(ref _regions, 2 * RegionCount);
            }

            int start = Count;
            int outputStart = OutputCount;
            for (int entry = region.Start; entry < region.End; entry++)
            {
                for (long copy = entries.CountOf(entry, isOld); copy > 0; copy--)
                {
                    Add(entries.Numbers[entry], entry, entries.IsAffected(entry));
                }
            }

            _regions[RegionCount++] = new Region
            {
                Start = start,
                End = Count,
                OutputStart = outputStart,
                OutputEnd = OutputCount,
                Skipped = isOld ? region.SkippedBefore : region.SkippedAfter,
                Total = isOld ? region.TotalBefore : region.TotalAfter,
            };
        }
    }

    private void Add(int number, int entry, bool isAffected)
    {
        if (Count == _numbers.Length)
        {
            Array.Resize(ref _numbers, 2 * Count);
            Array.Resize(ref _entries, 2 * Count);
            Array.Resize(ref _outputs, 2 * Count);
            Array.Resize(ref _outputRegions, 2 * Count);
        }

        if (isAffected)
        {
            _outputs[OutputCount] = Count;
            _outputRegions[OutputCount++] = RegionCount;
        }

        _numbers[Count] = number;
        _entries[Count++] = entry;
    }

    private void FindGroups()
    {
        if (_groups.Length < Count)
        {
            _groups = new int[_numbers.Length];
            _groupStarts = new int[_numbers.Length + 1];
        }

        bool isOrdered = spec.Rows.Order.Count > 0;
        if (isOrdered)
        {
            spec.OrderKeys.Encode(_columns, _keys);
        }

        GroupCount = 0;
        for (int i = 0; i < RegionCount; i++)
        {
            ref var region = ref _regions[i];
            region.GroupStart = GroupCount;
            for (int copy = region.Start; copy < region.End; copy++)
            {
                if (copy == region.Start || (isOrdered && !_keys[copy].SequenceEqual(_keys[copy - 1])))
                {
                    _groupStarts[GroupCount++] = copy;
                }

                _groups[copy] = GroupCount - 1;
            }

            region.GroupEnd = GroupCount;
        }

        _groupStarts[GroupCount] = Count;
    }
}
