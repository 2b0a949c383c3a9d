using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;

namespace Vectorized.Engine.Serving;

/// <summary>Sinks: built, filled and attached as materialized views are.</summary>
internal sealed partial class CatalogCommand
{
    private IEnumerable<Backfill> AddSink(CatalogSink sink)
    {
        if (SuspendedInput(sink.View) is { } input)
        {
            _ = Lane.Replay.IsRunning ? false : throw RelationAccess.Suspended(input);
            yield break;
        }

        if (Restore is not null && sink.Suspended is not null)
        {
            yield break;
        }

        ViewInstance view;
        using (Lane.Graph.Hold())
        {
            view = new GraphBuilder(Lane.Graph).Build(
                (Planning.SinkNode)sink.View.Plan,
                sink.IntoId == 0 ? null : Writes.TableSink.Of(database, after, sink, after.Relation(sink.IntoId)));
        }

        view.Failure.TakesRowErrors = sink.OnError == OnError.Null;
        _undo.Add(() => Lane.Graph.Detach(view));
        if (sink.WithSnapshot || Restore is not null)
        {
            foreach (var filled in FillView(view, sink.View.Plan))
            {
                yield return filled;
            }
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
