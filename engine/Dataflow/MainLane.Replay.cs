namespace Vectorized.Engine.Dataflow;

/// <summary>Executing records again, before the lane starts, and what a first execution leaves in them for that.</summary>
internal sealed partial class MainLane
{
    /// <summary>
    /// Starts the tick of a record that is executed again. Its number may be a higher one than it had: what a backfill takes
    /// internal ticks for is not recorded.
    /// </summary>
    internal void BeginReplayedTick(TickRecord record)
    {
        CurrentTick = Math.Max(CurrentTick + 1, record.Number);
        _now = record.NowMicros;
        Executor.BeginTick(CurrentTick, _now);
    }

    /// <summary>Executes and publishes the tick begun by <see cref="BeginReplayedTick"/>.</summary>
    internal void FinishReplayedTick(TickRecord record, int rowCount)
    {
        BeginSteps(record.Stops);
        ExpectNew(record, record.IsNew);
        // While something may have to be loaded in the middle of it, for all parts at once, one thread steps them all.
        Executor.Execute(_loading is null ? rowCount : 0);
        ExpectNew(record, static _ => false);
        ReportFailedViews();
        DeliverSinks();
        PublishEpoch();
        EndParts();
    }

    /// <summary>Runs a recorded definition again: what it built can take the record's rows.</summary>
    internal void BeginReplayedDefinition(TickRecord record, DefinitionCommand command)
    {
        _now = record.NowMicros;
        FillAtOnce(command);
        BeginSteps(record.Stops);
        DeliverSinks();
        BeginReplayedTick(record);
    }

    /// <summary>Executes the record's rows and makes the definition visible.</summary>
    internal void FinishReplayedDefinition(TickRecord record, DefinitionCommand command)
    {
        foreach (var write in record.Writes)
        {
            Executor.Feed(Graph.Relation(write.TableId), write.Delta);
            Executor.Execute(write.Delta.RowCount);
        }

        PublishEpoch();
        command.Publish();
        EndParts();
    }

    private void ExpectNew(TickRecord record, Func<int, bool> isNew)
    {
        foreach (var write in record.Writes)
        {
            Graph.Relation(write.TableId).ExpectNew(isNew(write.TableId));
        }
    }

    /// <summary>Says of each table's writes whether none of their keys had a row.</summary>
    private void NoteNewKeys(TickRecord record)
    {
        for (int i = 0; i < record.Writes.Count; i++)
        {
            var write = record.Writes[i];
            record.Writes[i] = write with { AreNew = !Graph.Relation(write.TableId).HasMetKeys };
        }
    }
}
