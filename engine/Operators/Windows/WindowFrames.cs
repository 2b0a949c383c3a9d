using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Ordering;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// The frame of every output as up to three stretches of copies [start, end), in order: more than one where something is
/// excluded from the middle. Within a region the starts of a stretch never go back from output to output, nor do the
/// ends. O(outputs + copies).
/// </summary>
internal sealed class WindowFrames(WindowSpec spec, WindowFrame frame)
{
    private readonly int[][] _starts = [new int[256], [], []];
    private readonly int[][] _ends = [new int[256], [], []];

    internal WindowFrame Frame => frame;

    internal int StretchCount { get; } = frame.Exclusion switch
    {
        FrameExclusion.None => 1,
        FrameExclusion.Ties => 3,
        _ => 2,
    };

    internal int OutputCount { get; private set; }

    internal ReadOnlySpan<int> Starts(int stretch) => _starts[stretch].AsSpan(0, OutputCount);

    internal ReadOnlySpan<int> Ends(int stretch) => _ends[stretch].AsSpan(0, OutputCount);

    /// <summary>Whether an output's frame is that of the one before.</summary>
    internal bool IsSameAsBefore(int output)
    {
        for (int i = 0; i < StretchCount; i++)
        {
            if (_starts[i][output] != _starts[i][output - 1] || _ends[i][output] != _ends[i][output - 1])
            {
                return false;
            }
        }

        return true;
    }

    internal void Compute(WindowSide side)
    {
        OutputCount = side.OutputCount;
        for (int i = 0; i < StretchCount; i++)
        {
            if (_starts[i].Length < OutputCount)
            {
                _starts[i] = new int[Math.Max(OutputCount, 2 * _starts[i].Length)];
                _ends[i] = new int[_starts[i].Length];
            }
        }

        foreach (ref readonly var region in side.Regions)
        {
            ComputeBound(side, in region, frame.Start, isEnd: false, _starts[0]);
            ComputeBound(side, in region, frame.End, isEnd: true, _ends[0]);
            for (int output = region.OutputStart; output < region.OutputEnd; output++)
            {
                _ends[0][output] = Math.Max(_ends[0][output], _starts[0][output]);
            }
        }

        if (frame.Exclusion != FrameExclusion.None)
        {
            Exclude(side);
        }
    }

    private void ComputeBound(
        WindowSide side, in WindowSide.Region region, FrameBound bound, bool isEnd, int[] target)
    {
        switch (bound.Unit)
        {
            case FrameBoundUnit.Unbounded:
                target.AsSpan(region.OutputStart..region.OutputEnd).Fill(isEnd ? region.End : region.Start);
                break;
            case FrameBoundUnit.Rows:
                long distance = bound.Distance + (isEnd ? 1 : 0);
                for (int output = region.OutputStart; output < region.OutputEnd; output++)
                {
                    target[output] = (int)Math.Clamp(side.Outputs[output] + distance, region.Start, region.End);
                }

                break;
            case FrameBoundUnit.Groups:
                long groups = bound.Distance + (isEnd ? 1 : 0);
                for (int output = region.OutputStart; output < region.OutputEnd; output++)
                {
                    long group = side.Groups[side.Outputs[output]] + groups;
                    target[output] = group <= region.GroupStart ? region.Start
                        : group >= region.GroupEnd ? region.End : side.GroupStarts[(int)group];
                }

                break;
            default:
                ComputeValued(side, in region, bound.Column, isEnd, target);
                break;
        }
    }

    /// <summary>The bounding values are in the rows' own order, so one pass over both finds all bounds.</summary>
    private void ComputeValued(WindowSide side, in WindowSide.Region region, int column, bool isEnd, int[] target)
    {
        ref readonly var values = ref side.Columns[frame.OrderColumn];
        ref readonly var bounds = ref side.Columns[column];
        var order = spec.Rows.Order[0];
        int at = region.Start;
        for (int output = region.OutputStart; output < region.OutputEnd; output++)
        {
            int copy = side.Outputs[output];
            while (at < region.End && RowOrder.Compare(in order, in values, at, in bounds, copy) is var difference
                && (difference < 0 || (isEnd && difference == 0)))
            {
                at++;
            }

            target[output] = at;
        }
    }

    private void Exclude(WindowSide side)
    {
        int last = StretchCount - 1;
        for (int output = 0; output < OutputCount; output++)
        {
            int copy = side.Outputs[output];
            int group = frame.Exclusion == FrameExclusion.CurrentRow ? 0 : side.Groups[copy];
            int holeStart = frame.Exclusion == FrameExclusion.CurrentRow ? copy : side.GroupStarts[group];
            int holeEnd = frame.Exclusion == FrameExclusion.CurrentRow ? copy + 1 : GroupEnd(side, output, group);
            int start = _starts[0][output];
            int end = _ends[0][output];
            if (frame.Exclusion == FrameExclusion.Ties)
            {
                _starts[1][output] = Math.Clamp(copy, start, end);
                _ends[1][output] = Math.Clamp(copy + 1, start, end);
            }

            _ends[0][output] = Math.Clamp(holeStart, start, end);
            _starts[last][output] = Math.Clamp(holeEnd, start, end);
            _ends[last][output] = end;
        }
    }

    private static int GroupEnd(WindowSide side, int output, int group) =>
        group + 1 == side.Regions[side.OutputRegions[output]].GroupEnd
            ? side.Regions[side.OutputRegions[output]].End : side.GroupStarts[group + 1];
}
