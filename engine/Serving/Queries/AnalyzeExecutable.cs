using System.Globalization;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Serving.Queries;

/// <summary>
/// EXPLAIN ANALYZE of a query: runs it to its end, gives its plan with what each operator has done, and the time it took to plan and
/// to run; its rows go nowhere. It is planned each time, and takes no short way for one row by key. Pays for memory as the
/// query does, and is cancelled as it is.
/// </summary>
internal sealed class AnalyzeExecutable(Session session, ExplainStatement statement, SelectStatement select) : Executable(statement)
{
    private static readonly IReadOnlyList<ResultColumn> _columns = TextRows.Columns("QUERY PLAN");

    public override IReadOnlyList<ResultColumn> Columns => _columns;

    internal override IReadOnlyCollection<int> Reads { get; } = Plan(session, select).Relations;

    internal override Task? Awaits(StateLoading loading) => loading.Of(Reads);

    public override IPortal Start(Session running, IReadOnlyList<Datum> parameters)
    {
        var clock = running.Database.Host.Clock;
        long started = clock.MonotonicNanos;
        var planned = Plan(running, select);
        long planning = clock.MonotonicNanos - started;
        var analysis = new QueryAnalysis(clock);
        var query = new QueryPortal(
            planned.Columns, planned.Root, running.LeaseSnapshot, lease => QueryExecutable.Inputs(running, lease, []))
        {
            Memory = running.NewMemory(),
            Analysis = analysis,
        };
        return new Portal(query, planned.Root, analysis, clock, planning);
    }

    private static PlannedQuery Plan(Session session, SelectStatement select) =>
        Planners.For(session, session.Catalog).PlanQuery(select.Query, []);

    private sealed class Portal(QueryPortal query, PlanNode plan, QueryAnalysis analysis, IClock clock, long planningNanos) : IPortal
    {
        private RowsPortal? _lines;

        public IReadOnlyList<ResultColumn> Columns => _columns;

        public string CommandTag => "EXPLAIN";

        public ICopyIn? CopyIn => null;

        public ICopyOut? CopyOut => null;

        public async ValueTask<Batch?> Next(CancellationToken cancellation)
        {
            _lines ??= new RowsPortal("EXPLAIN", _columns, TextRows.Build(1, await Run(cancellation)));
            return await _lines.Next(cancellation);
        }

        public void Dispose()
        {
            query.Dispose();
            _lines?.Dispose();
        }

        private async ValueTask<IEnumerable<IReadOnlyList<string?>>> Run(CancellationToken cancellation)
        {
            long started = clock.MonotonicNanos;
            long rows = 0;
            while (await query.Next(cancellation) is { } batch)
            {
                rows += batch.RowCount;
            }

            long nanos = clock.MonotonicNanos - started;
            string[] lines =
            [
                .. PlanText.Print(plan, analysis.Figures).TrimEnd('\n').Split('\n'),
                string.Create(CultureInfo.InvariantCulture, $"Rows: {rows}"),
                string.Create(CultureInfo.InvariantCulture, $"Planning Time: {planningNanos / 1e6:0.000} ms"),
                string.Create(CultureInfo.InvariantCulture, $"Execution Time: {nanos / 1e6:0.000} ms"),
            ];
            return lines.Select(IReadOnlyList<string?> (line) => [line]);
        }
    }
}
