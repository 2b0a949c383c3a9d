using Vectorized.Connectors.Generators;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.State;

namespace Vectorized.Bench.Nexmark;

/// <summary>
/// Nexmark queries in the engine, in one dataflow, fed ticks of pre-made events. The blocks stand for what a source's reader hands
/// over: they enter the dataflow where they are, as the hand-written loops read them, and nothing may refer to them once a tick is over.
/// </summary>
internal sealed class NexmarkEngine : IDisposable
{
    private const int FirstViewId = 100;
    private const int SideInputId = 90;

    private readonly EpochProtection _epochs = new();
    private readonly TickPins _pins = new();
    private readonly DataflowGraph _graph;
    private readonly WorkerCrew _crew;
    private readonly TickExecutor _executor;
    private readonly RelationOutput[] _sources;
    private readonly NexmarkView[] _views;
    private readonly RelationOutput _sideInput;
    private readonly bool[] _isRead;
    private readonly Arena _copies = new();
    private long _tick;

    internal NexmarkEngine(int workers, params IReadOnlyList<NexmarkViewSpec> views)
    {
        _graph = new DataflowGraph(workers, hashSeed: 42, _epochs, _pins);
        _crew = new WorkerCrew(workers, Storage.Platform.Host.System.Threads);
        Times = new LevelTimes(Storage.Platform.Host.System.Clock, workers);
        _executor = new TickExecutor(_graph, _crew) { Times = Times };
        var catalog = CreateCatalog(out int[] ids);
        _sources = [.. Enum.GetValues<NexmarkKind>().Select((kind, i) => SourceBuilder.Build(
            _graph, ids[i], kind.ToString(), [.. NexmarkSchema.Of(kind).Select(c => c.Type)]))];
        _sideInput = NexmarkSideInput.Build(_graph, SideInputId);
        _views = [.. views.Select((spec, i) => new NexmarkView(spec, FirstViewId + i, _graph, catalog))];
        _isRead = [.. ids.Select(id => _views.Any(v => v.Reads(id)))];
    }

    /// <summary>The clock's step between ticks.</summary>
    internal long TickMicros { get; init; } = 8_000;

    /// <summary>What several workers were busy with.</summary>
    internal LevelTimes Times { get; }

    internal int LevelCount => _graph.LevelCount;

    /// <summary>now() of the last tick.</summary>
    internal long NowMicros => (NexmarkOptions.DefaultBaseTimeMs * 1000) + (_tick * TickMicros);

    /// <summary>Rows of all results; those that came out where they are not kept.</summary>
    internal long ResultRows => _views.Sum(v => v.Rows);

    /// <summary>Of all results as they stand.</summary>
    internal ulong Checksum => _views.Aggregate(0UL, (sum, v) => sum + v.Checksum(_tick));

    /// <summary>
    /// Executes the blocks as one tick and publishes it. By the ticks' clock (now(), proctime()) each starts
    /// <see cref="TickMicros"/> after the one before.
    /// </summary>
    internal void Tick(ReadOnlySpan<NexmarkBlock> blocks)
    {
        _tick++;
        _executor.BeginTick(_tick, NowMicros);
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

        foreach (var view in _views)
        {
            view.ThrowIfFailed();
        }
    }

    /// <summary>Writes a view's visible columns as CSV.</summary>
    internal void WriteResult(string view, string path) => _views.Single(v => v.Name == view).WriteResult(path, _tick);

    public void Dispose()
    {
        foreach (var view in _views)
        {
            view.Dispose();
        }

        foreach (var arrangement in _sideInput.Arrangements!)
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
        if (!_views.Any(v => v.Reads(SideInputId)))
        {
            return 0;
        }

        using var rows = NexmarkSideInput.Rows();
        _executor.Feed(_sideInput, BatchCopy.Into(_copies, rows.Batch));
        return rows.Batch.RowCount;
    }

    private int Feed(int source, Batch batch)
    {
        if (!_isRead[source] || batch.RowCount == 0)
        {
            return 0;
        }

        _executor.Feed(_sources[source], batch);
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
