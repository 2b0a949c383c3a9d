using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>CREATE SINK: into a table, or to a connector.</summary>
internal static class SinkDefinitions
{
    internal static bool Create(DefinitionContext context, CreateSinkStatement statement)
    {
        DefinitionContext.RefuseReplace(statement.OrReplace, statement.Position);
        if (context.ExistsAlready(statement.Name, statement.IfNotExists))
        {
            return false;
        }

        var into = statement.Into is { } target ? Target(context, target) : null;
        var options = SinkOptions.Bind(context, statement, into is not null);
        var query = statement.Query ?? WholeRelation(context, statement.From!);
        int id = context.Editor.NewId();
        var planned = Planners.For(context.Session, context.Before).PlanSink(
            query, into, statement.IntoColumns, id, statement.Name.Name);
        bool insertsOnly = options.InsertsOnly(planned.View.AppendOnly, statement.Position);
        if (into is not null)
        {
            CheckTable(context, into, planned, insertsOnly, statement.Into!.Position);
        }

        if (!options.WithSnapshot)
        {
            CheckStateless(planned.View.Definition.Plan, statement.Position);
        }

        var root = planned.View.Definition.Plan;
        var sink = new SinkNode(root.Inputs[0], id, statement.Name.Name, Discards: into is null, insertsOnly && !planned.View.AppendOnly)
        {
            Columns = root.Columns,
            Properties = root.Properties,
            RowEstimate = root.RowEstimate,
        };
        context.Editor.Add(
            new CatalogSink
            {
                Id = id,
                Name = statement.Name.Name,
                Owner = context.Values.User,
                SchemaId = context.SchemaFor(statement.Name).Id,
                Columns = planned.View.Columns,
                View = planned.View.Definition with { Plan = sink },
                IntoId = into?.Id ?? 0,
                IntoColumns = planned.Targets,
                AppendOnly = insertsOnly,
                WithSnapshot = options.WithSnapshot,
                OnError = WithOptions.OnErrorOf(statement.Options, canQuarantine: false),
                Connector = new CatalogConnector { Options = options.Values },
                DependsOn = [.. planned.View.DependsOn.Concat(into is null ? [] : [into.Id]).Distinct()],
                Definition = context.Text,
            },
            statement.Name.Position);
        return true;
    }

    private static CatalogRelation Target(DefinitionContext context, QualifiedName name)
    {
        var table = context.Relation(name);
        return table.IsWritable ? table : throw new SqlException(
            SqlState.WrongObjectType, $"\"{table.Name}\" is not a table", name.Position);
    }

    private static Query WholeRelation(DefinitionContext context, QualifiedName name)
    {
        _ = context.Relation(name);
        return new Query(new SelectBody
        {
            Items = [new SelectItem(new Wildcard([], []))],
            From = [new TableReference(name) { Position = name.Position }],
        });
    }

    private static void CheckTable(
        DefinitionContext context, CatalogRelation into, PlannedSink planned, bool insertsOnly, int position)
    {
        if (into.PrimaryKey.Count == 0 && !insertsOnly)
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition, "Only append-only sinks can sink to a table without primary keys.", position,
                hint: "Say WITH (type = 'append-only', force_append_only = 'true') to drop deletions.");
        }

        if (!insertsOnly && (into.OnConflict != ConflictBehaviour.Overwrite || into.VersionColumns.Count > 0))
        {
            throw DefinitionContext.Unsupported("an upsert sink into a table whose conflicts are not overwritten", position);
        }

        if (into.AppendOnly && !insertsOnly)
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition, $"table \"{into.Name}\" is append-only, the sink is not", position);
        }

        var missing = into.PrimaryKey.Where(k => !planned.Targets.Contains(k)).Select(k => into.Columns[k].Name).FirstOrDefault();
        if (missing is not null && !insertsOnly)
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition, $"the sink gives no value for primary key column \"{missing}\"", position);
        }

        if (SinkCycles.Reaches(context.Before, into.Id, planned.View.DependsOn))
        {
            throw new SqlException(
                "42P17", "Creating such a sink will result in circular dependency.", position,
                detail: $"Table \"{into.Name}\" flows into what the sink reads.");
        }
    }

    /// <summary>Without the rows that are there, only operators that keep no state see what they expect.</summary>
    private static void CheckStateless(PlanNode plan, int position)
    {
        foreach (var node in PlanWalk.Nodes(plan))
        {
            if (node is not (MaterializeNode or ProjectNode or FilterNode or ScanNode or HopNode or UnionAllNode))
            {
                throw DefinitionContext.Unsupported("snapshot = false of a sink whose query keeps state", position);
            }
        }
    }
}
