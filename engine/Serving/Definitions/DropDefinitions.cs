using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>DROP of tables, sources, views, indexes and schemas.</summary>
internal static class DropDefinitions
{
    internal static bool Drop(DefinitionContext context, DropStatement statement)
    {
        if (statement.Kind is not (ObjectKind.Table or ObjectKind.Source or ObjectKind.View or ObjectKind.MaterializedView
            or ObjectKind.Index or ObjectKind.Schema))
        {
            throw DefinitionContext.Unsupported("DROP " + DefinitionPlanner.KindText(statement.Kind), statement.Position);
        }

        var ids = new List<int>();
        foreach (var item in statement.Objects)
        {
            if (Find(context, statement, item.Name) is { } found)
            {
                ids.Add(found.Id);
            }
        }

        if (ids.Count == 0)
        {
            return false;
        }

        var dropped = context.Editor.Drop(ids, statement.Cascade, statement.Position);
        foreach (var item in dropped.Where(d => !ids.Contains(d.Id) && d is CatalogRelation { Kind: not RelationKind.Errors }))
        {
            context.Session.Notify("NOTICE", SqlState.SuccessfulCompletion, $"drop cascades to {item.KindName} {item.Name}");
        }

        return true;
    }

    private static CatalogObject? Find(DefinitionContext context, DropStatement statement, QualifiedName name)
    {
        CatalogObject? found = statement.Kind == ObjectKind.Schema
            ? context.Before.FindSchema(name.Name)
            : context.Before.Resolve(name.Schema, name.Name, context.Values.SearchPath);
        string kind = DefinitionPlanner.KindText(statement.Kind).ToLowerInvariant();
        if (found is null)
        {
            if (statement.IfExists)
            {
                context.Session.Notify("NOTICE", SqlState.SuccessfulCompletion, $"{kind} \"{name.Name}\" does not exist, skipping");
                return null;
            }

            string state = statement.Kind switch
            {
                ObjectKind.Schema => SqlState.InvalidSchemaName,
                ObjectKind.Index => SqlState.UndefinedObject,
                _ => SqlState.UndefinedTable,
            };
            throw new SqlException(state, $"{kind} \"{name.Name}\" does not exist", name.Position);
        }

        if (found is CatalogSchema { IsSystem: true })
        {
            throw new SqlException(SqlState.InsufficientPrivilege, $"schema \"{name.Name}\" is a system schema", name.Position);
        }

        return found.KindName == kind ? found : throw new SqlException(
            SqlState.WrongObjectType,
            $"\"{name.Name}\" is not a {kind}",
            name.Position,
            hint: $"Use DROP {found.KindName.ToUpperInvariant()} to remove a {found.KindName}.");
    }
}
