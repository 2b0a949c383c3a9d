using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE VIEW and CREATE MATERIALIZED VIEW.</summary>
internal static class ViewDefinitions
{
    internal static bool CreateView(DefinitionContext context, CreateViewStatement statement)
    {
        DefinitionContext.RefuseReplace(statement.OrReplace, statement.Position);
        if (statement.Temporary)
        {
            throw DefinitionContext.Unsupported("temporary views", statement.Position);
        }

        if (context.ExistsAlready(statement.Name, statement.IfNotExists))
        {
            return false;
        }

        // A plain view is planned as a materialized one would be to know its columns, dependencies and errors.
        int id = context.Editor.NewId();
        var planned = Planned(context, statement.Query, statement.Columns, id, statement.Name.Name);
        Add(context, statement.Name, statement.Query, new CatalogRelation
        {
            Id = id,
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = context.SchemaFor(statement.Name).Id,
            Kind = RelationKind.View,
            Columns = [.. planned.Columns.Where(c => !c.Hidden).Select(c => c with { NotNull = false })],
            DependsOn = planned.DependsOn,
        });
        return true;
    }

    internal static bool CreateMaterializedView(DefinitionContext context, CreateMaterializedViewStatement statement)
    {
        DefinitionContext.RefuseReplace(statement.OrReplace, statement.Position);
        if (context.ExistsAlready(statement.Name, statement.IfNotExists))
        {
            return false;
        }

        foreach (var option in statement.Options)
        {
            context.Session.Notify(
                "NOTICE", SqlState.Warning, $"option \"{option.Name}\" of a materialized view is accepted and has no effect here");
        }

        int id = context.Editor.NewId();
        var planned = Planned(context, statement.Query, statement.Columns, id, statement.Name.Name);
        Add(context, statement.Name, statement.Query, new CatalogRelation
        {
            Id = id,
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = context.SchemaFor(statement.Name).Id,
            Kind = RelationKind.MaterializedView,
            Columns = planned.Columns,
            Key = planned.Definition.Key,
            AppendOnly = planned.AppendOnly,
            View = planned.Definition,
            DependsOn = planned.DependsOn,
        });
        return true;
    }

    /// <summary>The plan of a materialized view, for EXPLAIN.</summary>
    internal static PlanNode Plan(Session session, CatalogSnapshot catalog, CreateMaterializedViewStatement statement) =>
        Planners.For(session, catalog).PlanMaterializedView(
            statement.Query, [.. statement.Columns.Select(c => c.Name)], 0, statement.Name.Name).Definition.Plan;

    private static PlannedView Planned(
        DefinitionContext context, Query query, IEnumerable<Identifier> columns, int id, string name) =>
        Planners.For(context.Session, context.Before).PlanMaterializedView(query, [.. columns.Select(c => c.Name)], id, name);

    private static void Add(DefinitionContext context, QualifiedName name, Query query, CatalogRelation relation) =>
        context.Editor.Add(
            relation with
            {
                Definition = context.Text,
                QueryText = query.ToString(),
                QuerySearchPath = context.Values.SearchPath,
            },
            name.Position);
}
