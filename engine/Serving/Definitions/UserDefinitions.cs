using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE, DROP and ALTER USER (or ROLE). Roles own objects; there are no privileges to hold yet, so all may do all.</summary>
internal static class UserDefinitions
{
    internal static bool Create(DefinitionContext context, CreateUserStatement statement)
    {
        if (context.Before.Roles.ContainsKey(statement.Name) && statement.IfNotExists)
        {
            context.Session.Notify("NOTICE", SqlState.DuplicateObject, $"role \"{statement.Name}\" already exists, skipping");
            return false;
        }

        CheckOptions(context, statement.Options);
        context.Editor.AddRole(statement.Name, statement.Position);
        return true;
    }

    internal static bool Drop(DefinitionContext context, DropStatement statement)
    {
        bool changes = false;
        foreach (string name in statement.Objects.Select(o => o.Name.Name))
        {
            if (!context.Before.Roles.ContainsKey(name))
            {
                if (!statement.IfExists)
                {
                    throw new SqlException(SqlState.UndefinedObject, $"role \"{name}\" does not exist", statement.Position);
                }

                context.Session.Notify("NOTICE", SqlState.SuccessfulCompletion, $"role \"{name}\" does not exist, skipping");
                continue;
            }

            RefuseOwner(context, name, statement.Position);
            context.Editor.DropRole(name);
            changes = true;
        }

        return changes;
    }

    internal static bool Alter(DefinitionContext context, AlterStatement statement)
    {
        string name = statement.Object.Name.Name;
        if (!context.Before.Roles.ContainsKey(name))
        {
            throw new SqlException(SqlState.UndefinedObject, $"role \"{name}\" does not exist", statement.Position);
        }

        foreach (var action in statement.Actions)
        {
            if (action is not UserOptionsAction options)
            {
                throw DefinitionContext.Unsupported("this form of ALTER USER", action.Position);
            }

            CheckOptions(context, options.Options);
        }

        return false;
    }

    private static void CheckOptions(DefinitionContext context, SyntaxList<UserOption> options)
    {
        foreach (var option in options)
        {
            if (option.Name is "password" or "encrypted password" or "oauth" && option.Value is not null)
            {
                throw new SqlException(
                    SqlState.FeatureNotSupported, $"not supported: {option.Name} of a user", option.Position,
                    hint: "Passwords are set when the server starts.");
            }

            if (option.Name is not ("login" or "superuser"))
            {
                context.Session.Notify(
                    "NOTICE", SqlState.Warning, $"user option \"{option.Name}\" is accepted and has no effect: privileges are not kept");
            }
        }
    }

    private static void RefuseOwner(DefinitionContext context, string name, int position)
    {
        if (name == CatalogSnapshot.RootUser || name == context.Values.User)
        {
            throw new SqlException(SqlState.ObjectInUse, $"role \"{name}\" cannot be dropped", position);
        }

        var owned = context.Before.Objects.Values.Where(o => o.Owner == name).OrderBy(o => o.Id).ToList();
        if (owned.Count > 0)
        {
            throw new SqlException(
                SqlState.DependentObjectsStillExist,
                $"role \"{name}\" cannot be dropped because some objects depend on it",
                position,
                detail: string.Join('\n', owned.Select(o => $"owner of {o.KindName} {o.Name}")));
        }
    }
}
