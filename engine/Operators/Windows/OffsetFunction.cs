using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>lag and lead: the argument of a row so many before or behind, or the current row's default beyond the partition.</summary>
internal sealed class OffsetFunction(WindowCall call, int place) : WindowFunction
{
    internal override void Compute(WindowSide side, OperatorContext context, Vector[] results)
    {
        var rows = context.Scratch.Allocate<int>(side.OutputCount);
        int direction = call.Kind == WindowFunctionKind.Lag ? -1 : 1;
        bool anyBeyond = false;
        foreach (ref readonly var region in side.Regions)
        {
            for (int output = region.OutputStart; output < region.OutputEnd; output++)
            {
                int copy = side.Outputs[output];
                if (Offset(side, copy) is not { } offset)
                {
                    rows[output] = -1;
                    continue;
                }

                long row = copy + (direction * offset);
                bool isBeyond = row < region.Start || row >= region.End;
                // The default stands behind the argument's values.
                rows[output] = !isBeyond ? (int)row : call.Default < 0 ? -1 : side.Count + copy;
                anyBeyond |= isBeyond;
            }
        }

        var values = side.Columns[call.Argument];
        if (anyBeyond && call.Default >= 0)
        {
            Span<Vector> parts = [values, side.Columns[call.Default]];
            values = ConcatKernel.Concat(call.ResultType, parts, context.Scratch);
        }

        results[place] = TakeKernel.TakeOrNull(values, rows, context.Scratch);
    }

    private long? Offset(WindowSide side, int copy)
    {
        if (call.Argument2 < 0)
        {
            return call.Count;
        }

        ref readonly var offsets = ref side.Columns[call.Argument2];
        return offsets.IsValid(copy) ? offsets.Value<int>(copy) : null;
    }
}
