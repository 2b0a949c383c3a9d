using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// How far a change can be felt and how far a row looks, over all calls of a node, to either side: everything, or so many
/// rows, groups of peers (-1: not by groups), or as the bounding values of frames say. A row is affected by a change to rows
/// its frames hold before or after it; frames bounded by rows or groups move also when rows come in between.
/// </summary>
internal sealed class WindowReach
{
    internal WindowReach(IReadOnlyList<WindowCall> calls)
    {
        foreach (var call in calls)
        {
            Add(call);
        }
    }

    /// <summary>Rows behind a change that it affects.</summary>
    internal Side Behind { get; } = new();

    /// <summary>Rows before a change that it affects.</summary>
    internal Side Before { get; } = new();

    /// <summary>Rows before an affected one that its results depend on.</summary>
    internal Side Back { get; } = new();

    /// <summary>Rows behind an affected one that its results depend on.</summary>
    internal Side Ahead { get; } = new();

    /// <summary>Regions hold whole groups of peers.</summary>
    internal bool UsesPeers { get; private set; }

    /// <summary>The frames that are bounded by values.</summary>
    internal List<WindowFrame> Valued { get; } = [];

    internal sealed class Side
    {
        internal bool IsAll { get; set; }

        internal long Rows { get; set; }

        internal long Groups { get; set; } = -1;

        internal void Reach(FrameBoundUnit unit, long distance)
        {
            if (unit == FrameBoundUnit.Unbounded)
            {
                IsAll = true;
            }
            else if (unit == FrameBoundUnit.Rows)
            {
                Rows = Math.Max(Rows, distance);
            }
            else if (unit == FrameBoundUnit.Groups)
            {
                Groups = Math.Max(Groups, distance);
            }
        }
    }

    private void Add(WindowCall call)
    {
        switch (call.Kind)
        {
            case WindowFunctionKind.RowNumber:
                Behind.IsAll = true;
                break;
            case WindowFunctionKind.Rank or WindowFunctionKind.DenseRank:
                UsesPeers = true;
                Behind.IsAll = true;
                Back.IsAll |= call.Kind == WindowFunctionKind.DenseRank;
                break;
            case WindowFunctionKind.PercentRank or WindowFunctionKind.CumeDist or WindowFunctionKind.Ntile:
                UsesPeers |= call.Kind != WindowFunctionKind.Ntile;
                Behind.IsAll = Before.IsAll = true;
                // The first row says how many buckets there are.
                Back.IsAll |= call.Argument2 >= 0;
                break;
            case WindowFunctionKind.Lag or WindowFunctionKind.Lead:
                AddOffset(call);
                break;
            default:
                Add(call.Frame);
                break;
        }
    }

    private void AddOffset(WindowCall call)
    {
        if (call.Count is not { } count)
        {
            Behind.IsAll = Before.IsAll = Back.IsAll = Ahead.IsAll = true;
            return;
        }

        long before = call.Kind == WindowFunctionKind.Lag ? count : -count;
        Behind.Reach(FrameBoundUnit.Rows, before);
        Back.Reach(FrameBoundUnit.Rows, before);
        Before.Reach(FrameBoundUnit.Rows, -before);
        Ahead.Reach(FrameBoundUnit.Rows, -before);
    }

    private void Add(WindowFrame frame)
    {
        var (start, end) = (frame.Start, frame.End);
        UsesPeers |= start.Unit == FrameBoundUnit.Groups || end.Unit == FrameBoundUnit.Groups
            || frame.Exclusion is FrameExclusion.Group or FrameExclusion.Ties;
        Back.Reach(start.Unit, -start.Distance);
        Ahead.Reach(end.Unit, end.Distance);
        // A start behind the row, an end before it: the other bound is at least as far.
        Behind.Reach(start.Unit, Math.Max(-start.Distance, 0));
        Before.Reach(end.Unit, Math.Max(end.Distance, 0));
        if (start.Unit == FrameBoundUnit.Value || end.Unit == FrameBoundUnit.Value)
        {
            Valued.Add(frame);
        }
    }
}
