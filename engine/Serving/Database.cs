using System.Collections.Concurrent;
using System.Collections.Immutable;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Budget;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Manifests;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Serving;

/// <summary>
/// The engine in one object: catalog, main lane, what readers need. The catalog and the set of stored relations are
/// immutable values swapped by the main lane when a definition is published; sessions read them on any thread.
/// </summary>
public sealed class Database : IDatabase, ICheckpointed
{
    private readonly DatabaseOptions _options;
    private readonly DataDirectory? _directory;
    private readonly BlockWarming? _warming;
    private readonly DatabaseState? _state;
    private int _nextSession;
    private int _openSessions;
    private string? _memorySetting;
    private PublishedState _published = new(CatalogSnapshot.Empty, ImmutableDictionary<int, StoredRelation>.Empty);

    private Database(
        DatabaseOptions options, Host host, SourceConnectors connectors, DataDirectory? directory, ITickLog log,
        DatabaseState? state = null)
    {
        _directory = directory;
        _state = state;
        _options = options;
        _warming = options.WarmsMemory ? new BlockWarming(host.Threads) : null;
        Host = host;
        Connectors = connectors;
        Functions = BuiltinFunctions.CreateRegistry();
        // A data directory made while the state had no checkpoint yet has a seed of its own.
        ulong seed = state?.Checkpoint?.Root.HashSeed ?? directory?.HashSeed ?? options.HashSeed ?? host.Random.NextUInt64();
        HashSeed = seed;
        ClusterId = IdentityOf(seed);
        // Parts stay as many as the state has: their number is the state's, threads are the machine's.
        Lane = new MainLane(host, log, state?.Checkpoint?.Root.Parts ?? options.Workers, seed, options.FileRoots, options.Hook)
        {
            LogsToStore = options.LogsToStore,
            BuildRows = options.BuildRows,
        };
        Lane.ViewFailed = view => Suspender.Suspend(this, view);
        Lane.Pressure.BytesBeside = id => Stored.GetValueOrDefault(id)?.Indexes.Sum(i => i.Arrangements.Sum(a => a.LiveBytes)) ?? 0;
        if (state is not null)
        {
            Lane.Graph.KeepState();
            Lane.Checkpointer = new Checkpointer(
                state.Store, host, Lane, this, options.CheckpointAgeNanosMax, options.Durability, options.CheckpointMergeBytesMax);
            Lane.Graph.Detached.IsRead = () => Lane.Checkpointer.IsUnderWay;
        }
    }

    /// <summary>The least memory limit there is.</summary>
    public const long MemoryBytesMin = MemoryBudget.LimitBytesMin;

    public long PublishedEpoch => Lane.Pins.Published;

    public Task<Exception> Death => Lane.DeathTask;

    internal Host Host { get; }

    internal SourceConnectors Connectors { get; }

    internal FunctionRegistry Functions { get; }

    internal MainLane Lane { get; }

    internal ulong HashSeed { get; }

    internal double ShortWriteRows => _options.ShortWriteRows;

    internal long QuickWriteNanos => _options.QuickWriteNanos;

    /// <summary>Made from the hash seed, which is random and kept with the database.</summary>
    internal Guid ClusterId { get; }

    /// <summary>A version 4 identifier of the seed's hash, which gives nothing of the seed away.</summary>
    private static Guid IdentityOf(ulong seed)
    {
        Span<byte> bytes = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(seed), bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }

    /// <summary>Bytes of live state of a relation or index by oid, and of its indexes. Any thread; approximate while ticks run.</summary>
    internal (long Own, long Indexes) RelationBytes(uint oid)
    {
        foreach (var relation in Stored.Values)
        {
            if (relation.Relation.Oid == oid)
            {
                return (relation.Arrangements.Sum(a => a.LiveBytes),
                    relation.Indexes.Sum(i => i.Arrangements.Sum(a => a.LiveBytes)));
            }

            var index = relation.Indexes.FirstOrDefault(i => i.Definition.Oid == oid);
            if (index is not null)
            {
                return (index.Arrangements.Sum(a => a.LiveBytes), 0);
            }
        }

        return default;
    }

    internal PlannerRules Rules => _options.Rules;

    internal PlanCache Plans { get; } = new();

    /// <summary>Ids of rows without primary key. Main lane only.</summary>
    internal RowIdCounters RowIds { get; } = new();

    /// <summary>By suspended view: its last good epoch and when it stopped. Written by the main lane, read by any thread.</summary>
    internal ConcurrentDictionary<int, (long Epoch, long Micros)> Stops { get; } = new();

    internal CatalogSnapshot Catalog => Published.Catalog;

    /// <summary>Relations that can be read, by id.</summary>
    internal ImmutableDictionary<int, StoredRelation> Stored => Published.Stored;

    /// <summary>Both together; with an epoch: <see cref="Snapshot"/>.</summary>
    internal PublishedState Published => Volatile.Read(ref _published);

