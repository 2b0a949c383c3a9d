using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>first_value, last_value, nth_value: the argument of one row of the frame, NULLs passed over if so asked.</summary>
internal sealed class FrameValueFunction(WindowCall call, WindowFrames frames, int place) : WindowFunction
{
    private readonly bool _startsOpen = frames.Frame.Start.Unit == FrameBoundUnit.Unbounded;
    private readonly OutsideRows _outside = new();

    /// <summary>Which row of the partition it takes from in front of regions, from 1; 0: none.</summary>
    internal long HeadCount => call.IgnoreNulls || !_startsOpen ? 0
        : call.Kind == WindowFunctionKind.FirstValue ? 1
        : call.Kind == WindowFunctionKind.NthValue && call.Argument2 < 0 ? call.Count!.Value : 0;

    /// <summary>Whether it takes the partition's last row from behind regions.</summary>
    internal bool NeedsLast => !call.IgnoreNulls && call.Kind == WindowFunctionKind.LastValue
        && frames.Frame.End.Unit == FrameBoundUnit.Unbounded;

    /// <summary>Forgets what lies outside of regions.</summary>
    internal void Clear() => _outside.Clear();

    /// <summary>The row in front of a region, or behind it, that is taken there; -1: the region holds it.</summary>
    internal void SetOutside(int region, bool isBefore, int number) => _outside.Set(region, isBefore, number);

    internal override void Compute(WindowSide side, OperatorContext context, Vector[] results)
    {
        var values = _outside.Append(side.Columns[call.Argument], call.Argument, side.Source, context.Scratch);
        var rows = context.Scratch.Allocate<int>(side.OutputCount);
        if (call.IgnoreNulls && values.MayHaveNulls)
        {
            FindPresent(side, in values, context.Scratch, rows);
        }
        else
        {
            for (int output = 0; output < rows.Length; output++)
            {
                rows[output] = Row(side, output);
            }
        }

        results[place] = TakeKernel.TakeOrNull(values, rows, context.Scratch);
    }

    private int Row(WindowSide side, int output)
    {
        int region = side.OutputRegions[output];
        if (call.Kind == WindowFunctionKind.LastValue)
        {
            int behind = _outside.RowOf(region, isBefore: false, side.Count);
            return behind >= 0 ? behind : Last(output);
        }

        if ((call.Kind == WindowFunctionKind.FirstValue ? 1 : Count(side, side.Outputs[output])) is not { } n)
        {
            return -1;
        }

        long skipped = _startsOpen ? side.Regions[region].Skipped : 0;
        return n <= skipped ? _outside.RowOf(region, isBefore: true, side.Count) : Nth(output, n - skipped);
    }

    private long? Count(WindowSide side, int copy)
    {
        if (call.Argument2 < 0)
        {
            return call.Count;
        }

        ref readonly var counts = ref side.Columns[call.Argument2];
        if (!counts.IsValid(copy))
        {
            return null;
        }

        int count = counts.Value<int>(copy);
        return count > 0 ? count : throw WindowErrors.NotPositive(call.Kind);
    }

    private int Nth(int output, long n)
    {
        for (int i = 0; i < frames.StretchCount; i++)
        {
            int start = frames.Starts(i)[output];
            int length = frames.Ends(i)[output] - start;
            if (n <= length)
            {
                return start + (int)n - 1;
            }

            n -= length;
        }

        return -1;
    }

    private int Last(int output)
    {
        for (int i = frames.StretchCount - 1; i >= 0; i--)
        {
            int end = frames.Ends(i)[output];
            if (end > frames.Starts(i)[output])
            {
                return end - 1;
            }
        }

        return -1;
    }

    /// <summary>By the nearest present value from each row on: behind it for the first, before it for the last.</summary>
    private void FindPresent(WindowSide side, in Vector values, Arena arena, Span<int> rows)
    {
        bool isFirst = call.Kind == WindowFunctionKind.FirstValue;
        var nearest = arena.Allocate<int>(side.Count);
        int last = isFirst ? side.Count : -1;
        for (int i = 0; i < nearest.Length; i++)
        {
            int copy = isFirst ? nearest.Length - 1 - i : i;
            last = values.IsValid(copy) ? copy : last;
            nearest[copy] = last;
        }

        for (int output = 0; output < rows.Length; output++)
        {
            rows[output] = -1;
            for (int i = 0; i < frames.StretchCount && rows[output] < 0; i++)
            {
                int stretch = isFirst ? i : frames.StretchCount - 1 - i;
                int start = frames.Starts(stretch)[output];
                int end = frames.Ends(stretch)[output];
                int found = end > start ? nearest[isFirst ? start : end - 1] : -1;
                rows[output] = found >= start && found < end ? found : -1;
            }
        }
    }
}
