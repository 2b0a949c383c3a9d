using Vectorized.Engine.Catalog;
using Vectorized.Engine.Operators.Errors;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving.Subscriptions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE VIEW and CREATE MATERIALIZED VIEW.</summary>
internal static class ViewDefinitions
{
    internal static bool CreateView(DefinitionContext context, CreateViewStatement statement)
    {
        if (statement.Temporary)
        {
            throw DefinitionContext.Unsupported("temporary views", statement.Position);
        }

        var schema = context.SchemaFor(statement.Name);
        var old = context.Before.Find(schema.Id, statement.Name.Name);
        bool replaces = statement.OrReplace && old is CatalogRelation { Kind: RelationKind.View };
        if (!replaces && context.ExistsAlready(statement.Name, statement.IfNotExists))
        {
            return false;
        }

        var (columns, dependsOn) = Planners.For(context.Session, context.Before).DescribeView(
            statement.Query, [.. statement.Columns.Select(c => c.Name)], statement.Name.Name);
        foreach (var column in columns)
        {
            SystemColumns.Refuse(column.Name, statement.Query.Position);
        }

        var view = new CatalogRelation
        {
            Id = replaces ? old!.Id : context.Editor.NewId(),
            Name = statement.Name.Name,
            Owner = replaces ? old!.Owner : context.Values.User,
            SchemaId = schema.Id,
            Kind = RelationKind.View,
            Columns = columns,
            DependsOn = dependsOn,
            Definition = context.Text,
            QueryText = statement.Query.ToString(),
            QuerySearchPath = context.Values.SearchPath,
        };
        if (!replaces)
        {
            context.Editor.Add(view, statement.Name.Position);
            return true;
        }

        CheckReplacement(context, (CatalogRelation)old!, view, statement.Position);
        context.Editor.Replace(view);
        return true;
    }

    /// <summary>
    /// CREATE OR REPLACE VIEW keeps the columns that are there, as in PostgreSQL. Materialized views planned over the old
    /// text keep it: their plans hold no views.
    /// </summary>
    private static void CheckReplacement(DefinitionContext context, CatalogRelation old, CatalogRelation view, int position)
    {
        if (SinkCycles.Reaches(context.Before, old.Id, view.DependsOn))
        {
            throw new SqlException(
                SqlState.InvalidRecursion, $"infinite recursion detected in rules for relation \"{view.Name}\"", position);
        }

        for (int i = 0; i < old.Columns.Count; i++)
        {
            string problem = i >= view.Columns.Count ? "cannot drop columns from view"
                : view.Columns[i].Name != old.Columns[i].Name
                    ? $"cannot change name of view column \"{old.Columns[i].Name}\" to \"{view.Columns[i].Name}\""
                : !view.Columns[i].Type.Equals(old.Columns[i].Type)
                    ? $"cannot change data type of view column \"{old.Columns[i].Name}\""
                        + $" from {old.Columns[i].Type} to {view.Columns[i].Type}"
                : "";
            if (problem.Length > 0)
            {
                throw new SqlException(SqlState.InvalidTableDefinition, problem, position);
            }
        }
    }

    internal static bool CreateMaterializedView(DefinitionContext context, CreateMaterializedViewStatement statement)
    {
        DefinitionContext.RefuseReplace(statement.OrReplace, statement.Position);
        if (context.ExistsAlready(statement.Name, statement.IfNotExists))
        {
            return false;
        }

        WithOptions.AcceptKnobs(context, statement.Options);
        var onError = WithOptions.OnErrorOf(statement.Options);
        int id = context.Editor.NewId();
        var planned = Planned(context, statement.Query, statement.Columns, id, statement.Name.Name, onError);
        WithOptions.CheckBackfillOrder(context, statement.Options, planned.DependsOn);
        var view = new CatalogRelation
        {
            Id = id,
            Name = statement.Name.Name,
            Owner = context.Values.User,
            SchemaId = statement.IsOfSubscription
                ? SubscriptionViews.SchemaOf(context)
                : context.SchemaFor(statement.Name).Id,
            Kind = RelationKind.MaterializedView,
            Columns = planned.Columns,
            Key = planned.Definition.Key,
            AppendOnly = planned.AppendOnly,
            View = planned.Definition,
            OnError = onError,
            DependsOn = planned.DependsOn,
        };
        Add(context, statement.Name, statement.Query, view);
        if (onError != OnError.Fail && WithOptions.SaysOnError(statement.Options))
        {
            context.Editor.Add(Errors(context, view), statement.Name.Position);
        }

        return true;
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
        DefinitionContext context, Query query, IEnumerable<Identifier> columns, int id, string name, OnError onError = OnError.Null)
    {
        var planned = Planners.For(context.Session, context.Before).PlanMaterializedView(
            query, [.. columns.Select(c => c.Name)], id, name, onError);
        foreach (var column in planned.Columns)
        {
            SystemColumns.Refuse(column.Name, query.Position);
        }

        return planned;
    }

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
