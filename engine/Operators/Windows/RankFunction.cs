using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>row_number, rank, dense_rank, percent_rank, cume_dist, ntile: by a row's place and its peers'.</summary>
internal sealed class RankFunction(WindowCall call, int place, GroupCarrier? carrier) : WindowFunction
{
    internal override RangeCarrier? Carrier => carrier;

    internal override void Compute(WindowSide side, OperatorContext context, Vector[] results)
    {
        var output = Vector.Allocate(context.Scratch, call.ResultType, side.OutputCount);
        for (int i = 0; i < side.RegionCount; i++)
        {
            ref readonly var region = ref side.Regions[i];
            switch (call.Kind)
            {
                case WindowFunctionKind.RowNumber or WindowFunctionKind.Rank or WindowFunctionKind.DenseRank:
                    Rank(side, in region, carrier?.GroupsBefore(i) ?? 0, output.Values<long>());
                    break;
                case WindowFunctionKind.Ntile:
                    Ntile(side, in region, context.Scratch, ref output);
                    break;
                default:
                    Share(side, in region, output.Values<double>());
                    break;
            }
        }

        results[place] = output;
    }

    internal override void Drop() => carrier?.Dispose();

    private void Rank(WindowSide side, in WindowSide.Region region, long groupsBefore, Span<long> output)
    {
        for (int i = region.OutputStart; i < region.OutputEnd; i++)
        {
            int copy = side.Outputs[i];
            output[i] = 1 + (call.Kind switch
            {
                WindowFunctionKind.RowNumber => region.Skipped + copy - region.Start,
                WindowFunctionKind.Rank => region.Skipped + side.GroupStarts[side.Groups[copy]] - region.Start,
                _ => groupsBefore + side.Groups[copy] - region.GroupStart,
            });
        }
    }

    private void Share(WindowSide side, in WindowSide.Region region, Span<double> output)
    {
        for (int i = region.OutputStart; i < region.OutputEnd; i++)
        {
            int group = side.Groups[side.Outputs[i]];
            if (call.Kind == WindowFunctionKind.PercentRank)
            {
                long rank = region.Skipped + side.GroupStarts[group] - region.Start;
                output[i] = region.Total > 1 ? (double)rank / (region.Total - 1) : 0;
            }
            else
            {
                int end = group + 1 == region.GroupEnd ? region.End : side.GroupStarts[group + 1];
                output[i] = (double)(region.Skipped + end - region.Start) / region.Total;
            }
        }
    }

    /// <summary>The first (total mod n) buckets have one row more. As in PostgreSQL the partition's first row gives n.</summary>
    private void Ntile(WindowSide side, in WindowSide.Region region, Arena arena, ref Vector output)
    {
        if (region.OutputStart == region.OutputEnd)
        {
            return;
        }

        long? count = call.Count;
        if (count is null && side.Columns[call.Argument2].IsValid(region.Start))
        {
            count = side.Columns[call.Argument2].Value<int>(region.Start);
        }

        var values = output.Values<int>()[region.OutputStart..region.OutputEnd];
        if (count is not { } buckets)
        {
            var validity = output.MayHaveNulls ? output.Validity : output.AddValidity(arena);
            values.Clear();
            for (int i = region.OutputStart; i < region.OutputEnd; i++)
            {
                Bitmap.Clear(validity, i);
            }

            return;
        }

        if (buckets <= 0)
        {
            throw WindowErrors.NotPositive(call.Kind);
        }

        long size = region.Total / buckets;
        long larger = region.Total % buckets;
        long inLarger = larger * (size + 1);
        for (int i = 0; i < values.Length; i++)
        {
            long index = region.Skipped + side.Outputs[region.OutputStart + i] - region.Start;
            values[i] = 1 + (int)(index < inLarger ? index / (size + 1) : larger + ((index - inLarger) / size));
        }
    }
}
