using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;

namespace Vectorized.Engine.Serving;

/// <summary>Sinks: built, filled and attached as materialized views are.</summary>
internal sealed partial class CatalogCommand
{
    private void AddSink(CatalogSink sink)
    {
        if (SuspendedInput(sink.View) is { } input)
        {
            _ = Lane.Replay.IsRunning ? false : throw RelationAccess.Suspended(input);
            return;
        }

        if (Restore is not null && sink.Suspended is not null)
        {
            return;
        }

        var builder = new GraphBuilder(Lane.Graph);
        var view = builder.Build(
            (Planning.SinkNode)sink.View.Plan,
            sink.IntoId == 0 ? null : Writes.TableSink.Of(database, after, sink, after.Relation(sink.IntoId)));
        view.Failure.TakesRowErrors = sink.OnError == OnError.Null;
        _undo.Add(() => Lane.Graph.Detach(view));
        if (sink.WithSnapshot || Restore is not null)
        {
            FillView(view);
        }

        GraphBuilder.Attach(view);
        Lane.Graph.AddView(view);
        _undo.Add(() => Lane.Graph.Remove(sink.Id));
        OpenFeeds(view);
    }

    /// <summary>A sink whose table has other columns now.</summary>
    private void Redirect(CatalogSink sink, CatalogRelation table)
    {
        if (Lane.Graph.View(sink.Id)?.Sink is { Delivery: not null } end)
        {
            end.Delivery = Writes.TableSink.Of(database, after, sink, table);
        }
    }
}
