using Vectorized.Engine.Operators;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>The ticks of a view that is being built, and what ends them.</summary>
internal sealed partial class Backfill
{
    /// <summary>One tick of the view: what is pushed stands for the inputs' changes from what it has seen up to a tick.</summary>
    private void Execute(long to, bool isHidden, Action push)
    {
        var elsewhere = new TicksElsewhere(Seen, to);
        elsewhere = _lane.Graph.Hook?.Elsewhere(elsewhere) ?? elsewhere;
        _lane.BeginInternalTick();
        _lane.Graph.Watermarks.IsHidden = isHidden;
        SetElsewhere(elsewhere);
        try
        {
            push();
            EndTick();
        }
        finally
        {
            SetElsewhere(null);
            _lane.Graph.Watermarks.IsHidden = false;
        }

        CheckFailure();
        _lane.Pressure.CheckBuild(_view.Name);
    }

    private void SetElsewhere(TicksElsewhere? elsewhere)
    {
        foreach (var part in _lane.Graph.Parts)
        {
            part.Context.Elsewhere = elsewhere;
        }
    }

    private void EndTick()
    {
        foreach (var point in _view.Scans)
        {
            foreach (var gate in point.Gates)
            {
                gate.EndTick(0);
            }
        }

        foreach (var root in _view.Roots.OrderBy(r => r.Level))
        {
            root.Root.Deliver();
        }
    }

    private void CheckFailure()
    {
        if (_view.Failure.Cause is { } cause)
        {
            throw _view.Failure.IsOutOfMemory
                ? new SqlException(SqlState.OutOfMemory, $"out of memory: \"{_view.Name}\" does not fit: {cause.Message}")
                : cause as SqlException ?? new SqlException(SqlState.InternalError, cause.Message);
        }
    }

    /// <summary>A view it reads may have stopped since the step before, and so may an arrangement it shares.</summary>
    private void CheckInputs()
    {
        CheckFailure();
        foreach (var scan in _view.Scans)
        {
            // Shared arrangements are no relations of the graph: they take the view down with them.
            if (scan.RelationId >= 0
                && !(_lane.Graph.HasRelation(scan.RelationId) && ReferenceEquals(_lane.Graph.Relation(scan.RelationId), scan.Relation)))
            {
                throw new SqlException(
                    SqlState.ObjectNotInPrerequisiteState,
                    $"\"{scan.Relation.Name}\" has stopped while \"{_view.Name}\" was built over it");
            }
        }
    }
}
