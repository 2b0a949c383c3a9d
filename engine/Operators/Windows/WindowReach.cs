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

    /// <summary>Some function takes in all rows in front of a region, or behind it, without the region holding them.</summary>
    internal bool CarriesBefore { get; private set; }

    internal bool CarriesAfter { get; private set; }

    /// <summary>Groups of peers are counted from the partition's start.</summary>
    internal bool CountsGroups { get; private set; }

    /// <summary>A change to the partition's first so many rows affects all behind it.</summary>
    internal long HeadRows { get; private set; }

    /// <summary>A change to the partition's last row affects all before it.</summary>
    internal bool HasTail { get; private set; }

    /// <summary>The frames that are bounded by values.</summary>
    internal List<WindowFrame> Valued { get; } = [];

    internal sealed class Side
    {
        internal bool IsAll { get; set; }

        /// <summary>All if the number of rows changes, else what lies between changes.</summary>
        internal bool IsByPlace { get; set; }

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
                Behind.IsByPlace = true;
                break;
            case WindowFunctionKind.Rank:
                UsesPeers = true;
                Behind.IsByPlace = true;
                Behind.Reach(FrameBoundUnit.Groups, 0);
                break;
            case WindowFunctionKind.DenseRank:
                UsesPeers = Behind.IsAll = CountsGroups = CarriesBefore = true;
                break;
            case WindowFunctionKind.PercentRank or WindowFunctionKind.CumeDist:
                UsesPeers = Behind.IsByPlace = Before.IsByPlace = true;
                Behind.Reach(FrameBoundUnit.Groups, 0);
                Before.Reach(FrameBoundUnit.Groups, 0);
                break;
            case WindowFunctionKind.Ntile when call.Argument2 < 0:
                Behind.IsByPlace = Before.IsByPlace = true;
                break;
            case WindowFunctionKind.Ntile:
                // The first row says how many buckets there are.
                Behind.IsAll = Before.IsAll = Back.IsAll = true;
                break;
            case WindowFunctionKind.Lag or WindowFunctionKind.Lead:
                AddOffset(call);
                break;
            default:
                AddFramed(call);
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

    private void AddFramed(WindowCall call)
    {
        var frame = call.Frame;
        var (start, end) = (frame.Start, frame.End);
        bool startsOpen = start.Unit == FrameBoundUnit.Unbounded;
        bool endsOpen = end.Unit == FrameBoundUnit.Unbounded;
        UsesPeers |= start.Unit == FrameBoundUnit.Groups || end.Unit == FrameBoundUnit.Groups
            || frame.Exclusion is FrameExclusion.Group or FrameExclusion.Ties;
        if (start.Unit == FrameBoundUnit.Value || end.Unit == FrameBoundUnit.Value)
        {
            Valued.Add(frame);
        }

        // Either bound may lie on either side of the row. Where one is open, the other alone moves with rows in between.
        foreach (var bound in (FrameBound[])[start, end])
        {
            if (bound.Unit != FrameBoundUnit.Unbounded)
            {
                Back.Reach(bound.Unit, -bound.Distance);
                Ahead.Reach(bound.Unit, bound.Distance);
            }
        }

        var behind = startsOpen ? end : start;
        var before = endsOpen ? start : end;
        if (behind.Unit != FrameBoundUnit.Unbounded)
        {
            Behind.Reach(behind.Unit, Math.Max(-behind.Distance, 0));
        }

        if (before.Unit != FrameBoundUnit.Unbounded)
        {
            Before.Reach(before.Unit, Math.Max(before.Distance, 0));
        }

        if (startsOpen)
        {
            AddOpenStart(call);
        }

        if (endsOpen)
        {
            AddOpenEnd(call);
        }
    }

    /// <summary>Whether one end of the frame says all: no row is passed over, and rows in between only move the other bound.</summary>
    private static bool IsByEnd(WindowCall call, FrameBound other) =>
        !call.IgnoreNulls && call.Frame.Exclusion == FrameExclusion.None && other.Unit != FrameBoundUnit.Value;

    private void AddOpenStart(WindowCall call)
    {
        switch (call.Kind)
        {
            case WindowFunctionKind.LastValue when IsByEnd(call, call.Frame.End):
                break;
            case WindowFunctionKind.FirstValue when IsByEnd(call, call.Frame.End):
                HeadRows = Math.Max(HeadRows, 1);
                break;
            case WindowFunctionKind.NthValue when call.Count is { } n && IsByEnd(call, call.Frame.End):
                HeadRows = Math.Max(HeadRows, n);
                break;
            case WindowFunctionKind.Aggregate when IsCarried(call.Aggregate):
                Behind.IsAll = CarriesBefore = true;
                break;
            default:
                Behind.IsAll = Back.IsAll = true;
                break;
        }
    }

    private void AddOpenEnd(WindowCall call)
    {
        switch (call.Kind)
        {
            case WindowFunctionKind.FirstValue when IsByEnd(call, call.Frame.Start):
                break;
            case WindowFunctionKind.LastValue when IsByEnd(call, call.Frame.Start):
                HasTail = true;
                break;
            case WindowFunctionKind.Aggregate when IsCarried(call.Aggregate):
                Before.IsAll = CarriesAfter = true;
                break;
            default:
                Before.IsAll = Ahead.IsAll = true;
                break;
        }
    }

    private static bool IsCarried(AggregateKind kind) =>
        FrameSums.Serves(kind) || kind is AggregateKind.Min or AggregateKind.Max;
}
