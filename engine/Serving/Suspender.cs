using System.Collections.Immutable;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Takes a view that has failed in a tick, and what depends on it, out of the dataflow. The catalog says why; what follows from a record
/// comes to the same when it is executed again. A view stopped for want of memory gives its rows up, another keeps those of its
/// last good epoch. Main lane only.
/// </summary>
internal static class Suspender
{
    internal static void Suspend(Database database, ViewInstance view)
    {
        var graph = database.Lane.Graph;
        var stored = database.Stored;
        var editor = new CatalogEditor(database.Catalog);
        bool isEmpty = view.Failure.IsOutOfMemory && graph.Hook is not { GivesBack: false };
        string reason = $"view \"{view.Name}\" {(isEmpty ? "was stopped" : "has failed")}: {view.Failure.Cause!.Message}";
        var suspension = new Suspension(view.RelationId, reason, isEmpty);
        var retired = new List<State.Arrangement[]>();
        foreach (int id in Cone(database.Catalog, view.RelationId))
        {
            if (graph.View(id) is { } instance)
            {
                graph.Suspend(instance);
            }

            if (editor.Find(id) is SchemaObject item && IsStopped(item))
            {
                editor.ReplaceAny(item with { Suspended = item.Suspended ?? suspension });
                if (item.Suspended is null)
                {
                    database.Stops[id] = (database.Lane.CurrentTick - 1, database.Lane.Now);
                }
            }

            if (stored.TryGetValue(id, out var relation))
            {
                // Nobody reads what is suspended: its indexes are made again with it.
                foreach (var index in relation.Indexes)
                {
                    database.Forget(index.Arrangements);
                }

                stored = stored.SetItem(
                    id, isEmpty ? Emptied(database, relation, retired) with { Suspended = reason } : relation with { Suspended = reason });
            }
        }

        database.Publish(editor.Commit(), stored);
        foreach (var arrangements in retired)
        {
            database.Retire(arrangements);
        }
    }

    /// <summary>The object and all that depends on it, each after what it depends on first.</summary>
    internal static List<int> Cone(CatalogSnapshot catalog, int root)
    {
        var cone = new List<int> { root };
        for (int i = 0; i < cone.Count; i++)
        {
            cone.AddRange(catalog.DependentsOf(cone[i]).Select(o => o.Id).Where(id => !cone.Contains(id)));
        }

        return cone;
    }

    /// <summary>
    /// A catalog made from one of before some views stopped, as it must be after: what a definition leads to, when views stopped
    /// while it was carried out or (executed again) where they had not at first.
    /// </summary>
    internal static CatalogSnapshot Carry(CatalogSnapshot now, CatalogSnapshot next)
    {
        var lost = now.Objects.Values.OfType<SchemaObject>().Where(o => o.Suspended is not null
            && next.Find(o.Id) is SchemaObject { Suspended: null } after && after.Resumes == o.Resumes).ToList();
        if (lost.Count == 0)
        {
            return next;
        }

        var editor = new CatalogEditor(next);
        foreach (var item in lost)
        {
            editor.ReplaceAny((SchemaObject)next.Find(item.Id)! with { Suspended = item.Suspended });
        }

        return editor.Commit();
    }

    private static bool IsStopped(SchemaObject item) => item is CatalogSink
        or CatalogRelation { Kind: RelationKind.MaterializedView or RelationKind.Errors };

    private static StoredRelation Emptied(Database database, StoredRelation relation, List<State.Arrangement[]> retired)
    {
        retired.Add(relation.Arrangements);
        foreach (var index in relation.Indexes)
        {
            index.Detach();
            retired.Add(index.Arrangements);
        }

        return relation with { Arrangements = database.CreateArrangements(relation.Relation), Indexes = [] };
    }
}
