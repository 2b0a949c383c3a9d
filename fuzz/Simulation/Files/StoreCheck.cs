using Vectorized.Engine.Serving;
using Vectorized.Fuzz.Simulation.Store;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Log;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Files;

/// <summary>
/// What `vectorized check` looks at on an object store: every block of the checkpoint, every record of the log behind it.
/// </summary>
internal static class StoreCheck
{
    /// <summary>Raises <see cref="SimulationFailure"/> for damage.</summary>
    internal static void Check(SimulatedStore objects)
    {
        try
        {
            using var store = CheckpointStore.Open(objects, Host.System, new CheckpointStoreOptions { IsReadOnly = true });
            DeviceCheck.ReadAll(store);
            ulong covered = CheckpointRestore.Read(store)?.Root.LogNumber ?? 0;
            foreach (var record in new ObjectLog(objects, store.State.DatabaseId, store.State.Term, 0).Read(covered + 1))
            {
                _ = record;
            }
        }
        catch (CorruptionException e)
        {
            throw new SimulationFailure($"check finds damage on the store: {e.Message}");
        }
    }
}
