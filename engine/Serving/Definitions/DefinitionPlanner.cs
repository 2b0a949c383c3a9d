using Vectorized.Engine.Catalog;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>What a definition statement comes to: the next catalog, or null when there is nothing to do (IF EXISTS).</summary>
internal sealed record PlannedDefinition(CatalogSnapshot Before, CatalogSnapshot? After, string Tag)
{
    /// <summary>Rows that a new table starts with.</summary>
    internal WritePlan? Fill { get; init; }
}

/// <summary>Plans a definition statement against the catalog as it stands. Statements of other families: null.</summary>
internal static class DefinitionPlanner
{
    internal static bool IsDefinition(Statement statement) => statement is CreateTableStatement or CreateSourceStatement
        or CreateViewStatement or CreateMaterializedViewStatement or CreateIndexStatement or CreateSchemaStatement or DropStatement
        or CreateSinkStatement or CreateFunctionStatement or CreateUserStatement or AlterStatement or AlterSystemStatement
        or CommentStatement or ResumeStatement;

    internal static string TagOf(Statement statement) => statement switch
    {
        CreateTableStatement => "CREATE TABLE",
        CreateSourceStatement => "CREATE SOURCE",
        CreateViewStatement => "CREATE VIEW",
        CreateMaterializedViewStatement => "CREATE MATERIALIZED VIEW",
        CreateIndexStatement => "CREATE INDEX",
        CreateSchemaStatement => "CREATE SCHEMA",
        DropStatement s => "DROP " + KindText(s.Kind),
        CreateSinkStatement => "CREATE SINK",
        CreateFunctionStatement => "CREATE FUNCTION",
        CreateUserStatement s => "CREATE " + KindText(s.Kind),
        AlterStatement s => "ALTER " + KindText(s.Kind),
        AlterSystemStatement => "ALTER SYSTEM",
        CommentStatement => "COMMENT",
        ResumeStatement => "RESUME",
        _ => throw new SqlException(SqlState.InternalError, $"{statement.GetType().Name} is not a definition"),
    };

    internal static PlannedDefinition Plan(Session session, Statement statement)
    {
        var context = new DefinitionContext(session, statement);
        bool changes = statement switch
        {
            CreateTableStatement { Query: not null } s => TableAsDefinitions.Create(context, s),
            CreateTableStatement s => RelationDefinitions.CreateTable(context, s),
            CreateSourceStatement s => RelationDefinitions.CreateSource(context, s),
            CreateViewStatement s => ViewDefinitions.CreateView(context, s),
            CreateMaterializedViewStatement s => ViewDefinitions.CreateMaterializedView(context, s),
            CreateIndexStatement s => IndexDefinitions.Create(context, s),
            CreateSchemaStatement s => SchemaDefinitions.Create(context, s),
            DropStatement { Kind: ObjectKind.User or ObjectKind.Role } s => UserDefinitions.Drop(context, s),
            DropStatement s => DropDefinitions.Drop(context, s),
            CreateSinkStatement s => SinkDefinitions.Create(context, s),
            CreateFunctionStatement s => FunctionDefinitions.Create(context, s),
            CreateUserStatement s => UserDefinitions.Create(context, s),
            AlterStatement { Kind: ObjectKind.User or ObjectKind.Role } s => UserDefinitions.Alter(context, s),
            AlterStatement s => AlterDefinitions.Alter(context, s),
            AlterSystemStatement s => SystemDefinitions.Alter(context, s),
            CommentStatement s => CommentDefinitions.Comment(context, s),
            ResumeStatement s => ResumeDefinitions.Resume(context, s),
            _ => throw new SqlException(SqlState.InternalError, $"{statement.GetType().Name} is not a definition"),
        };
        var after = changes ? context.Editor.Commit() : null;
        return new PlannedDefinition(context.Before, after, TagOf(statement))
        {
            Fill = after is null ? null : context.Fill?.Invoke(after),
        };
    }

    internal static string KindText(ObjectKind kind) => kind switch
    {
        ObjectKind.MaterializedView => "MATERIALIZED VIEW",
        _ => kind.ToString().ToUpperInvariant(),
    };
}
