using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.State;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// One view of a <see cref="NexmarkEngine"/>: parsed, bound, planned and instantiated as CREATE MATERIALIZED VIEW does it, its rows in
/// arrangements or folded into checksums. Belongs to the engine, which disposes it.
/// </summary>
internal sealed class NexmarkView : IDisposable
{
    private readonly DataflowGraph _graph;
    private readonly ViewInstance _instance;
    private readonly Arrangement[] _arrangements = [];
    private readonly ChecksumOperator[] _checksums = [];

    internal NexmarkView(NexmarkViewSpec spec, int id, DataflowGraph graph, CatalogSnapshot catalog)
    {
        Name = spec.Name;
        var statement = (SelectStatement)SqlParser.Parse(spec.Sql)[0];
        var planner = new Planner(BuiltinFunctions.CreateRegistry(), catalog, SessionValues.Default, UnknownStatistics.Instance);
        var planned = planner.PlanMaterializedView(statement.Query, [], id, Name);
        var plan = (MaterializeNode)planned.Definition.Plan;
        Columns = plan.Columns;
        VisibleColumns = planned.Definition.VisibleColumnCount;
        _graph = graph;
        var builder = new GraphBuilder(graph);
        if (spec.IsKept)
        {
            var kept = new ArrangementSpec(
                Name,
                [.. plan.Columns.Select(c => c.Type)],
                plan.Properties.Key,
                planned.AppendOnly && plan.Properties.Key is null,
                plan.Properties.Key is { Count: > 0 } key ? [key] : [],
                42);
            _arrangements = [.. graph.Parts.Select(p => new Arrangement(kept, p.State))];
            _instance = builder.Build(plan, _arrangements);
        }
        else
        {
            _checksums = new ChecksumOperator[graph.Parts.Length];
            _instance = builder.Build(
                plan, (part, context) => _checksums[part] = new ChecksumOperator(context, plan.Columns.Count));
        }

        GraphBuilder.Attach(_instance);
        graph.AddView(_instance);
    }

    internal string Name { get; }

    internal IReadOnlyList<PlanColumn> Columns { get; }

    internal int VisibleColumns { get; }

    /// <summary>Rows of the result, or rows that came out where they are not kept.</summary>
    internal long Rows => _arrangements.Length > 0 ? _arrangements.Sum(a => a.LiveRows) : _checksums.Sum(c => c.Rows);

    /// <summary>A sum over all values of the result as of a tick, the same in any order of rows and any number of parts.</summary>
    internal ulong Checksum(long tick)
    {
        ulong sum = _checksums.Aggregate(0UL, (total, c) => total + c.Sum);
        int[] columns = [.. Enumerable.Range(0, VisibleColumns)];
        var batch = new Batch();
        using var arena = new Arena();
        foreach (var arrangement in _arrangements)
        {
            var scan = arrangement.Scan(tick, columns);
            while (scan.Next(batch, arena))
            {
                sum += ChecksumOperator.SumOf(batch, columns);
                arena.Reset();
            }
        }

        return sum;
    }

    internal bool Reads(int relationId) => _instance.Scans.Any(s => s.RelationId == relationId);

    internal void ThrowIfFailed()
    {
        if (_instance.Failure.Cause is { } cause)
        {
            throw new InvalidOperationException($"{Name} failed: {cause.Message}", cause);
        }
    }

    /// <summary>Writes the result's visible columns as CSV.</summary>
    internal void WriteResult(string path, long tick)
    {
        using var file = new StreamWriter(path);
        file.WriteLine(string.Join(',', Columns.Take(VisibleColumns).Select(c => c.Name)));
        int[] columns = [.. Enumerable.Range(0, VisibleColumns)];
        var batch = new Batch();
        using var arena = new Arena();
        foreach (var arrangement in _arrangements)
        {
            var scan = arrangement.Scan(tick, columns);
            while (scan.Next(batch, arena))
            {
                ResultCsv.Write(file, batch);
                arena.Reset();
            }
        }
    }

    public void Dispose()
    {
        _graph.Detach(_instance);
        foreach (var arrangement in _arrangements)
        {
            arrangement.Dispose();
        }
    }
}
