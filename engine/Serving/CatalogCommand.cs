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

    /// <summary>What a new table starts with; null when there is nothing, or the record holds the rows.</summary>
    internal Writes.TableFill? Fill { get; init; }

    internal override DefinitionEntry Entry => new(text, CatalogJson.Write(after, before));

    private MainLane Lane => database.Lane;

    internal override void Run()
    {
        if (database.Catalog.Version != before.Version)
        {
            throw new CatalogChanged();
        }

        _stored = database.Stored;
        try
        {
            foreach (var altered in after.Relations.Where(IsReshaped))
            {
                Reshape(altered);
            }

            foreach (var added in after.Relations.Where(r => before.Find(r.Id) is null).OrderBy(r => r.Id))
            {
                Add(added);
            }

            _firstRows = Fill?.Compute(database, after);

            foreach (var added in after.Sinks.Where(s => before.Find(s.Id) is null))
            {
                AddSink(added);
            }

            foreach (var added in after.Indexes.Where(i => before.Find(i.Id) is null))
            {
                AddIndex(added);
            }
        }
        catch (Exception)
        {
            for (int i = _undo.Count - 1; i >= 0; i--)
            {
                _undo[i]();
            }

            throw;
        }

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
        database.Publish(after, _stored);
        foreach (var action in _takeDown)
        {
            action();
        }
    }

    private void Add(CatalogRelation relation)
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
                AddMaterializedView(relation);
                break;
            case RelationKind.View:
                break;
            default:
                throw new SqlException(SqlState.InternalError, $"relation kind {relation.Kind} is unknown");
        }
    }

    private void AddMaterializedView(CatalogRelation relation)
    {
        var plan = (Planning.MaterializeNode)relation.View!.Plan;
        var arrangements = CreateArrangements(relation);
        var errors = CreateErrors(relation, out var errorsRelation);
        var builder = new GraphBuilder(Lane.Graph, errors);
        var view = builder.Build(plan, arrangements);
        view.Failure.TakesRowErrors = relation.OnError != OnError.Fail;
        _undo.Add(() =>
        {
            DataflowGraph.Detach(view);
            Retire(arrangements);
            Retire(errors?.Arrangements ?? []);
        });
        new Backfill(Lane, view).Run();
        GraphBuilder.Attach(view);
        Lane.Graph.AddView(view);
        _undo.Add(() => Lane.Graph.Remove(relation.Id));
        OpenFeeds(view);
        _stored = _stored.Add(relation.Id, new StoredRelation(relation, arrangements, view.Output!.Partitioning)
        {
            Failure = view.Failure,
        });
        if (errors is not null)
        {
            _stored = _stored.Add(
                errors.RelationId, new StoredRelation(errorsRelation!, errors.Arrangements, view.ErrorsOutput!.Partitioning));
        }
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
        return relation is null ? null : new ViewErrors(relation.Id, relation.Name, view.OnError, CreateArrangements(relation));
    }

    private void AddIndex(CatalogIndex index)
    {
        var relation = _stored[index.RelationId];
        var built = StoredIndex.Build(Lane, relation, index);
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

    private Arrangement[] CreateArrangements(CatalogRelation relation)
    {
        var spec = new ArrangementSpec(
            relation.Name,
            TypesOf(relation),
            relation.Key,
            relation.AppendOnly && relation.Key is null,
            relation.Key is { Count: > 0 } key ? [key] : [],
            database.HashSeed);
        return [.. Lane.Graph.Parts.Select(p => new Arrangement(spec, p.State))];
    }

    private void Retire(Arrangement[] arrangements)
    {
        for (int part = 0; part < arrangements.Length; part++)
        {
            Lane.Graph.Parts[part].State.Retired.Retire(new RetiredArrangement(arrangements[part]), 0, 0);
        }
    }

    private static SqlType[] TypesOf(CatalogRelation relation) => [.. relation.Columns.Select(c => c.Type)];

    private sealed class RetiredArrangement(Arrangement arrangement) : IRetirable
    {
        public void Release(nint token, long size) => arrangement.Dispose();
    }
}

/// <summary>The catalog moved between planning a definition and running it: plan again.</summary>
internal sealed class CatalogChanged : Exception;
