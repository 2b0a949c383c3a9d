using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// One materialized view's (or sink's) operators in a graph: what was added for it, so that it can be removed; whether it has failed.
/// Owned by the main lane.
/// </summary>
internal sealed class ViewInstance(int relationId, string name)
{
    internal int RelationId { get; } = relationId;

    internal string Name { get; } = name;

    internal ViewFailure Failure { get; } = new();

    /// <summary>Every operator made for the view, all parts, upstream first.</summary>
    internal List<Operator> Operators { get; } = [];

    /// <summary>The edges into other relations' outputs: cut when the view is dropped.</summary>
    internal List<(Operator Upstream, Operator Gate)> Edges { get; } = [];

    /// <summary>The gates, by the relation they read and the part.</summary>
    internal List<ScanPoint> Scans { get; } = [];

    /// <summary>Its scans read nothing any more. Once, however often it is called.</summary>
    internal void EndReading()
    {
        for (; _scansEnded < Scans.Count; _scansEnded++)
        {
            Scans[_scansEnded].Relation.CountReader(Scans[_scansEnded].Gates[0].Columns, -1);
        }
    }

    private int _scansEnded;

    /// <summary>Receivers and the like, which stand in parts' levels once the view is attached.</summary>
    internal List<(GraphPart Part, RootOperator Root, int Level)> Roots { get; } = [];

    internal RelationOutput? Output { get; set; }

    /// <summary>Where the reports of failing rows come out, if the view keeps any.</summary>
    internal RelationOutput? ErrorsOutput { get; set; }

    /// <summary>Arrangements of other owners that its joins read.</summary>
    internal List<SharedArrangement> Shared { get; } = [];

    /// <summary>Gives them back; set with the first.</summary>
    internal Action<ViewInstance>? GiveBack { get; set; }

    /// <summary>Of a sink: where its rows leave; null for a view.</summary>
    internal SinkEnd? Sink { get; init; }
}

/// <summary>
/// One scan of a relation within a view: a gate a part. Quiet: the rows that are there before the view is are met otherwise.
/// </summary>
internal sealed record ScanPoint(RelationOutput Relation, ViewGate[] Gates, bool IsQuiet)
{
    internal int RelationId => Relation.RelationId;
}
