using Vectorized.Connectors.Generators;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.State;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// One Nexmark query in the engine: parsed, bound, planned and instantiated as CREATE MATERIALIZED VIEW does it, fed ticks of
/// pre-made events. Each batch is copied into the tick's memory before it is released into the dataflow.
/// </summary>
internal sealed class NexmarkEngine : IDisposable
{
    private const int ViewId = 100;
    private const int SideInputId = 90;

    private readonly EpochProtection _epochs = new();
    private readonly TickPins _pins = new();
    private readonly DataflowGraph _graph;
    private readonly WorkerCrew _crew;
    private readonly TickExecutor _executor;
    private readonly RelationOutput[] _sources;
    private readonly ViewInstance _view;
    private readonly RelationOutput _sideInput;
    private readonly Arrangement[] _arrangements = [];
    private readonly ChecksumOperator[] _checksums = [];
    private readonly bool[] _isRead;
    private readonly Arena _copies = new();
    private readonly BatchPool _shells = new();
    private long _tick;

    internal NexmarkEngine(string query, string sql, int workers, bool materialize)
    {
        Query = query;
        _graph = new DataflowGraph(workers, hashSeed: 42, _epochs, _pins);
        _crew = new WorkerCrew(workers, Storage.Platform.Host.System.Threads);
        _executor = new TickExecutor(_graph, _crew);
        var catalog = CreateCatalog(out int[] ids);
        _sources = [.. Enum.GetValues<NexmarkKind>().Select((kind, i) => SourceBuilder.Build(
            _graph, ids[i], kind.ToString(), [.. NexmarkSchema.Of(kind).Select(c => c.Type)]))];
        var statement = (SelectStatement)SqlParser.Parse(sql)[0];
        var planner = new Planner(BuiltinFunctions.CreateRegistry(), catalog, SessionValues.Default, UnknownStatistics.Instance);
        var planned = planner.PlanMaterializedView(statement.Query, [], ViewId, query);
        var plan = (MaterializeNode)planned.Definition.Plan;
        Columns = plan.Columns;
        VisibleColumns = planned.Definition.VisibleColumnCount;
        _sideInput = NexmarkSideInput.Build(_graph, SideInputId);
        var builder = new GraphBuilder(_graph);
        if (materialize)
        {
            var spec = new ArrangementSpec(
                query,
                [.. plan.Columns.Select(c => c.Type)],
                plan.Properties.Key,
                planned.AppendOnly && plan.Properties.Key is null,
                plan.Properties.Key is { Count: > 0 } key ? [key] : [],
                42);
            _arrangements = [.. _graph.Parts.Select(p => new Arrangement(spec, p.State))];
            _view = builder.Build(plan, _arrangements);
        }
        else
        {
            _checksums = new ChecksumOperator[workers];
            _view = builder.Build(
                plan, (part, context) => _checksums[part] = new ChecksumOperator(context, plan.Columns.Count));
        }

        GraphBuilder.Attach(_view);
        _graph.AddView(_view);
        _isRead = [.. ids.Select(id => _view.Scans.Any(s => s.RelationId == id))];
    }

    internal string Query { get; }

    /// <summary>The clock's step between ticks.</summary>
    internal long TickMicros { get; init; } = 8_000;

    /// <summary>now() of the last tick.</summary>
    internal long NowMicros => (NexmarkOptions.DefaultBaseTimeMs * 1000) + (_tick * TickMicros);

    internal IReadOnlyList<PlanColumn> Columns { get; }

    internal int VisibleColumns { get; }

    /// <summary>Rows of the result, or rows that came out of a stateless query.</summary>
    internal long ResultRows => _arrangements.Length > 0 ? _arrangements.Sum(a => a.LiveRows) : _checksums.Sum(c => c.Rows);

    internal ulong Checksum => _checksums.Aggregate(0UL, (sum, c) => sum + c.Sum);

    internal IEnumerable<string> Forms => _view.Operators.Select(o => o.Form);

    /// <summary>
    /// Executes the blocks as one tick and publishes it. By the ticks' clock (now(), proctime()) each starts
    /// <see cref="TickMicros"/> after the one before.
    /// </summary>
    internal void Tick(ReadOnlySpan<NexmarkBlock> blocks)
    {
        _tick++;
        _executor.BeginTick(_tick, NowMicros);
        _copies.Reset(64);
        _shells.Reset();
        int rows = _tick == 1 ? FeedSideInput() : 0;
        foreach (var block in blocks)
        {
            rows += Feed(0, block.People) + Feed(1, block.Auctions) + Feed(2, block.Bids);
        }

        _executor.Execute(rows);
        _pins.Publish(_tick);
        foreach (var part in _graph.Parts)
        {
            part.State.EndTick();
        }

        if (_view.Failure.Cause is { } cause)
        {
            throw new InvalidOperationException($"{Query} failed: {cause.Message}", cause);
        }
    }

    /// <summary>Writes the result's visible columns as CSV.</summary>
    internal void WriteResult(string path)
    {
        using var file = new StreamWriter(path);
        file.WriteLine(string.Join(',', Columns.Take(VisibleColumns).Select(c => c.Name)));
        int[] columns = [.. Enumerable.Range(0, VisibleColumns)];
        var batch = new Batch();
        using var arena = new Arena();
        foreach (var arrangement in _arrangements)
        {
            var scan = arrangement.Scan(_tick, columns);
            while (scan.Next(batch, arena))
            {
                ResultCsv.Write(file, batch);
                arena.Reset();
            }
        }
    }

    public void Dispose()
    {
        DataflowGraph.Free(_view);
        foreach (var arrangement in _arrangements.Concat(_sideInput.Arrangements!))
        {
            arrangement.Dispose();
        }

        foreach (var part in _graph.Parts)
        {
            part.Context.TickArena.Dispose();
            part.State.Dispose();
        }

        _copies.Dispose();
        _crew.Dispose();
    }

    private int FeedSideInput()
    {
        if (!_view.Scans.Any(s => s.RelationId == SideInputId))
        {
            return 0;
        }

        using var rows = NexmarkSideInput.Rows();
        _executor.Feed(_sideInput, BatchCopy.Into(_copies, rows.Batch, _shells.Take(0, 0)));
        return rows.Batch.RowCount;
    }

    private int Feed(int source, Batch batch)
    {
        if (!_isRead[source] || batch.RowCount == 0)
        {
            return 0;
        }

        _executor.Feed(_sources[source], BatchCopy.Into(_copies, batch, _shells.Take(0, 0)));
        return batch.RowCount;
    }

    private static CatalogSnapshot CreateCatalog(out int[] ids)
    {
        var editor = new CatalogEditor(CatalogSnapshot.Empty);
        var kinds = Enum.GetValues<NexmarkKind>();
        ids = new int[kinds.Length];
        for (int i = 0; i < kinds.Length; i++)
        {
            ids[i] = editor.NewId();
            editor.Add(new CatalogRelation
            {
                Id = ids[i],
                Name = kinds[i].ToString().ToLowerInvariant(),
                Owner = CatalogSnapshot.RootUser,
                SchemaId = CatalogSnapshot.PublicSchemaId,
                Kind = RelationKind.Source,
                Columns = [.. NexmarkSchema.Of(kinds[i]).Select(c => new CatalogColumn(c.Name, c.Type))],
                AppendOnly = true,
            });
        }

        editor.Add(NexmarkSideInput.Describe(SideInputId));
        return editor.Commit();
    }
}
