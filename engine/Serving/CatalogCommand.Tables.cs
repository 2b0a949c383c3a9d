using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Serving.Definitions;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>Relations that rows enter from outside: tables, sources, what a connector feeds; tables with other columns.</summary>
internal sealed partial class CatalogCommand
{
    private void AddTable(CatalogRelation relation)
    {
        var arrangements = CreateArrangements(relation);
        var partitioning = relation.Key is { } key ? Partitioning.Hash(key) : Partitioning.Single;
        var output = TableBuilder.Build(Lane.Graph, relation.Id, relation.Name, TypesOf(relation), arrangements, partitioning,
            WatermarkDefinitions.Intake(database, after, relation));
        _undo.Add(() => Lane.Graph.Remove(relation.Id));
        _stored = _stored.Add(relation.Id, new StoredRelation(relation, arrangements, output.Partitioning));
        if (relation.Connector?.Name is not null)
        {
            Lane.OpenFeed(AddFeed(relation));
        }
    }

    private void AddSource(CatalogRelation relation)
    {
        SourceBuilder.Build(
            Lane.Graph, relation.Id, relation.Name, TypesOf(relation), WatermarkDefinitions.Intake(database, after, relation));
        _undo.Add(() => Lane.Graph.Remove(relation.Id));
        AddFeed(relation);
    }

    private SourceFeed AddFeed(CatalogRelation relation)
    {
        var errors = after.Relations.FirstOrDefault(r => r.Kind == RelationKind.Errors && r.ErrorsOf == relation.Id)
            ?? throw new SqlException(SqlState.InternalError, $"source \"{relation.Name}\" has no error relation");
        var definition = SourceDefinitions.Of(relation);
        var feed = new SourceFeed(relation.Id, definition, database.Connectors.Find(relation.Connector!.Name!), errors.Id)
        {
            Delivery = relation.Kind == RelationKind.Source ? null : Delivery(relation),
        };
        Lane.AddFeed(feed);
        _undo.Add(() => Lane.RemoveFeed(feed));
        return feed;
    }

    private Writes.TableSink Delivery(CatalogRelation table)
    {
        int[] positions = [.. SourceDefinitions.Positions(table)];
        return new Writes.TableSink(database, after, table, positions, [.. positions.Select(p => table.Columns[p].Type)]);
    }

    private bool IsReshaped(CatalogRelation relation) =>
        before.Find(relation.Id) is CatalogRelation old && TableReshape.IsNeeded(old, relation);

    private void Reshape(CatalogRelation relation)
    {
        var old = _stored[relation.Id];
        var arrangements = CreateArrangements(relation);
        var output = Lane.Graph.Relation(relation.Id);
        _undo.Add(() => Retire(arrangements));
        new TableReshape(database, after, relation, old).Fill(arrangements);
        output.Reshape(TypesOf(relation), arrangements);
        _undo.Add(() => output.Reshape(TypesOf(old.Relation), old.Arrangements));
        _stored = _stored.SetItem(
            relation.Id,
            old with { Relation = relation, Arrangements = arrangements, Indexes = [], FromTick = Lane.CurrentTick });
        foreach (var index in old.Indexes)
        {
            RebuildIndex(index);
        }

        _takeDown.Add(() => Retire(old.Arrangements));
    }

    /// <summary>An index holds whole rows: it is built again over the table's new ones.</summary>
    private void RebuildIndex(StoredIndex index)
    {
        if (after.Find(index.Definition.Id) is CatalogIndex definition)
        {
            AddIndex(definition);
        }

        index.Detach();
        _undo.Add(index.Attach);
        _takeDown.Add(() => Retire(index.Arrangements));
    }
}
