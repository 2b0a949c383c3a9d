using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Dataflow;

/// <summary>Sinks into tables: what flows out of a tick flows on in the next, and both are published at once.</summary>
internal sealed partial class MainLane
{
    /// <summary>
    /// Writes what sinks have collected into their tables: sink by sink in the order of ids, each in a tick of its own that
    /// follows from the one before (no record: replay comes to the same), until nothing waits. Only the last is published, so
    /// that every epoch shows a table together with what flows into it. Ends because sinks form no cycle.
    /// </summary>
    private void DeliverSinks()
    {
        while (NextSink() is { } sink)
        {
            var (table, changes) = (sink.Sink!.Delivery!.TableId, Deliver(sink));
            if (changes is not null)
            {
                BeginNextStep();
                BeginInternalTick();
                Executor.Feed(Graph.Relation(table), changes.Batch);
                Executor.Execute(changes.Batch.RowCount);
                changes.Dispose();
            }

            ReportFailedViews();
        }
    }

    private ViewInstance? NextSink()
    {
        for (int i = 0; i < Graph.Sinks.Count; i++)
        {
            if (Graph.Sinks[i].Sink!.HasRows)
            {
                return Graph.Sinks[i];
            }
        }

        return null;
    }

    /// <summary>The changes of the sink's table, or null when the table takes none or the sink fails over them.</summary>
    private OwnedBatch? Deliver(ViewInstance sink)
    {
        try
        {
            using var rows = sink.Sink!.Take();
            return sink.Sink.Delivery!.Changes(rows.Batch, _now);
        }
        catch (Exception e) when (sink.Failure.Contains(e))
        {
            sink.Failure.Fail(e);
            return null;
        }
    }
}
