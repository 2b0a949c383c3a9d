using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE SCHEMA.</summary>
internal static class SchemaDefinitions
{
    internal static bool Create(DefinitionContext context, CreateSchemaStatement statement)
    {
        string name = statement.Name?.Name ?? statement.Owner ?? context.Values.User;
        if (statement.IfNotExists && context.Before.FindSchema(name) is not null)
        {
            context.Session.Notify("NOTICE", SqlState.DuplicateSchema, $"schema \"{name}\" already exists, skipping");
            return false;
        }

        if (name.Length == 0)
        {
            throw new SqlException(
                SqlState.SyntaxError, "zero-length delimited identifier", statement.Name?.Position ?? statement.Position);
        }

        Subscriptions.SubscriptionViews.RefuseSchema(name, statement.Name?.Position ?? statement.Position);
        string owner = statement.Owner ?? context.Values.User;
        if (!context.Before.Roles.ContainsKey(owner))
        {
            throw new SqlException(SqlState.UndefinedObject, $"role \"{owner}\" does not exist", statement.Position);
        }

        context.Editor.AddSchema(
            new CatalogSchema { Id = context.Editor.NewId(), Name = name, Owner = owner, Definition = context.Text },
            statement.Name?.Position ?? statement.Position);
        return true;
    }
}
