using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>All functions of a window node, sharing frames and sums where they can. Computes both sides in turn. One thread.</summary>
internal sealed class WindowFunctionSet : IDisposable
{
    private readonly OperatorContext _context;
    private readonly List<WindowFrames> _frames = [];
    private readonly List<WindowFunction> _functions = [];

    internal WindowFunctionSet(OperatorContext context, WindowSpec spec, IRowColumns rows)
    {
        _context = context;
        var calls = spec.Node.Calls;
        var sums = new Dictionary<WindowFrame, List<int>>();
        for (int i = 0; i < calls.Count; i++)
        {
            var call = calls[i];
            if (call.Kind == WindowFunctionKind.Aggregate && FrameSums.Serves(call.Aggregate))
            {
                if (!sums.TryGetValue(call.Frame, out var places))
                {
                    sums.Add(call.Frame, places = []);
                }

                places.Add(i);
                continue;
            }

            _functions.Add(Create(spec, rows, call, i));
        }

        foreach (var (frame, places) in sums)
        {
            _functions.Add(new FrameSums(context, spec.Node, places.ConvertAll(i => calls[i]), places, Frames(spec, frame)));
        }

        Carriers = [.. _functions.Select(f => f.Carrier).OfType<RangeCarrier>()];
        Values = [.. _functions.OfType<FrameValueFunction>()];
    }

    /// <summary>What functions need of rows outside of regions; none in queries.</summary>
    internal IReadOnlyList<RangeCarrier> Carriers { get; }

    internal IReadOnlyList<FrameValueFunction> Values { get; }

    /// <summary>A vector of the side's outputs for each call, in scratch memory.</summary>
    internal void Compute(WindowSide side, Vector[] results)
    {
        foreach (var frames in _frames)
        {
            frames.Compute(side);
        }

        foreach (var function in _functions)
        {
            function.Compute(side, _context, results);
        }
    }

    public void Dispose() => _functions.ForEach(f => f.Drop());

    private WindowFunction Create(WindowSpec spec, IRowColumns rows, WindowCall call, int place) => call.Kind switch
    {
        <= WindowFunctionKind.Ntile => new RankFunction(
            call, place,
            call.Kind == WindowFunctionKind.DenseRank && !_context.IsQuery ? new GroupCarrier(_context, spec, rows) : null),
        WindowFunctionKind.Lag or WindowFunctionKind.Lead => new OffsetFunction(call, place),
        WindowFunctionKind.Aggregate => call.Aggregate switch
        {
            AggregateKind.Min or AggregateKind.Max => new FrameExtremeFunction(
                call, Frames(spec, call.Frame), place,
                _context.IsQuery || !IsOpen(call.Frame) ? null : new ExtremeCarrier(_context, call, rows)),
            AggregateKind.StringAgg or AggregateKind.ArrayAgg => new FrameListFunction(call, Frames(spec, call.Frame), place),
            _ => throw new SqlException(SqlState.FeatureNotSupported, $"aggregate {call.Aggregate} over a window"),
        },
        _ => new FrameValueFunction(call, Frames(spec, call.Frame), place),
    };

    private static bool IsOpen(WindowFrame frame) =>
        frame.Start.Unit == FrameBoundUnit.Unbounded || frame.End.Unit == FrameBoundUnit.Unbounded;

    private WindowFrames Frames(WindowSpec spec, WindowFrame frame)
    {
        var frames = _frames.Find(f => f.Frame == frame);
        if (frames is null)
        {
            frames = new WindowFrames(spec, frame);
            _frames.Add(frames);
        }

        return frames;
    }
}
