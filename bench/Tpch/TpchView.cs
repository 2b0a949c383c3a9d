using Vectorized.Bench.Nexmark;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Bench.Tpch;

/// <summary>
/// One query as an incremental view in process: parsed, bound, planned and instantiated as CREATE MATERIALIZED VIEW does it,
/// fed ticks of the tables' changes. The tables are keyed and may be updated and deleted from, so nothing is planned as
/// append-only; their own copy of the rows is not kept (as in the systems the rates are compared with). The planner knows
/// the tables' sizes, as it does for a view created on loaded tables.
/// </summary>
internal sealed class TpchView : IDisposable
{
    private const int ViewId = 100;
    private const ulong HashSeed = 42;

    private readonly TickPins _pins = new();
    private readonly DataflowGraph _graph;
    private readonly WorkerCrew _crew;
    private readonly TickExecutor _executor;
    private readonly Dictionary<TpchTable, RelationOutput> _sources = [];
    private readonly ViewInstance _view;
    private readonly Arrangement[] _arrangements;
    private readonly MaterializeNode _plan;
    private readonly int _visibleColumns;
    private long _tick;

    internal TpchView(string query, string sql, TpchGenerator generator, int workers = 1)
    {
        Query = query;
        _graph = new DataflowGraph(workers, HashSeed, new EpochProtection(), _pins);
        _crew = new WorkerCrew(workers, Storage.Platform.Host.System.Threads);
        _executor = new TickExecutor(_graph, _crew);
        var catalog = Catalog();
        foreach (var table in Enum.GetValues<TpchTable>())
        {
            int id = catalog.Find(CatalogSnapshot.PublicSchemaId, TpchDatabase.NameOf(table))!.Id;
            _sources.Add(table, SourceBuilder.Build(
                _graph, id, TpchDatabase.NameOf(table), [.. TpchSchema.Of(table).Select(c => c.Type)]));
        }

        var statement = (SelectStatement)SqlParser.Parse(sql)[0];
        var statistics = new TpchStatistics(catalog, generator);
        var planner = new Planner(BuiltinFunctions.CreateRegistry(), catalog, SessionValues.Default, statistics);
        var planned = planner.PlanMaterializedView(statement.Query, [], ViewId, query);
        _plan = (MaterializeNode)planned.Definition.Plan;
        _visibleColumns = planned.Definition.VisibleColumnCount;
        var spec = new ArrangementSpec(
            query,
            [.. _plan.Columns.Select(c => c.Type)],
            _plan.Properties.Key,
            AppendOnly: false,
            _plan.Properties.Key is { Count: > 0 } key ? [key] : [],
            HashSeed);
        _arrangements = [.. _graph.Parts.Select(p => new Arrangement(spec, p.State))];
        var builder = new GraphBuilder(_graph);
        _view = builder.Build(_plan, _arrangements);
        GraphBuilder.Attach(_view);
        _graph.AddView(_view);
        Tables = [.. _sources.Keys.Where(t => _view.Scans.Any(scan => scan.RelationId == _sources[t].RelationId))];
    }

    internal string Query { get; }

    /// <summary>The tables the query reads.</summary>
    internal IReadOnlyList<TpchTable> Tables { get; }

    internal PlanNode Plan => _plan;

    internal IReadOnlyList<Engine.Operators.Operator> Operators => _view.Operators;

    /// <summary>A catalog of the eight tables.</summary>
    internal static CatalogSnapshot Catalog()
    {
        var editor = new CatalogEditor(CatalogSnapshot.Empty);
        foreach (var table in Enum.GetValues<TpchTable>())
        {
            var key = TpchSchema.Key(table);
            editor.Add(new CatalogRelation
            {
                Id = editor.NewId(),
                Name = TpchDatabase.NameOf(table),
                Owner = CatalogSnapshot.RootUser,
                SchemaId = CatalogSnapshot.PublicSchemaId,
                Kind = RelationKind.Table,
                Columns = [.. TpchSchema.Of(table).Select((c, i) => new CatalogColumn(c.Name, c.Type) { NotNull = key.Contains(i) })],
                PrimaryKey = [.. key],
                Key = [.. key],
            });
        }

        return editor.Commit();
    }

    /// <summary>Executes one table's changes as a tick and publishes it; nothing where the query does not read the table.</summary>
    internal int Tick(TpchTable table, Batch rows)
    {
        if (!Tables.Contains(table))
        {
            return 0;
        }

        _tick++;
        _executor.BeginTick(_tick, 0);
        _executor.Feed(_sources[table], rows);
        _executor.Execute(rows.RowCount);
        _pins.Publish(_tick);
        foreach (var part in _graph.Parts)
        {
            part.State.EndTick();
        }

        if (_view.Failure.Cause is { } cause)
        {
            throw new InvalidOperationException($"{Query} failed: {cause.Message}", cause);
        }

        return rows.RowCount;
    }

    /// <summary>The visible columns of all rows as text.</summary>
    internal List<string?[]> Rows()
    {
        var rows = new List<string?[]>();
        var batch = new Batch();
        using var arena = new Arena();
        foreach (var arrangement in _arrangements)
        {
            var scan = arrangement.Scan(_tick, [.. Enumerable.Range(0, _visibleColumns)]);
            while (scan.Next(batch, arena))
            {
                for (int row = 0; row < batch.RowCount; row++)
                {
                    rows.Add([.. Enumerable.Range(0, _visibleColumns).Select(c => TpchDatabase.Cell(batch, c, row))]);
                }

                arena.Reset();
            }
        }

        return rows;
    }

    public void Dispose()
    {
        _graph.Detach(_view);
        foreach (var arrangement in _arrangements)
        {
            arrangement.Dispose();
        }

        foreach (var part in _graph.Parts)
        {
            part.Context.TickArena.Dispose();
            part.State.Dispose();
        }

        _crew.Dispose();
    }
}