    /// <summary>
    /// Opens a database: in its directory, brought to the last tick of its log, or in memory when none is given. Raises
    /// <c>StorageException</c> or <c>CorruptionException</c>, which name the directory or file, when that cannot be.
    /// </summary>
    public static Database Open(DatabaseOptions options, Host host, SourceConnectors connectors)
    {
        if (options.DataDirectory is not { } path)
        {
            var empty = new Database(options, host, connectors, null, new MemoryTickLog());
            empty.SetStartingLimit();
            empty.Lane.Start();
            return empty;
        }

        var directory = DatabaseState.OpenDirectory(options, path, host);
        Database? database = null;
        DatabaseState? state = null;
        try
        {
            state = options.Checkpoints ? DatabaseState.Open(options, directory, host) : null;
            var recovery = new LogRecovery(
                DatabaseState.OpenLog(options, directory, host, state), state?.Checkpoint?.Root.LogNumber ?? 0, state?.Term ?? 1,
                () => options.LogsToStore ? state?.Store.FindSuccessor() : null);
            ITickLog log = recovery.Log;
            database = new Database(options, host, connectors, directory, options.Durability?.Log(log) ?? log, state);
            recovery.Run(database, state?.Checkpoint, options.Durability);
            if (!options.LoadsWhileServing)
            {
                database.Lane.LoadNow();
            }

            database.SetStartingLimit();
            database.Lane.Start();
            // Nobody waits for it: it comes after the state is loaded, and where that fails the rest is served all the same.
            _ = Subscriptions.SubscriptionViews.DropAll(database);
            return database;
        }
        catch (Exception e)
        {
            database?.Close();
            state?.Dispose();
            directory.Dispose();
            if (e is FencedException)
            {
                throw new StorageException($"another server has taken over while this one was starting: {e.Message}", isTransient: true, e);
            }

            throw;
        }
    }

    public ISession Connect(string user, string database)
    {
        if (database != _options.DatabaseName)
        {
            throw new SqlException(SqlState.InvalidCatalogName, $"database \"{database}\" does not exist");
        }

        if (user != _options.UserName)
        {
            throw new SqlException(SqlState.InvalidAuthorization, $"role \"{user}\" does not exist");
        }

        return Connect(user);
    }

    /// <summary>A session of the database's own.</summary>
    internal Session ConnectInternally() => Connect(_options.UserName);

    private Session Connect(string user)
    {
        Interlocked.Increment(ref _openSessions);
        return new Session(this, Interlocked.Increment(ref _nextSession), user, _options.DatabaseName);
    }

    /// <summary>What the engine is doing, for dashboards and the demo's footer. Any thread; figures are approximate.</summary>
    public DatabaseStatistics ReadStatistics() => new(
        PublishedEpoch,
        Lane.Statistics.Ticks,
        Lane.Statistics.Rows,
        Lane.Statistics.BusyNanos,
        Lane.Statistics.LastFreshnessMicros,
        BlockPool.LiveBytes,
        Volatile.Read(ref _openSessions),
        Lane.Memory.LimitBytes,
        Catalog.Relations.Count(r => r is { Kind: RelationKind.MaterializedView, Suspended: not null }));

    /// <summary>The same in full, as the system relations show it. Any thread.</summary>
    public DatabaseFacts? ReadFacts() => DatabaseFacts.Of(this);

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private void Close()
    {
        Lane.Dispose();
        // Whatever was writing has ended; what became of it is nobody's concern any more.
        Lane.Graph.Detached.IsRead = null;
        Lane.Graph.Drop();
        _warming?.Dispose();
        _state?.Dispose();
        _directory?.Dispose();
    }

    void ICheckpointed.Describe(CheckpointRoot root)
    {
        root.RowIds.AddRange(RowIds.All);
        foreach (var (id, relation) in Stored)
        {
            if (relation.Failure?.RowErrors is { Count: > 0 } errors)
            {
                root.RowErrors.Add((id, errors.Count, errors.Last ?? ""));
            }
        }
    }

    long ICheckpointed.CatalogVersion => Catalog.Version;

    (long Version, byte[] Text) ICheckpointed.Catalog() => (Catalog.Version, CatalogJson.Write(Catalog));

    internal ReadPin? PinAt(long tick) => ReadPin.At(Lane.Epochs, Lane.Pins, tick);

    internal ReadPin PinPublished() => ReadPin.Published(Lane.Epochs, Lane.Pins);

    /// <summary>The newest epoch, pinned, and the catalog and relations as they stand in it.</summary>
    internal (PublishedState Published, ReadPin Pin) Snapshot()
    {
        while (true)
        {
            var published = Published;
            var pin = PinPublished();
            if (ReferenceEquals(published, Published))
            {
                return (published, pin);
            }

            // A definition was published in between: the epoch pinned may show relations these know nothing of.
            pin.Dispose();
        }
    }

