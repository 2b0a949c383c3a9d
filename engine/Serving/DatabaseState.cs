using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Log;
using Vectorized.Storage.Manifests;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Serving;

/// <summary>A durable database's checkpoint store, open for writing, and what it held when it was opened.</summary>
internal sealed class DatabaseState : IDisposable
{
    private const int ClosingTriesMax = 100;

    private readonly IObjectStore _objects;

    private DatabaseState(IObjectStore objects, CheckpointStore store)
    {
        _objects = objects;
        Store = store;
        Checkpoint = CheckpointRestore.Read(store);
    }

    internal CheckpointStore Store { get; }

    /// <summary>This opening's term.</summary>
    internal long Term => Store.State.Term;

    /// <summary>The last checkpoint; null: there is none.</summary>
    internal CheckpointRestore? Checkpoint { get; }

    /// <summary>
    /// The data directory. A new one beside a state that exists elsewhere becomes that database's, without the log it had.
    /// </summary>
    internal static DataDirectory OpenDirectory(DatabaseOptions options, string path, Host host)
    {
        if (options.StateAddress is null || DataDirectory.ReadIdentity(host.Files, path) is not null)
        {
            return DataDirectory.Open(host.Files, path, host.Random, options.HashSeed);
        }

        using var objects = OpenObjects(options, options.StateAddress, host);
        using var found = CheckpointStore.Open(objects, host, new CheckpointStoreOptions { IsReadOnly = true });
        ulong? seed = CheckpointRestore.Read(found)?.Root.HashSeed ?? options.HashSeed;
        ulong id = found.State.DatabaseId;
        if (id == 0)
        {
            // The store is told first: a directory that knew an id of its own would not fit to what another server may make of the store.
            using var made = CheckpointStore.Open(objects, host, new CheckpointStoreOptions { HostName = options.HostName });
            id = made.State.DatabaseId;
        }

        return DataDirectory.Open(host.Files, path, host.Random, seed, id);
    }

    internal static DatabaseState Open(DatabaseOptions options, DataDirectory directory, Host host)
    {
        var objects = OpenObjects(options, options.StateAddress ?? directory.StatePath, host);
        try
        {
            var store = CheckpointStore.Open(objects, host, StoreOptions(options, directory, host));
            return new DatabaseState(objects, store);
        }
        catch
        {
            objects.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The log as the options have it. What stands in the other place and is in no checkpoint would be lost: then it is refused.
    /// </summary>
    internal static RecordLog OpenLog(DatabaseOptions options, DataDirectory directory, Host host, DatabaseState? state)
    {
        var local = new DirectoryLog(
            host.Files, directory.LogPath, directory.DatabaseId, options.LogSegmentBytesMax);
        if (state is null)
        {
            return local;
        }

        ulong next = (state.Checkpoint?.Root.LogNumber ?? 0) + 1;
        var remote = new ObjectLog(state._objects, directory.DatabaseId, state.Term, host.Random.NextUInt64(), options.HostName);
        if (options.LogsToStore && local.Read(next).Any())
        {
            throw new StorageException(
                $"the log in {directory.LogPath} holds records that are in no checkpoint yet: "
                    + "start once with durability = local and stop the server, then with durability = store",
                isTransient: false);
        }

        if (!options.LogsToStore)
        {
            Close(remote, next, state, isShared: options.StateAddress is not null);
        }

        state.Store.Declare(options.LogsToStore ? CheckpointDurability.Store : CheckpointDurability.Local);
        return options.LogsToStore ? remote : local;
    }

    /// <summary>
    /// The log on the store has nothing that is in no checkpoint, and nothing can be added to it: an earlier writer may still be at work
    /// and would acknowledge what nobody reads.
    /// </summary>
    private static void Close(ObjectLog log, ulong next, DatabaseState state, bool isShared)
    {
        for (int tries = 0; ; tries++)
        {
            if (log.Read(next).Any())
            {
                throw new StorageException(
                    $"the log on {state._objects.Name} holds records that are in no checkpoint yet: "
                        + "start once with durability = store and stop the server, then with durability = local",
                    isTransient: false);
            }

            if (!isShared)
            {
                // The directory's lock keeps others out.
                return;
            }

            try
            {
                log.OpenWriter().Dispose();
                return;
            }
            catch (FencedException e) when (e.Term < state.Term && tries < ClosingTriesMax)
            {
                // It was added to meanwhile: look again.
            }
        }
    }

    private static CheckpointStoreOptions StoreOptions(DatabaseOptions options, DataDirectory directory, Host host)
    {
        var opening = new CheckpointStoreOptions { DatabaseId = directory.DatabaseId, HostName = options.HostName };
        if (options.StateAddress is null)
        {
            // The log stands beside it, and goes where it goes.
            return opening with { TakesOver = true };
        }

        var lineage = new LogLineage(host, directory, options.HostName);
        return opening with
        {
            TakesOver = options.TakesOver,
            WriterId = lineage.WriterId,
            HasLogOf = lineage.Continues,
            Taking = lineage.Take,
        };
    }

    private static IObjectStore OpenObjects(DatabaseOptions options, string address, Host host)
    {
        var objects = ObjectStores.Open(address, host);
        return options.Between?.Invoke(objects) ?? objects;
    }

    public void Dispose()
    {
        Store.Dispose();
        _objects.Dispose();
    }
}
