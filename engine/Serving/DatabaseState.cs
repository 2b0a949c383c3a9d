using Vectorized.Storage.Checkpoints;
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
        try
        {
            var store = CheckpointStore.Open(objects, host, new CheckpointStoreOptions
            {
                DatabaseId = directory.DatabaseId,
                HostName = options.HostName,
                Durability = CheckpointDurability.Local,
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

    public void Dispose()
    {
        Store.Dispose();
        _objects.Dispose();
    }
}
