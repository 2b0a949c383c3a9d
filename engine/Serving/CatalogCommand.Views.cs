using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>Materialized views: built, filled and attached; built again when they are resumed.</summary>
internal sealed partial class CatalogCommand
{
    private IEnumerable<Backfill> AddMaterializedView(CatalogRelation relation)
    {
        if (Restore is not null && relation.Suspended is { } suspension)
        {
            AddSuspended(relation, suspension.Reason);
            yield break;
        }

        if (SuspendedInput(relation.View!) is { } input)
        {
            // Only where the log is executed again may an input have stopped that had not at first (its source cannot be read again).
            AddSuspended(relation, Lane.Replay.IsRunning ? input.Suspended! : throw RelationAccess.Suspended(input));
            yield break;
        }

        var plan = (MaterializeNode)relation.View!.Plan;
        Arrangement[] arrangements;
        ViewErrors? errors;
        CatalogRelation? errorsRelation;
        ViewInstance view;
        using (Lane.Graph.Hold())
        {
            arrangements = CreateArrangements(relation);
            _undo.Add(() => database.Retire(arrangements));
            errors = CreateErrors(relation, out errorsRelation);
            _undo.Add(() => database.Retire(errors?.Arrangements ?? []));
            view = new GraphBuilder(Lane.Graph, errors).Build(plan, arrangements);
        }

        view.Failure.TakesRowErrors = relation.OnError != OnError.Fail;
        _undo.Add(() => Lane.Graph.Detach(view));
        foreach (var filled in FillView(view, plan))
        {
            yield return filled;
        }

        GraphBuilder.Attach(view);
        Lane.Graph.AddView(view);
        _undo.Add(() => Lane.Graph.Remove(relation.Id));
        OpenFeeds(view);
        _stored = _stored.SetItem(relation.Id, new StoredRelation(relation, arrangements, view.Output!.Partitioning)
        {
            Failure = view.Failure,
        });
        if (errors is not null)
        {
            _stored = _stored.SetItem(
                errors.RelationId, new StoredRelation(errorsRelation!, errors.Arrangements, view.ErrorsOutput!.Partitioning));
        }
    }

    /// <summary>Builds a suspended view again; what it still held goes when no reader is left.</summary>
    private IEnumerable<Backfill> Resume(CatalogRelation relation)
    {
        if (relation.Kind != RelationKind.MaterializedView)
        {
            // Comes with its view.
            yield break;
        }

        var old = _stored[relation.Id];
        var oldErrors = _stored.Values.FirstOrDefault(s => s.Relation.Kind == RelationKind.Errors && s.Relation.ErrorsOf == relation.Id);
        foreach (var view in AddMaterializedView(relation))
        {
            yield return view;
        }

        foreach (var index in after.Indexes.Where(i => i.RelationId == relation.Id && before.Find(i.Id) is not null))
        {
            AddIndex(index);
        }

        _takeDown.Add(() =>
        {
            database.Retire(old.Arrangements);
            database.Retire(oldErrors?.Arrangements ?? []);
            foreach (var index in old.Indexes)
            {
                database.Retire(index.Arrangements);
            }
        });
    }

    private bool IsResumed(CatalogRelation relation) =>
        before.Find(relation.Id) is CatalogRelation old && old.Resumes != relation.Resumes;

    /// <summary>A relation the plan reads that is suspended: its rows do not change and may be gone. Null: none is.</summary>
    private StoredRelation? SuspendedInput(MaterializedViewDefinition view) => ScannedBy(view.Plan)
        .Select(_stored.GetValueOrDefault).FirstOrDefault(s => s?.Suspended is not null);

    private static IEnumerable<int> ScannedBy(PlanNode plan) => plan is ScanNode scan
        ? [scan.RelationId]
        : plan.Inputs.SelectMany(ScannedBy);

    /// <summary>Feeds a new view or sink what there is; shared arrangements that it is the first to read come before.</summary>
    private IEnumerable<Backfill> FillView(ViewInstance view, PlanNode plan)
    {
        // A sink's rows go on as they come: what came and went while it was built would leave its table in another state.
        bool isRepeatable = view.Sink is null && IsAlone && PlanTiming.IsRepeatable(plan) && PlanTiming.BearsParts(plan);
        foreach (var shared in view.Shared.Where(s => !s.IsFilled).ToList())
        {
            if (Restore is null)
            {
                yield return new Backfill(Lane, shared.Owner, isRepeatable);
            }

            GraphBuilder.Attach(shared.Owner);
            shared.IsFilled = true;
        }

        if (Restore is null)
        {
            yield return new Backfill(Lane, view, isRepeatable);
        }
    }

    /// <summary>
    /// One view is built, and that is all the definition does: ticks may be executed before it is done, as nothing they could meet is
    /// half done. Several views are seen at once: none of them may take part in ticks before the last is filled.
    /// </summary>
    private bool IsAlone => after.Relations.Count(IsBuilt) == 1
        && after.Relations.All(r => ReferenceEquals(before.Find(r.Id), r) || IsBuilt(r) || IsErrorsOfBuilt(r))
        && before.Relations.All(r => after.Find(r.Id) is not null)
        && after.Sinks.All(s => before.Find(s.Id) is not null)
        && before.Indexes.Count() == after.Indexes.Count()
        && Fill is null;

    private bool IsBuilt(CatalogRelation relation) =>
        relation.Kind == RelationKind.MaterializedView && (before.Find(relation.Id) is null || IsResumed(relation));

    private bool IsErrorsOfBuilt(CatalogRelation relation) =>
        relation.Kind == RelationKind.Errors && after.Find(relation.ErrorsOf) is CatalogRelation view && IsBuilt(view);

    /// <summary>A view that stands still: nothing keeps its rows up to date, and a checkpoint's are loaded.</summary>
    private void AddSuspended(CatalogRelation relation, string reason)
    {
        _stored = _stored.SetItem(relation.Id, new StoredRelation(relation, CreateArrangements(relation), Partitioning.Anywhere)
        {
            Suspended = reason,
        });
        if (after.Relations.FirstOrDefault(r => r.Kind == RelationKind.Errors && r.ErrorsOf == relation.Id) is { } errors)
        {
            _stored = _stored.SetItem(errors.Id, new StoredRelation(errors, CreateArrangements(errors), Partitioning.Anywhere)
            {
                Suspended = reason,
            });
        }
    }
}
