using Vectorized.Engine.Budget;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Views that stop within a tick. An expression that fails does so again when the record is executed again; that memory has run out is
/// written into the record, with the step of the tick it happened in, because what other views and sinks have done by then stands.
/// </summary>
internal sealed partial class MainLane
{
    private readonly List<ViewStop> _stops = [];
    private IReadOnlyList<ViewStop>? _recordedStops;
    private int _step;

    /// <summary>The process's memory limit.</summary>
    internal MemoryBudget Memory { get; }

    /// <summary>What is done near it.</summary>
    internal MemoryPressure Pressure { get; }

    /// <summary>A tick of its own, or the one a record is executed again in, begins with its rows.</summary>
    private void BeginSteps(IReadOnlyList<ViewStop>? recorded)
    {
        _stops.Clear();
        _step = 0;
        _recordedStops = recorded;
        StopRecorded();
    }

    private void BeginNextStep()
    {
        _step++;
        StopRecorded();
    }

    /// <summary>Stops views as the record says they did at this step, before they see anything of it.</summary>
    private void StopRecorded()
    {
        for (int i = 0; i < _recordedStops?.Count; i++)
        {
            var stop = _recordedStops[i];
            if (stop.Step == _step)
            {
                Graph.View(stop.ViewId)?.Failure.Fail(Cause(stop.Reason));
            }
        }
    }

    /// <summary>Stops a view in the tick that is being put together.</summary>
    internal void Stop(ViewInstance view, string reason) => view.Failure.Fail(Cause(reason));

    private static SqlException Cause(string reason) => new(SqlState.OutOfMemory, reason);

    /// <summary>Notes what the record must say of a view that has failed; other causes come about again by themselves.</summary>
    private void NoteStop(ViewInstance view)
    {
        if (view.Failure.IsOutOfMemory && Graph.Hook is not { RecordsStops: false })
        {
            _stops.Add(new ViewStop(view.RelationId, _step, view.Failure.Cause!.Message));
        }
    }
}
