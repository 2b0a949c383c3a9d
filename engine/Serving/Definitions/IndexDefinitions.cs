using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE INDEX over plain columns of a table or materialized view.</summary>
internal static class IndexDefinitions
{
    internal static bool Create(DefinitionContext context, CreateIndexStatement statement)
    {
        var relation = context.Relation(statement.Table);
        if (relation.Kind is not (RelationKind.Table or RelationKind.MaterializedView))
        {
            throw new SqlException(
                SqlState.WrongObjectType, $"cannot create index on {relation.KindName} \"{relation.Name}\"", statement.Table.Position);
        }

        if (statement.Unique)
        {
            throw DefinitionContext.Unsupported("CREATE UNIQUE INDEX", statement.Position);
        }

        if (statement.Where is not null)
        {
            throw DefinitionContext.Unsupported("partial indexes", statement.Where.Position);
        }

        int[] columns = [.. statement.Keys.Select(k => Column(relation, k))];
        CheckDistribution(relation, statement, columns);
        string name = statement.Name?.Name
            ?? $"{relation.Name}_{string.Join('_', columns.Select(c => relation.Columns[c].Name))}_idx";
        if (statement.Options.Count > 0)
        {
            WithOptions.AcceptKnobs(context, statement.Options);
        }

        if (statement.IfNotExists && context.Before.Find(relation.SchemaId, name) is not null)
        {
            context.Session.Notify("NOTICE", SqlState.DuplicateTable, $"relation \"{name}\" already exists, skipping");
            return false;
        }

        context.Editor.Add(
            new CatalogIndex
            {
                Id = context.Editor.NewId(),
                Name = name,
                Owner = context.Values.User,
                SchemaId = relation.SchemaId,
                RelationId = relation.Id,
                Columns = columns,
                Include = [.. statement.Include.Select(i => Column(relation, new IndexKey(i)))],
                Directions = [.. statement.Keys.Select(Direction)],
                DependsOn = [relation.Id],
                Definition = context.Text,
            },
            statement.Name?.Position ?? statement.Position);
        return true;
    }

    /// <summary>DISTRIBUTED BY has no effect here, but it must be what RisingWave takes: a prefix of the key.</summary>
    private static void CheckDistribution(CatalogRelation relation, CreateIndexStatement statement, int[] columns)
    {
        int[] by = [.. statement.DistributedBy.Select(e => Column(relation, new IndexKey(e)))];
        if (by.Length > columns.Length || !by.SequenceEqual(columns.Take(by.Length)))
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition,
                "Distributed by columns should be a prefix of index columns",
                statement.DistributedBy[0].Position);
        }
    }

    private static int Column(CatalogRelation relation, IndexKey key)
    {
        if (key.Value is not ColumnReference reference)
        {
            throw DefinitionContext.Unsupported("indexes on expressions", key.Value.Position);
        }

        string name = reference.Parts[^1];
        int column = relation.FindColumn(name);
        return column >= 0 && relation.Columns[column].IsVisible ? column : throw new SqlException(
            SqlState.UndefinedColumn, $"column \"{name}\" does not exist", key.Value.Position);
    }

    private static (bool Descending, bool NullsFirst) Direction(IndexKey key)
    {
        bool descending = key.Direction == SortDirection.Descending;
        return (descending, key.Nulls == NullsOrder.Default ? descending : key.Nulls == NullsOrder.First);
    }
}
