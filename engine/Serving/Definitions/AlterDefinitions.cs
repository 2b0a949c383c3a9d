using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>ALTER of objects: names, schemas, owners; columns of tables; RisingWave's cluster knobs, which do nothing.</summary>
internal static class AlterDefinitions
{
    /// <summary>ALTER ... SET of these is accepted for RisingWave's scripts.</summary>
    private static readonly HashSet<string> _knobs = new(StringComparer.Ordinal)
    {
        "backfill_parallelism", "backfill_rate_limit", "dml_rate_limit", "parallelism", "resource_group", "sink_rate_limit",
        "source_rate_limit", "streaming_rate_limit",
    };

    internal static bool Alter(DefinitionContext context, AlterStatement statement)
    {
        if (statement.Kind is ObjectKind.User or ObjectKind.Role or ObjectKind.Database or ObjectKind.Secret
            or ObjectKind.Connection or ObjectKind.Subscription)
        {
            throw DefinitionContext.Unsupported("ALTER " + DefinitionPlanner.KindText(statement.Kind), statement.Position);
        }

        if (ObjectLookup.Find(context, statement.Kind, statement.Object, statement.IfExists) is not { } found)
        {
            return false;
        }

        bool changes = false;
        foreach (var action in statement.Actions)
        {
            var current = context.Editor.Find(found.Id)!;
            changes |= Apply(context, current, action);
        }

        return changes;
    }

    private static bool Apply(DefinitionContext context, CatalogObject item, AlterAction action)
    {
        switch (action)
        {
            case RenameToAction a:
                return RenameDefinitions.Rename(context, item, a.NewName, action.Position);
            case SetSchemaAction a when item is SchemaObject member:
                return RenameDefinitions.Move(context, member, a.Schema, action.Position);
            case SwapWithAction a when item is SchemaObject member:
                return RenameDefinitions.Swap(context, member, a.Other);
            case ResumeAction when item is CatalogRelation { Kind: RelationKind.MaterializedView } view:
                return ResumeDefinitions.Resume(context, view);
            case OwnerToAction a:
                context.Editor.ReplaceAny(item with { Owner = Owner(context, a) });
                return true;
            case SetPropertyAction { Value: TextOption { Text: "0" }, Property: "sink_rate_limit" } when item is CatalogSink:
                throw new SqlException(
                    SqlState.InvalidParameterValue, "sink_rate_limit = 0 would stop the sink, which cannot be stopped", action.Position);
            case SetPropertyAction a when _knobs.Contains(a.Property.ToLowerInvariant()):
                context.Session.Notify(
                    "NOTICE", SqlState.Warning, $"{a.Property} of {item.KindName} \"{item.Name}\" is accepted and has no effect here");
                return false;
            case SetPropertyAction a:
                throw new SqlException(
                    SqlState.InvalidParameterValue, $"{item.KindName} \"{item.Name}\" has no property \"{a.Property}\"", action.Position);
            case SetConfigAction a:
                JobConfig.Check(a.Options);
                context.Session.Notify(
                    "NOTICE", SqlState.Warning, $"the configuration of {item.KindName} \"{item.Name}\" is accepted and has no effect here");
                return false;
            case ResetConfigAction:
                return false;
            default:
                return item is CatalogRelation { Kind: RelationKind.Table } table
                    ? AlterTableDefinitions.Apply(context, table, action)
                    : throw DefinitionContext.Unsupported(
                        $"this form of ALTER {item.KindName.ToUpperInvariant()}", action.Position);
        }
    }

    private static string Owner(DefinitionContext context, OwnerToAction action)
    {
        string owner = action.Owner is "current_user" or "current_role" or "session_user" ? context.Values.User : action.Owner;
        return context.Before.Roles.ContainsKey(owner) ? owner : throw new SqlException(
            SqlState.UndefinedObject, $"role \"{owner}\" does not exist", action.Position);
    }
}
