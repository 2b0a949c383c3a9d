using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>EXPLAIN of a query, a write or CREATE MATERIALIZED VIEW: the physical plan as text, one line a row.</summary>
internal static class ExplainExecutable
{
    internal static Executable Create(Session session, ExplainStatement statement)
    {
        if (statement.Target is ExplainedViewStatement view)
        {
            return ViewExplanation.Create(session, statement, view.Name);
        }

        if (statement.Options.Any(o => o.Name == "analyze" && o.Value is null or "true" or "on"))
        {
            if (statement.Target is SelectStatement select)
            {
                return new AnalyzeExecutable(session, statement, select);
            }

            throw new SqlException(
                SqlState.FeatureNotSupported,
                "not supported: EXPLAIN ANALYZE of a statement that is no query; of a running view: EXPLAIN ANALYZE MATERIALIZED VIEW name",
                statement.Position);
        }

        _ = PlanOf(session, statement.Target);
        return new RowsExecutable(
            statement,
            "EXPLAIN",
            TextRows.Columns("QUERY PLAN"),
            running => TextRows.Build(1, Lines(running, statement.Target)));
    }

    private static IEnumerable<IReadOnlyList<string?>> Lines(Session session, Statement target) =>
        PlanText.Print(PlanOf(session, target)).TrimEnd('\n').Split('\n').Select(IReadOnlyList<string?> (line) => [line]);

    private static PlanNode PlanOf(Session session, Statement target)
    {
        var catalog = session.Catalog;
        return target switch
        {
            SelectStatement s => Planners.For(session, catalog).PlanQuery(s.Query, []).Root,
            CreateMaterializedViewStatement s => Definitions.ViewDefinitions.Plan(session, catalog, s),
            InsertStatement or UpdateStatement or DeleteStatement => WritePlanner.Plan(session, catalog, target, []).Plan.Source,
            _ => throw new SqlException(
                SqlState.FeatureNotSupported, $"not supported: EXPLAIN of {target.GetType().Name}", target.Position),
        };
    }
}
