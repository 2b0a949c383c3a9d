using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE TABLE and CREATE SOURCE.</summary>
internal static class RelationDefinitions
{
    internal static bool CreateTable(DefinitionContext context, CreateTableStatement statement)
    {
        RefuseTableForms(statement);
        if (context.ExistsAlready(statement.Name, statement.IfNotExists))
        {
            return false;
        }

        var schema = context.SchemaFor(statement.Name);
        int id = context.Editor.NewId();
        var columns = ColumnDefinitions.Bind(context, statement.Definition);
        var connector = TableConnectors.Bind(context, statement, columns);
        int[] primaryKey = PrimaryKeys.Of(statement.Definition, columns);
        foreach (int column in primaryKey)
        {
            columns[column] = columns[column] with { NotNull = true };
        }

        bool isKeyed = primaryKey.Length > 0;
        if (!isKeyed)
        {
            columns.Add(new CatalogColumn(CatalogRelation.RowIdName, SqlType.Int64) { Hidden = true, NotNull = true });
        }

        var relation = new CatalogRelation
        {
            Id = id,
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = schema.Id,
            Kind = RelationKind.Table,
            Columns = columns,
            PrimaryKey = primaryKey,
            PrimaryKeyName = isKeyed ? statement.Name.Name + "_pkey" : "",
            PrimaryKeyIndexId = isKeyed ? context.Editor.NewId() : 0,
            PrimaryKeyConstraintId = isKeyed ? context.Editor.NewId() : 0,
            Key = isKeyed ? primaryKey : [columns.Count - 1],
            AppendOnly = statement.AppendOnly,
            Watermarks = WatermarkDefinitions.Of(context, statement.Definition, columns),
            OnConflict = PrimaryKeys.Conflict(statement, isKeyed),
            VersionColumns = PrimaryKeys.Versions(statement, columns, isKeyed),
            Connector = connector,
            Definition = context.Text,
        };
        ColumnDefinitions.CheckExpressions(context, relation);
        WatermarkDefinitions.Check(context, relation, statement.Definition);
        context.Editor.Add(relation, statement.Name.Position);
        if (connector is not null)
        {
            context.Editor.Add(Errors(context, relation), statement.Name.Position);
        }

        return true;
    }

    internal static bool CreateSource(DefinitionContext context, CreateSourceStatement statement)
    {
        DefinitionContext.RefuseReplace(statement.OrReplace, statement.Position);
        if (context.ExistsAlready(statement.Name, statement.IfNotExists))
        {
            return false;
        }

        var schema = context.SchemaFor(statement.Name);
        if (statement.Definition.WildcardAt is not null)
        {
            throw DefinitionContext.Unsupported("columns taken from upstream (*)", statement.Position);
        }

        var columns = ColumnDefinitions.Bind(context, statement.Definition);
        if (PrimaryKeys.Of(statement.Definition, columns).Length > 0)
        {
            throw DefinitionContext.Unsupported("PRIMARY KEY of a source (its rows are only ever added)", statement.Position);
        }

        var connector = ConnectorDefinitions.Bind(statement.Options, statement.Format, statement.Includes, columns);
        int id = context.Editor.NewId();
        var relation = new CatalogRelation
        {
            Id = id,
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = schema.Id,
            Kind = RelationKind.Source,
            Columns = columns,
            Key = null,
            AppendOnly = true,
            Connector = connector,
            Definition = context.Text,
        };
        relation = ConnectorDefinitions.Complete(context, relation);
        relation = relation with { Watermarks = WatermarkDefinitions.Of(context, statement.Definition, relation.Columns) };
        ColumnDefinitions.CheckExpressions(context, relation);
        WatermarkDefinitions.Check(context, relation, statement.Definition);
        context.Editor.Add(relation, statement.Name.Position);
        context.Editor.Add(Errors(context, relation), statement.Name.Position);
        return true;
    }

    /// <summary>The relation that keeps a source's rejected records.</summary>
    private static CatalogRelation Errors(DefinitionContext context, CatalogRelation source) => new()
    {
        Id = context.Editor.NewId(),
        Name = source.Name + "$errors",
        Owner = source.Owner,
        SchemaId = source.SchemaId,
        Kind = RelationKind.Errors,
        Columns = [.. RejectedRows.Columns.Select(c => new CatalogColumn(c.Name, c.Type))],
        Key = null,
        AppendOnly = true,
        ErrorsOf = source.Id,
        DependsOn = [source.Id],
    };

    private static void RefuseTableForms(CreateTableStatement statement)
    {
        DefinitionContext.RefuseReplace(statement.OrReplace, statement.Position);
        string? what = statement switch
        {
            { CdcTable: not null } => "CREATE TABLE ... FROM a change-data source",
            { Webhook: not null } => "webhook tables",
            { Engine: not null } => "ENGINE =",
            { Temporary: true } => "temporary tables",
            { Definition.WildcardAt: not null } => "columns taken from upstream (*)",
            _ => null,
        };
        if (what is not null)
        {
            throw DefinitionContext.Unsupported(what, statement.Position);
        }
    }
}
