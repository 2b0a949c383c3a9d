using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators.Aggregates;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Aggregates whose accumulators can be added and taken away (count, sum, avg, variances, booleans, bits), for all calls of
/// one frame. Each row is added to the accumulators of the first output whose frame holds it and taken away at the first
/// that holds it no more; running sums over the outputs then make each the accumulators of its frame, exactly, for the
/// sums are exact. O(copies + outputs), column by column. (A difference array; the accumulators are a group.)
/// </summary>
internal sealed class FrameSums : WindowFunction
{
    private readonly WindowFrames _frames;
    private readonly int[] _places;
    private readonly AggregateLayout _layout;
    private readonly SumTable _outputs;
    private readonly SumCarrier? _carrier;

    internal FrameSums(
        OperatorContext context, WindowNode node, IReadOnlyList<WindowCall> calls, IReadOnlyList<int> places, WindowFrames frames)
    {
        _frames = frames;
        _places = [.. places];
        var aggregate = new AggregateNode(
            node.Input, [],
            [.. calls.Select(c => new AggregateCall(c.Aggregate, c.Argument, c.ArgumentType, c.ResultType, Filter: c.Filter))])
        {
            Columns = [.. calls.Select(c => new PlanColumn("", c.ResultType))],
            Properties = node.Input.Properties,
        };
        _layout = new AggregateLayout(context, aggregate, isAppendOnly: false);
        _outputs = new SumTable(context, "frames", _layout);
        if (!context.IsQuery && (frames.Frame.Start.Unit == FrameBoundUnit.Unbounded || frames.Frame.End.Unit == FrameBoundUnit.Unbounded))
        {
            _carrier = new SumCarrier(context, _layout);
        }
    }

    internal override RangeCarrier? Carrier => _carrier;

    internal static bool Serves(AggregateKind kind) => kind is AggregateKind.CountStar or AggregateKind.Count
        or AggregateKind.Sum or AggregateKind.Avg or AggregateKind.BoolAnd or AggregateKind.BoolOr
        or AggregateKind.VarPop or AggregateKind.VarSamp or AggregateKind.StddevPop or AggregateKind.StddevSamp
        or AggregateKind.BitAnd or AggregateKind.BitOr or AggregateKind.BitXor;

    internal override void Compute(WindowSide side, OperatorContext context, Vector[] results)
    {
        int count = side.OutputCount;
        _outputs.Clear(0, count);
        for (int stretch = 0; stretch < _frames.StretchCount; stretch++)
        {
            AddDifferences(side, stretch, context.Scratch);
        }

        AddCarries(side);
        Accumulate(side, context.Scratch);
        Write(count, context.Scratch, results);
    }

    internal override void Drop()
    {
        _carrier?.Dispose();
        _outputs.Dispose();
    }

    /// <summary>What lies beyond a region on a side without bound is in every frame, so it goes to the first output.</summary>
    private void AddCarries(WindowSide side)
    {
        for (int i = 0; _carrier is not null && i < side.RegionCount; i++)
        {
            if (side.Regions[i].OutputStart == side.Regions[i].OutputEnd)
            {
                continue;
            }

            if (_frames.Frame.Start.Unit == FrameBoundUnit.Unbounded)
            {
                _carrier.AddTo(_outputs, side.Regions[i].OutputStart, i, isBefore: true);
            }

            if (_frames.Frame.End.Unit == FrameBoundUnit.Unbounded)
            {
                _carrier.AddTo(_outputs, side.Regions[i].OutputStart, i, isBefore: false);
            }
        }
    }

    private void AddDifferences(WindowSide side, int stretch, Arena arena)
    {
        // Of every row the output that first holds it and the one that first holds it no more, or -1.
        var enters = arena.Allocate<int>(side.Count);
        var leaves = arena.Allocate<int>(side.Count);
        var starts = _frames.Starts(stretch);
        var ends = _frames.Ends(stretch);
        foreach (ref readonly var region in side.Regions)
        {
            int enter = region.OutputStart;
            int leave = region.OutputStart;
            for (int copy = region.Start; copy < region.End; copy++)
            {
                while (enter < region.OutputEnd && ends[enter] <= copy)
                {
                    enter++;
                }

                while (leave < region.OutputEnd && starts[leave] <= copy)
                {
                    leave++;
                }

                enters[copy] = enter < leave ? enter : -1;
                leaves[copy] = enter < leave && leave < region.OutputEnd ? leave : -1;
            }
        }

        var minus = arena.Allocate<long>(side.Count);
        minus.Fill(-1);
        var chosen = arena.Allocate<int>(side.Count);
        foreach (var input in _layout.Inputs)
        {
            if (input.Cells.Count == 0)
            {
                continue;
            }

            int count = input.Select(side.Columns, arena, out var rows);
            Add(input, side, enters, Choose(rows, count, enters, chosen), default);
            Add(input, side, leaves, Choose(rows, count, leaves, chosen), minus);
        }
    }

    private void Add(
        AggregateInput input, WindowSide side, ReadOnlySpan<int> groups, ReadOnlySpan<int> rows, ReadOnlySpan<long> weights)
    {
        if (!rows.IsEmpty)
        {
            input.Add(_outputs.Target, side.Columns, new AggregateRows(groups, rows, rows.Length, weights));
        }
    }

    private static ReadOnlySpan<int> Choose(ReadOnlySpan<int> rows, int count, ReadOnlySpan<int> outputs, Span<int> chosen)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            int row = rows.IsEmpty ? i : rows[i];
            chosen[kept] = row;
            kept += outputs[row] >= 0 ? 1 : 0;
        }

        return chosen[..kept];
    }

    private void Accumulate(WindowSide side, Arena arena)
    {
        var from = arena.Allocate<int>(side.OutputCount);
        var into = arena.Allocate<int>(side.OutputCount);
        int count = 0;
        foreach (ref readonly var region in side.Regions)
        {
            for (int output = region.OutputStart + 1; output < region.OutputEnd; output++)
            {
                from[count] = output - 1;
                into[count++] = output;
            }
        }

        foreach (var cell in _layout.Cells)
        {
            cell.Merge(_outputs.Target, from[..count], _outputs.Target, into[..count]);
        }
    }

    private void Write(int count, Arena arena, Vector[] results)
    {
        var numbers = arena.Allocate<int>(count);
        for (int i = 0; i < count; i++)
        {
            numbers[i] = i;
        }

        var view = _outputs.View;
        for (int i = 0; i < _places.Length; i++)
        {
            var output = Vector.Allocate(arena, _layout.Results[i].Type, count);
            output.AddValidity(arena);
            _layout.Results[i].Write(in view, numbers, ref output, 0, arena);
            results[_places[i]] = output;
        }
    }
}
