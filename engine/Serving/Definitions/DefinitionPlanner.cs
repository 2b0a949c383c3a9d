using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>What a definition statement comes to: the next catalog, or null when there is nothing to do (IF EXISTS).</summary>
internal sealed record PlannedDefinition(CatalogSnapshot Before, CatalogSnapshot? After, string Tag);

/// <summary>Plans a definition statement against the catalog as it stands. Statements of other families: null.</summary>
internal static class DefinitionPlanner
{
    internal static bool IsDefinition(Statement statement) => statement is CreateTableStatement or CreateSourceStatement
        or CreateViewStatement or CreateMaterializedViewStatement or CreateIndexStatement or CreateSchemaStatement or DropStatement;

    internal static string TagOf(Statement statement) => statement switch
    {
        CreateTableStatement => "CREATE TABLE",
        CreateSourceStatement => "CREATE SOURCE",
        CreateViewStatement => "CREATE VIEW",
        CreateMaterializedViewStatement => "CREATE MATERIALIZED VIEW",
        CreateIndexStatement => "CREATE INDEX",
        CreateSchemaStatement => "CREATE SCHEMA",
        DropStatement s => "DROP " + KindText(s.Kind),
        _ => throw new SqlException(SqlState.InternalError, $"{statement.GetType().Name} is not a definition"),
    };

    internal static PlannedDefinition Plan(Session session, Statement statement, string text)
    {
        var context = new DefinitionContext(session, text);
        bool changes = statement switch
        {
            CreateTableStatement s => RelationDefinitions.CreateTable(context, s),
            CreateSourceStatement s => RelationDefinitions.CreateSource(context, s),
            CreateViewStatement s => ViewDefinitions.CreateView(context, s),
            CreateMaterializedViewStatement s => ViewDefinitions.CreateMaterializedView(context, s),
            CreateIndexStatement s => IndexDefinitions.Create(context, s),
            CreateSchemaStatement s => SchemaDefinitions.Create(context, s),
            DropStatement s => DropDefinitions.Drop(context, s),
            _ => throw new SqlException(SqlState.InternalError, $"{statement.GetType().Name} is not a definition"),
        };
        return new PlannedDefinition(context.Before, changes ? context.Editor.Commit() : null, TagOf(statement));
    }

    internal static string KindText(ObjectKind kind) => kind switch
    {
        ObjectKind.MaterializedView => "MATERIALIZED VIEW",
        _ => kind.ToString().ToUpperInvariant(),
    };
}
