using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// EXPLAIN [ANALYZE] MATERIALIZED VIEW: the plan that runs; with ANALYZE what its operators have done since the view was
/// built in this process (its filling included), all parts added up. Their time is measured for <see cref="TimedMicros"/> after
/// each asking: the first one begins it. Any thread; figures are approximate while ticks run.
/// </summary>
internal static class ViewExplanation
{
    private const long TimedMicros = 60_000_000;

    internal static Executable Create(Session session, ExplainStatement statement, QualifiedName name)
    {
        bool analyzes = statement.Options.Any(o => o.Name == "analyze" && o.Value is null or "true" or "on");
        _ = Find(session, name);
        return new RowsExecutable(
            statement,
            "EXPLAIN",
            TextRows.Columns("QUERY PLAN"),
            running => TextRows.Build(1, Lines(running, name, analyzes).Select(IReadOnlyList<string?> (line) => [line])));
    }

    private static CatalogRelation Find(Session session, QualifiedName name) =>
        session.Catalog.Resolve(name.Schema, name.Name, session.Settings.Values.SearchPath) switch
        {
            CatalogRelation { Kind: RelationKind.MaterializedView } view => view,
            null => throw new SqlException(SqlState.UndefinedTable, $"relation \"{name}\" does not exist", name.Position),
            _ => throw new SqlException(
                SqlState.WrongObjectType, $"\"{name.Name}\" is not a materialized view", name.Position),
        };

    private static IEnumerable<string> Lines(Session session, QualifiedName name, bool analyzes)
    {
        var relation = Find(session, name);
        if (!analyzes)
        {
            return PlanText.Print(relation.View!.Plan).TrimEnd('\n').Split('\n');
        }

        if (relation.Suspended is { } suspended)
        {
            throw new SqlException(
                SqlState.ObjectNotInPrerequisiteState, $"materialized view \"{relation.Name}\" is suspended: {suspended.Reason}");
        }

        var graph = session.Database.Lane.Graph;
        var view = graph.Running.FirstOrDefault(v => v.RelationId == relation.Id) ?? throw new SqlException(
            SqlState.ObjectNotInPrerequisiteState, $"materialized view \"{relation.Name}\" does not run");
        BeginTiming(session.Database);
        Operator?[] operators = [.. view.Operators];
        var lines = new List<string>(
            PlanText.Print(relation.View!.Plan, node => OperatorFigures.Lines(operators.Where(o => ReferenceEquals(o?.Node, node))))
                .TrimEnd('\n').Split('\n'));
        lines.AddRange(OperatorFigures.Lines(operators.Where(o => o is { Node: null })));
        foreach (var shared in view.Shared.ToArray())
        {
            lines.Add($"Shared: {shared.Owner.Name}");
            lines.AddRange(OperatorFigures.Lines(shared.Owner.Operators.ToArray()).Select(l => "    " + l));
        }

        return lines;
    }

    /// <summary>Operators' time is measured from now on, for a while.</summary>
    private static void BeginTiming(Database database)
    {
        long until = database.Host.Clock.WallMicros + TimedMicros;
        foreach (var part in database.Lane.Graph.Parts)
        {
            part.Context.Timing = new OperatorTiming(database.Host.Clock, until);
        }
    }
}
