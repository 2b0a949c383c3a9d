using Vectorized.Engine.Catalog;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>
/// RESUME MATERIALIZED VIEW v (also ALTER MATERIALIZED VIEW v RESUME): builds a suspended view again from what it reads, and the views
/// that stopped because it did. Sinks stay: they have missed changes that nothing tells them.
/// </summary>
internal static class ResumeDefinitions
{
    internal static bool Resume(DefinitionContext context, ResumeStatement statement)
    {
        if (statement.Kind != ObjectKind.MaterializedView)
        {
            throw DefinitionContext.Unsupported(
                "RESUME " + DefinitionPlanner.KindText(statement.Kind) + " (materialized views can be resumed)", statement.Position);
        }

        if (statement.From is not null)
        {
            throw DefinitionContext.Unsupported("RESUME MATERIALIZED VIEW ... FROM", statement.Position);
        }

        return context.Relation(statement.Name) is { Kind: RelationKind.MaterializedView } view
            ? Resume(context, view)
            : throw new SqlException(
                SqlState.WrongObjectType, $"\"{statement.Name.Name}\" is not a materialized view", statement.Name.Position);
    }

    internal static bool Resume(DefinitionContext context, CatalogRelation view)
    {
        if (view.Suspended is null)
        {
            context.Session.Notify(
                "NOTICE", SqlState.Warning, $"materialized view \"{view.Name}\" is not suspended");
            return false;
        }

        var resumed = new HashSet<int>();
        foreach (int id in Suspender.Cone(context.Before, view.Id).Order())
        {
            var item = (SchemaObject)context.Before.Find(id)!;
            if (item is CatalogSink { Suspended: not null })
            {
                context.Session.Notify(
                    "NOTICE", SqlState.Warning, $"sink \"{item.Name}\" stays suspended: it has missed changes",
                    "Drop it and create it again.");
            }

            if (item is not CatalogRelation { Suspended: not null } relation)
            {
                continue;
            }

            if (StandsOn(context.Before, relation, resumed) is { } other)
            {
                if (id == view.Id)
                {
                    throw new SqlException(
                        SqlState.ObjectNotInPrerequisiteState,
                        $"materialized view \"{view.Name}\" reads \"{other.Name}\", which is suspended, too",
                        hint: $"RESUME MATERIALIZED VIEW {other.Name} resumes both.");
                }

                continue;
            }

            resumed.Add(id);
            context.Editor.Replace(relation with { Suspended = null, Resumes = relation.Resumes + 1 });
        }

        return true;
    }

    /// <summary>What the relation reads, through plain views too, that is suspended and is not being resumed; null: nothing.</summary>
    private static CatalogRelation? StandsOn(CatalogSnapshot catalog, CatalogRelation relation, HashSet<int> resumed)
    {
        foreach (int id in relation.DependsOn)
        {
            if (catalog.Find(id) is not CatalogRelation input)
            {
                continue;
            }

            if (input is { Suspended: not null } && !resumed.Contains(id))
            {
                return input;
            }

            if (input.Kind == RelationKind.View && StandsOn(catalog, input, resumed) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
