using Vectorized.Engine.Catalog;
using Vectorized.Engine.Operators.Errors;
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

        var onError = OnError(context, statement.Options);
        int id = context.Editor.NewId();
        var planned = Planned(context, statement.Query, statement.Columns, id, statement.Name.Name, onError);
        var view = new CatalogRelation
        {
            Id = id,
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = context.SchemaFor(statement.Name).Id,
            Kind = RelationKind.MaterializedView,
            Columns = planned.Columns,
            Key = planned.Definition.Key,
            AppendOnly = planned.AppendOnly,
            View = planned.Definition with { OnError = onError },
            DependsOn = planned.DependsOn,
        };
        Add(context, statement.Name, statement.Query, view);
        if (onError != ViewErrorMode.Fail)
        {
            context.Editor.Add(Errors(context, view), statement.Name.Position);
        }

        return true;
    }

    /// <summary>What WITH (on_error = ...) says; any other option has no effect and is told so.</summary>
    private static ViewErrorMode OnError(DefinitionContext context, IEnumerable<Option> options)
    {
        var mode = ViewErrorMode.Fail;
        foreach (var option in options)
        {
            if (!option.Name.Equals("on_error", StringComparison.OrdinalIgnoreCase))
            {
                context.Session.Notify(
                    "NOTICE", SqlState.Warning, $"option \"{option.Name}\" of a materialized view is accepted and has no effect here");
                continue;
            }

            mode = option.Value.ToString()!.Trim('\'').ToLowerInvariant() switch
            {
                "fail" => ViewErrorMode.Fail,
                "null" => ViewErrorMode.Null,
                "quarantine" => ViewErrorMode.Quarantine,
                var other => throw new SqlException(
                    SqlState.InvalidParameterValue, $"on_error = {other} is not known", option.Position,
                    hint: "It can be 'fail' (the view stops), 'null' (the expression is NULL) or 'quarantine' (the row is left out)."),
            };
        }

        return mode;
    }

    /// <summary>The relation that shows a view's failing rows.</summary>
    private static CatalogRelation Errors(DefinitionContext context, CatalogRelation view) => new()
    {
        Id = context.Editor.NewId(),
        Name = view.Name + "$errors",
        Owner = view.Owner,
        SchemaId = view.SchemaId,
        Kind = RelationKind.Errors,
        Columns = [.. RowErrorLog.Columns.Select(c => new CatalogColumn(c.Name, c.Type))],
        Key = null,
        AppendOnly = false,
        ErrorsOf = view.Id,
        DependsOn = [view.Id],
    };

    /// <summary>The plan of a materialized view, for EXPLAIN.</summary>
    internal static PlanNode Plan(Session session, CatalogSnapshot catalog, CreateMaterializedViewStatement statement) =>
        Planners.For(session, catalog).PlanMaterializedView(
            statement.Query, [.. statement.Columns.Select(c => c.Name)], 0, statement.Name.Name).Definition.Plan;

    private static PlannedView Planned(
        DefinitionContext context, Query query, IEnumerable<Identifier> columns, int id, string name,
        ViewErrorMode onError = ViewErrorMode.Fail) =>
        Planners.For(context.Session, context.Before).PlanMaterializedView(query, [.. columns.Select(c => c.Name)], id, name, onError);

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
