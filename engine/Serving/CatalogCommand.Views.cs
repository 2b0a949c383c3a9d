using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>Materialized views: built, filled and attached; built again when they are resumed.</summary>
internal sealed partial class CatalogCommand
{
    private void AddMaterializedView(CatalogRelation relation)
    {
        if (Restore is not null && relation.Suspended is { } suspension)
        {
            AddSuspended(relation, suspension.Reason);
            return;
        }

        if (SuspendedInput(relation.View!) is { } input)
        {
            // Only where the log is executed again may an input have stopped that had not at first (its source cannot be read again).
            AddSuspended(relation, Lane.Replay.IsRunning ? input.Suspended! : throw RelationAccess.Suspended(input));
            return;
        }

        var plan = (MaterializeNode)relation.View!.Plan;
        var arrangements = CreateArrangements(relation);
        var errors = CreateErrors(relation, out var errorsRelation);
        var builder = new GraphBuilder(Lane.Graph, errors);
        var view = builder.Build(plan, arrangements);
        view.Failure.TakesRowErrors = relation.OnError != OnError.Fail;
        _undo.Add(() =>
        {
            Lane.Graph.Detach(view);
            database.Retire(arrangements);
            database.Retire(errors?.Arrangements ?? []);
        });
        FillView(view);
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
    private void Resume(CatalogRelation relation)
    {
        if (relation.Kind != RelationKind.MaterializedView)
        {
            // Comes with its view.
            return;
        }

        var old = _stored[relation.Id];
        var oldErrors = _stored.Values.FirstOrDefault(s => s.Relation.Kind == RelationKind.Errors && s.Relation.ErrorsOf == relation.Id);
        AddMaterializedView(relation);
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

    /// <summary>Feeds a new view what there is; shared arrangements that it is the first to read come before.</summary>
    private void FillView(ViewInstance view)
    {
        if (Restore is null)
        {
            new Backfill(Lane, view).Run();
            return;
        }

        foreach (var shared in view.Shared.Where(s => !s.IsFilled))
        {
            GraphBuilder.Attach(shared.Owner);
            shared.IsFilled = true;
        }
    }

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
