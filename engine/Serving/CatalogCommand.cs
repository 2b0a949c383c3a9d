using System.Collections.Immutable;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Serving.Definitions;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Every definition statement: leads from the catalog it was planned on to the next one, and does to the dataflow what the
/// difference asks for: relations, feeds and views that are new are built and filled, those that are gone are taken
/// down. Runs on the main lane; fails with <see cref="CatalogChanged"/> when the catalog has moved since it was planned.
/// </summary>
internal sealed partial class CatalogCommand(Database database, CatalogSnapshot before, CatalogSnapshot after, string text)
    : DefinitionCommand(database.Host.Threads)
{
    private readonly List<Action> _undo = [];
    private readonly List<Action> _takeDown = [];
    private ImmutableDictionary<int, StoredRelation> _stored = ImmutableDictionary<int, StoredRelation>.Empty;
    private Columns.OwnedBatch? _firstRows;
    private DefinitionEntry? _entry;

    /// <summary>What a new table starts with; null when there is nothing, or the record holds the rows.</summary>
    internal Writes.TableFill? Fill { get; init; }

    /// <summary>The state is loaded from a checkpoint: what is built is neither filled nor refused. Null: built as always.</summary>
    internal CheckpointRestore? Restore { get; init; }

    internal override DefinitionEntry Entry => _entry ??= new(text, CatalogJson.Write(after, before));

    private MainLane Lane => database.Lane;

    internal override IEnumerable<Backfill> Run()
    {
        if (database.Catalog.Version != before.Version)
        {
            throw new CatalogChanged();
        }

        if (!Lane.Replay.IsRunning && Restore is null)
        {
            // What cannot be written down is refused while nothing has been built.
            _ = Entry;
        }

        _stored = database.Stored;
        bool isBuilt = false;
        try
        {
            foreach (var altered in after.Relations.Where(IsReshaped))
            {
                Reshape(altered);
            }

            foreach (var added in after.Relations.Where(r => before.Find(r.Id) is null).OrderBy(r => r.Id))
            {
                foreach (var view in Add(added))
                {
                    yield return view;
                }
            }

            foreach (var resumed in after.Relations.Where(IsResumed).OrderBy(r => r.Id))
            {
                foreach (var view in Resume(resumed))
                {
                    yield return view;
                }
            }

            _firstRows = Fill?.Compute(database, after);

            foreach (var added in after.Sinks.Where(s => before.Find(s.Id) is null))
            {
                foreach (var view in AddSink(added))
                {
                    yield return view;
                }
            }

            foreach (var added in after.Indexes.Where(i => before.Find(i.Id) is null))
            {
                AddIndex(added);
            }

            isBuilt = true;
        }
        finally
        {
            // Also where it is ended while a view is filled.
            for (int i = isBuilt ? -1 : _undo.Count - 1; i >= 0; i--)
            {
                _undo[i]();
            }

            if (!isBuilt)
            {
                Lane.Graph.Abandon();
            }
        }

        Lane.Graph.Admit();

        foreach (var dropped in before.Sinks.Where(s => after.Find(s.Id) is null))
        {
            Lane.Graph.Remove(dropped.Id);
        }

        foreach (var dropped in before.Indexes.Where(i => after.Find(i.Id) is null))
        {
            RemoveIndex(dropped);
        }

        foreach (var dropped in before.Relations.Where(r => after.Find(r.Id) is null).OrderByDescending(r => r.Id))
        {
            Remove(dropped);
        }

        foreach (var changed in after.Relations.Where(r => before.Find(r.Id) is CatalogRelation old && !ReferenceEquals(old, r)))
        {
            if (_stored.TryGetValue(changed.Id, out var stored))
            {
                _stored = _stored.SetItem(changed.Id, stored with { Relation = changed });
            }

            foreach (var sink in after.SinksInto(changed.Id))
            {
                Redirect(sink, changed);
            }

            foreach (var feed in Lane.Feeds.Where(f => f.SourceId == changed.Id && f.Delivery is not null))
            {
                feed.Delivery = Delivery(changed);
            }
        }
    }

    internal override TableWrite? FirstRows =>
        _firstRows is null ? null : new TableWrite(Fill!.Plan.Table.Id, _firstRows.Batch);

    internal override void Publish()
    {
        _firstRows?.Dispose();
        database.PublishDefinition(after, _stored);
        foreach (var action in _takeDown)
        {
            action();
        }
    }

    private IEnumerable<Backfill> Add(CatalogRelation relation)
    {
        switch (relation.Kind)
        {
            case RelationKind.Errors when after.Find(relation.ErrorsOf) is CatalogRelation { Kind: RelationKind.MaterializedView }:
                // Made together with its view.
                break;
            case RelationKind.Table or RelationKind.Errors:
                AddTable(relation);
                break;
            case RelationKind.Source:
                AddSource(relation);
                break;
            case RelationKind.MaterializedView:
                return AddMaterializedView(relation);
            case RelationKind.View:
                break;
            default:
                throw new SqlException(SqlState.InternalError, $"relation kind {relation.Kind} is unknown");
        }

        return [];
    }

    private void OpenFeeds(ViewInstance view)
    {
        foreach (var feed in Lane.Feeds.Where(f => f.Delivery is null && view.Scans.Any(s => s.RelationId == f.SourceId)))
        {
            Lane.OpenFeed(feed);
        }
    }

    /// <summary>What keeps the view's failing rows, if it keeps them.</summary>
    private ViewErrors? CreateErrors(CatalogRelation view, out CatalogRelation? relation)
    {
        relation = after.Relations.FirstOrDefault(r => r.Kind == RelationKind.Errors && r.ErrorsOf == view.Id);
        return relation is null ? null : new ViewErrors(
            relation.Id, relation.Name, Lane.Graph.Hook?.Mode(view.OnError) ?? view.OnError, CreateArrangements(relation));
    }

    private void AddIndex(CatalogIndex index)
    {
        var relation = _stored[index.RelationId];
        if (relation.Suspended is not null)
        {
            // Built when its view is resumed.
            _ = Lane.Replay.IsRunning ? false : throw RelationAccess.Suspended(relation);
            return;
        }

        var built = StoredIndex.Build(Lane, relation, index, isLoaded: Restore is not null);
        _undo.Add(() =>
        {
            built.Detach();
            Retire(built.Arrangements);
        });
        _stored = _stored.SetItem(index.RelationId, relation with { Indexes = [.. relation.Indexes, built] });
    }

    private void RemoveIndex(CatalogIndex index)
    {
        if (!_stored.TryGetValue(index.RelationId, out var relation)
            || relation.Indexes.FirstOrDefault(i => i.Definition.Id == index.Id) is not { } built)
        {
            return;
        }

        built.Detach();
        _stored = _stored.SetItem(index.RelationId, relation with { Indexes = [.. relation.Indexes.Where(i => i != built)] });
        _takeDown.Add(() => Retire(built.Arrangements));
    }

    /// <summary>Takes a relation out of the dataflow now, and its rows when no reader is left.</summary>
    private void Remove(CatalogRelation relation)
    {
        foreach (var feed in Lane.Feeds.Where(f => f.SourceId == relation.Id).ToList())
        {
            Lane.RemoveFeed(feed);
        }

        Lane.Graph.Remove(relation.Id);
        if (_stored.TryGetValue(relation.Id, out var stored))
        {
            _stored = _stored.Remove(relation.Id);
            _takeDown.Add(() => Retire(stored.Arrangements));
        }
    }

    private Arrangement[] CreateArrangements(CatalogRelation relation) => database.CreateArrangements(relation);

    private void Retire(Arrangement[] arrangements) => database.Retire(arrangements);

    private static SqlType[] TypesOf(CatalogRelation relation) => [.. relation.Columns.Select(c => c.Type)];
}

/// <summary>The catalog moved between planning a definition and running it: plan again.</summary>
internal sealed class CatalogChanged : Exception;
