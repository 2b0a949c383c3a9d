using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>
/// RENAME TO, SET SCHEMA, SWAP WITH. Plans name relations by id and are not touched; the texts of whatever depends on the
/// object are written again under its new name, the old name staying as alias.
/// </summary>
internal static class RenameDefinitions
{
    internal static bool Rename(DefinitionContext context, CatalogObject item, string name, int position)
    {
        switch (item)
        {
            case CatalogSchema schema:
                context.Editor.RenameSchema(schema, name, position);
                RewriteMembers(context, schema, name);
                return true;
            case SchemaObject member:
                RewriteDependents(context, member, old => new QualifiedName([.. old.Parts.Take(old.Parts.Count - 1), name]));
                context.Editor.Replace(Named(member, member.SchemaId, name), position);
                RenameParts(context, member, name);
                return true;
            default:
                throw DefinitionContext.Unsupported($"ALTER {item.KindName.ToUpperInvariant()} RENAME", position);
        }
    }

    internal static bool Move(DefinitionContext context, SchemaObject item, string schemaName, int position)
    {
        var schema = context.Before.FindSchema(schemaName) ?? throw new SqlException(
            SqlState.InvalidSchemaName, $"schema \"{schemaName}\" does not exist", position);
        if (schema.IsSystem)
        {
            throw new SqlException(SqlState.InsufficientPrivilege, $"schema \"{schemaName}\" is a system schema", position);
        }

        if (schema.Id == item.SchemaId)
        {
            return false;
        }

        RewriteDependents(context, item, old => new QualifiedName([schema.Name, old.Name]));
        context.Editor.Replace(Named(item, schema.Id, item.Name), position);
        foreach (var part in context.Before.DependentsOf(item.Id).OfType<SchemaObject>().Where(d => IsPart(d, item.Id)))
        {
            var current = (SchemaObject)context.Editor.Find(part.Id)!;
            context.Editor.Replace(current with { SchemaId = schema.Id }, position);
        }

        return true;
    }

    /// <summary>Two objects of one kind take each other's name and schema; what depends on them follows the objects.</summary>
    internal static bool Swap(DefinitionContext context, SchemaObject item, QualifiedName other)
    {
        var found = context.Before.Resolve(other.Schema, other.Name, context.Values.SearchPath) ?? throw new SqlException(
            SqlState.UndefinedTable, $"relation \"{other.Name}\" does not exist", other.Position);
        if (found.KindName != item.KindName)
        {
            throw new SqlException(
                SqlState.WrongObjectType, $"\"{found.Name}\" is not a {item.KindName}", other.Position);
        }

        var (first, second) = (item, found);
        RewriteDependents(context, first, _ => Qualified(context, second));
        RewriteDependents(context, second, _ => Qualified(context, first));
        context.Editor.Swap(Named(first, second.SchemaId, second.Name), Named(second, first.SchemaId, first.Name));
        return true;
    }

    /// <summary>The object under another name, its own CREATE statement included.</summary>
    private static SchemaObject Named(SchemaObject item, int schemaId, string name)
    {
        string definition = item.Definition;
        if (definition.Length > 0 && name != item.Name)
        {
            definition = DefinitionNames.WithName(definition, name);
        }

        return item with { Name = name, SchemaId = schemaId, Definition = definition };
    }

    private static QualifiedName Qualified(DefinitionContext context, SchemaObject item) =>
        new([context.Before.SchemaNameOf(item), item.Name]);

    /// <summary>A source's error relation is named after it.</summary>
    private static void RenameParts(DefinitionContext context, SchemaObject item, string name)
    {
        foreach (var errors in context.Before.Relations.Where(r => r.Kind == RelationKind.Errors && r.ErrorsOf == item.Id))
        {
            context.Editor.Replace(errors with { Name = name + "$errors" });
        }
    }

    private static bool IsPart(SchemaObject item, int ownerId) => item is CatalogIndex
        || (item is CatalogRelation { Kind: RelationKind.Errors } errors && errors.ErrorsOf == ownerId);

    private static void RewriteMembers(DefinitionContext context, CatalogSchema schema, string name)
    {
        foreach (var member in context.Before.Objects.Values.OfType<SchemaObject>().Where(o => o.SchemaId == schema.Id))
        {
            RewriteDependents(context, member, old => old.Schema is null ? null : new QualifiedName([name, old.Name]));
        }
    }

    private static void RewriteDependents(
        DefinitionContext context, SchemaObject item, Func<QualifiedName, QualifiedName?> newName)
    {
        foreach (var dependent in context.Before.DependentsOf(item.Id))
        {
            if (context.Editor.Find(dependent.Id) is not SchemaObject current)
            {
                continue;
            }

            var path = current is CatalogRelation { QuerySearchPath.Count: > 0 } view ? view.QuerySearchPath
                : context.Values.SearchPath;
            QualifiedName? Map(QualifiedName name) =>
                context.Before.Resolve(name.Schema, name.Name, path)?.Id == item.Id ? newName(name) : null;
            current = current with { Definition = DefinitionNames.Rewritten(current.Definition, Map) };
            if (current is CatalogRelation { QueryText.Length: > 0 } query)
            {
                current = query with { QueryText = DefinitionNames.Rewritten(query.QueryText, Map) };
            }

            context.Editor.Replace(current);
        }
    }
}
