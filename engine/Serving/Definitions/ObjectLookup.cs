using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>Objects as DROP, ALTER and COMMENT name them: by kind and name, with PostgreSQL's errors.</summary>
internal static class ObjectLookup
{
    /// <summary>The object, or null when it is not there and the statement said IF EXISTS (then a NOTICE has been sent).</summary>
    internal static CatalogObject? Find(DefinitionContext context, ObjectKind kind, ObjectReference reference, bool ifExists)
    {
        var name = reference.Name;
        string kindName = KindName(kind);
        var found = kind == ObjectKind.Schema ? context.Before.FindSchema(name.Name) : Resolve(context, name);
        if (found is null)
        {
            return ifExists ? Skip(context, kindName, name) : throw Missing(context, kind, kindName, name);
        }

        if (found is CatalogSchema { IsSystem: true })
        {
            throw new SqlException(SqlState.InsufficientPrivilege, $"schema \"{name.Name}\" is a system schema", name.Position);
        }

        return found.KindName == kindName ? found : throw new SqlException(
            SqlState.WrongObjectType,
            $"\"{name.Name}\" is not {Article(kindName)} {kindName}",
            name.Position,
            hint: $"Use `DROP {found.KindName.ToUpperInvariant()}` or `ALTER {found.KindName.ToUpperInvariant()}`.");
    }

    internal static string KindName(ObjectKind kind) => kind switch
    {
        ObjectKind.MaterializedView => "materialized view",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static CatalogObject? Resolve(DefinitionContext context, QualifiedName name)
    {
        if (name.Database is { } database && database != context.Before.DatabaseName)
        {
            throw new SqlException(
                SqlState.UndefinedTable,
                $"cross-database references are not implemented: \"{string.Join('.', name.Parts)}\"",
                name.Position);
        }

        return context.Before.Resolve(name.Schema, name.Name, context.Values.SearchPath);
    }

    private static CatalogObject? Skip(DefinitionContext context, string kind, QualifiedName name)
    {
        context.Session.Notify("NOTICE", SqlState.SuccessfulCompletion, $"{kind} \"{name.Name}\" does not exist, skipping");
        return null;
    }

    private static SqlException Missing(DefinitionContext context, ObjectKind kind, string kindName, QualifiedName name)
    {
        if (kind != ObjectKind.Schema && name.Schema is { } schema && context.Before.FindSchema(schema) is null)
        {
            return new SqlException(SqlState.InvalidSchemaName, $"schema \"{schema}\" does not exist", name.Position);
        }

        string state = kind switch
        {
            ObjectKind.Schema => SqlState.InvalidSchemaName,
            ObjectKind.Function or ObjectKind.Aggregate => SqlState.UndefinedFunction,
            ObjectKind.Table or ObjectKind.View or ObjectKind.MaterializedView or ObjectKind.Source => SqlState.UndefinedTable,
            _ => SqlState.UndefinedObject,
        };
        return new SqlException(state, $"{kindName} \"{name.Name}\" does not exist", name.Position);
    }

    private static string Article(string kind) => kind[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an" : "a";
}