    internal void Forget(Session session)
    {
        _ = session;
        Interlocked.Decrement(ref _openSessions);
    }

    /// <summary>Main lane only: makes a new catalog and set of relations visible.</summary>
    internal void Publish(CatalogSnapshot catalog, ImmutableDictionary<int, StoredRelation> stored) =>
        Volatile.Write(ref _published, new PublishedState(catalog, stored));

    /// <summary>
    /// Main lane only: what a definition leads to. Views that have stopped since it was planned (sinks it delivered brought them rows)
    /// stay stopped.
    /// </summary>
    internal void PublishDefinition(CatalogSnapshot catalog, ImmutableDictionary<int, StoredRelation> stored)
    {
        var carried = Suspender.Carry(Catalog, catalog);
        if (!ReferenceEquals(carried, catalog))
        {
            foreach (var (id, now) in Stored)
            {
                if (now.Suspended is not null && carried.Find(id) is CatalogRelation { Suspended: not null } relation)
                {
                    stored = stored.SetItem(id, now with { Relation = relation });
                }
            }
        }

        Publish(carried, stored);
        ApplySystemSettings();
    }

    /// <summary>Empty arrangements for a relation's rows, one a part. Main lane only.</summary>
    internal Arrangement[] CreateArrangements(CatalogRelation relation)
    {
        var spec = new ArrangementSpec(
            relation.Name,
            [.. relation.Columns.Select(c => c.Type)],
            relation.Key,
            relation.AppendOnly && relation.Key is null,
            relation.Key is { Count: > 0 } key ? [key] : [],
            HashSeed)
        {
            IsLookedUp = relation.Key is { Count: > 0 },
        };
        using var scope = Lane.Graph.Open($"t{relation.Id}");
        return [.. Lane.Graph.Parts.Select(p => new Arrangement(spec, p.State))];
    }

    /// <summary>Checkpoints hold these no longer. Main lane only.</summary>
    internal void Forget(Arrangement[] arrangements)
    {
        for (int part = 0; part < arrangements.Length; part++)
        {
            Lane.Graph.Parts[part].State.Registry.Remove(arrangements[part]);
        }
    }

    /// <summary>Frees arrangements once no reader is left. Main lane only.</summary>
    internal void Retire(Arrangement[] arrangements)
    {
        Forget(arrangements);
        for (int part = 0; part < arrangements.Length; part++)
        {
            Lane.Graph.Parts[part].State.Retired.Retire(new RetiredArrangement(arrangements[part]), 0, 0);
        }
    }

    /// <summary>ALTER SYSTEM SET memory rules from the moment it is published until the process ends.</summary>
    private void ApplySystemSettings()
    {
        if (Lane.Replay.IsRunning)
        {
            return;
        }

        string? text = Catalog.SystemSettings.GetValueOrDefault(SystemParameters.Memory);
        if (text != _memorySetting)
        {
            _memorySetting = text;
            Lane.Memory.SetLimit(text is null ? StartingLimit : MemorySize.TryParse(text)!.Value);
        }
    }

    /// <summary>The limit when ALTER SYSTEM says nothing: the command line's, or the usual one.</summary>
    private long StartingLimit => _options.MemoryBytes > 0 ? _options.MemoryBytes : _options.MemoryBytesUsual;

    /// <summary>The log has been executed: the limit as the process was started with it, else as the catalog has it.</summary>
    private void SetStartingLimit()
    {
        _memorySetting = Catalog.SystemSettings.GetValueOrDefault(SystemParameters.Memory);
        Lane.Memory.SetLimit(_options.MemoryBytes > 0 || _memorySetting is null
            ? StartingLimit
            : MemorySize.TryParse(_memorySetting)!.Value);
    }

    private sealed class RetiredArrangement(Arrangement arrangement) : IRetirable
    {
        public void Release(nint token, long size) => arrangement.Dispose();
    }
}

/// <summary>The catalog and the relations that can be read, as of one published definition.</summary>
internal sealed record PublishedState(CatalogSnapshot Catalog, ImmutableDictionary<int, StoredRelation> Stored);

/// <summary>Approximate figures of a running database.</summary>
/// <param name="Epoch">The newest published epoch.</param>
/// <param name="Ticks">Ticks executed.</param>
/// <param name="Rows">Input rows executed.</param>
/// <param name="BusyNanos">Time the main lane spent in ticks.</param>
/// <param name="FreshnessMicros">From arrival to publication, of the last tick with source rows.</param>
/// <param name="StateBytes">Native memory in use.</param>
/// <param name="Sessions">Open sessions.</param>
/// <param name="MemoryLimitBytes">The process's memory limit; 0: none.</param>
/// <param name="ViewsSuspended">Materialized views that stand still.</param>
public readonly record struct DatabaseStatistics(
    long Epoch, long Ticks, long Rows, long BusyNanos, long FreshnessMicros, long StateBytes, int Sessions,
    long MemoryLimitBytes, int ViewsSuspended);
