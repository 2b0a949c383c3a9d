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

        using var objects = ObjectStores.Open(options.StateAddress, host);
        using var store = CheckpointStore.Open(objects, host, new CheckpointStoreOptions { IsReadOnly = true });
        ulong? id = store.State.DatabaseId == 0 ? null : store.State.DatabaseId;
        ulong? seed = CheckpointRestore.Read(store)?.Root.HashSeed ?? options.HashSeed;
        return DataDirectory.Open(host.Files, path, host.Random, seed, id);
    }

    internal static DatabaseState Open(DatabaseOptions options, DataDirectory directory, Host host)
    {
        var objects = ObjectStores.Open(options.StateAddress ?? directory.StatePath, host);
        objects = options.Between?.Invoke(objects) ?? objects;
        try
        {
            var store = CheckpointStore.Open(objects, host, new CheckpointStoreOptions
            {
                DatabaseId = directory.DatabaseId,
                HostName = options.HostName,
                Durability = options.LogsToStore ? CheckpointDurability.Store : CheckpointDurability.Local,
                TakesOver = options.TakesOver,
            });
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
        var remote = new ObjectLog(state._objects, directory.DatabaseId, state.Term, host.Random.NextUInt64());
        if (options.LogsToStore && local.Read(next).Any())
        {
            throw new StorageException(
                $"the log in {directory.LogPath} holds records that are in no checkpoint yet: "
                    + "start once with durability = local and stop the server, then with durability = store",
                isTransient: false);
        }

        if (!options.LogsToStore && remote.Read(next).Any())
        {
            throw new StorageException(
                $"the log on {state._objects.Name} holds records that are in no checkpoint yet: "
                    + "start once with durability = store and stop the server, then with durability = local",
                isTransient: false);
        }

        return options.LogsToStore ? remote : local;
    }

    public void Dispose()
    {
        Store.Dispose();
        _objects.Dispose();
    }
}
