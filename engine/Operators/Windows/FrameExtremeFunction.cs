using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// min and max over frames: per stretch a queue of candidates, each better than all that came after the one before it, so
/// that the front is the best of the frame (the ascending minima of D. Lemire, "Streaming maximum-minimum filter", 2006).
/// A row enters and leaves once: O(copies + outputs). Of equal values the first counts.
/// </summary>
internal sealed class FrameExtremeFunction(WindowCall call, WindowFrames frames, int place, ExtremeCarrier? carrier) : WindowFunction
{
    private readonly bool _isMax = call.Aggregate == AggregateKind.Max;
    private int[] _queue = new int[64];

    internal override RangeCarrier? Carrier => carrier;

    internal override void Compute(WindowSide side, OperatorContext context, Vector[] results)
    {
        var values = side.Columns[call.Argument];
        var outside = carrier?.Outside;
        if (outside is not null)
        {
            values = outside.Append(in values, call.Argument, side.Source, context.Scratch);
        }

        var best = context.Scratch.Allocate<int>(side.OutputCount);
        for (int i = 0; i < best.Length; i++)
        {
            best[i] = outside?.RowOf(side.OutputRegions[i], isBefore: true, side.Count) ?? -1;
        }

        if (_queue.Length < side.Count)
        {
            _queue = new int[Math.Max(side.Count, 2 * _queue.Length)];
        }

        for (int stretch = 0; stretch < frames.StretchCount; stretch++)
        {
            foreach (ref readonly var region in side.Regions)
            {
                Slide(side, in region, in values, stretch, best);
            }
        }

        for (int i = 0; outside is not null && i < best.Length; i++)
        {
            int behind = outside.RowOf(side.OutputRegions[i], isBefore: false, side.Count);
            best[i] = behind >= 0 && (best[i] < 0 || IsBetter(in values, behind, best[i])) ? behind : best[i];
        }

        results[place] = TakeKernel.TakeOrNull(values, best, context.Scratch);
    }

    private void Slide(
        WindowSide side, in WindowSide.Region region, in Vector values, int stretch, Span<int> best)
    {
        var starts = frames.Starts(stretch);
        var ends = frames.Ends(stretch);
        int front = 0;
        int back = 0;
        int next = region.Start;
        for (int output = region.OutputStart; output < region.OutputEnd; output++)
        {
            next = Math.Max(next, starts[output]);
            for (; next < ends[output]; next++)
            {
                if (!ExtremeCarrier.Counts(call, side.Columns, next))
                {
                    continue;
                }

                while (back > front && IsBetter(in values, next, _queue[back - 1]))
                {
                    back--;
                }

                _queue[back++] = next;
            }

            while (front < back && _queue[front] < starts[output])
            {
                front++;
            }

            if (front < back && (best[output] < 0 || IsBetter(in values, _queue[front], best[output])))
            {
                best[output] = _queue[front];
            }
        }
    }

    private bool IsBetter(in Vector values, int copy, int than)
    {
        int order = ValueOrder.Compare(in values, copy, in values, than);
        return _isMax ? order > 0 : order < 0;
    }
}
