using Vectorized.Fuzz.Simulation.World;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Log;
using Vectorized.Storage.Manifests;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Files;

/// <summary>What `vectorized check` looks at, whenever no server runs: every record of the log, every block of the checkpoint.</summary>
internal static class DeviceCheck
{
    /// <summary>Raises <see cref="SimulationFailure"/> for damage.</summary>
    /// <param name="device">As the server left it, or the power.</param>
    /// <param name="isOrderly">The server ended in order: nothing is left torn.</param>
    internal static void Check(SimulatedFiles device, bool isOrderly)
    {
        try
        {
            if (DataDirectory.ReadIdentity(device, Life.Data) is not { } identity)
            {
                return;
            }

            CheckLog(device, identity.DatabaseId, isOrderly);
            CheckState(device);
        }
        catch (CorruptionException e)
        {
            throw new SimulationFailure($"check finds damage: {e.Message}");
        }
    }

    private static void CheckLog(SimulatedFiles device, ulong databaseId, bool isOrderly)
    {
        if (!device.DirectoryExists($"{Life.Data}/log"))
        {
            return;
        }

        var log = new LogReader(device, $"{Life.Data}/log", databaseId);
        foreach (var record in log.Read())
        {
            _ = record;
        }

        if (isOrderly && log.TornBytes > 0)
        {
            throw new SimulationFailure($"a server that ended in order left {log.TornBytes} bytes behind its log's end");
        }
    }

    private static void CheckState(SimulatedFiles device)
    {
        string path = $"{Life.Data}/state";
        if (!device.DirectoryExists(path))
        {
            return;
        }

        var host = Host.System with { Files = device };
        using var objects = new DirectoryObjectStore(host, path);
        using var store = CheckpointStore.Open(objects, host, new CheckpointStoreOptions { IsReadOnly = true });
        ReadAll(store);
    }

    /// <summary>Reads every block of every run.</summary>
    internal static void ReadAll(CheckpointStore store)
    {
        foreach (var run in store.State.Structures.Values.SelectMany(s => s.Runs))
        {
            using var reader = store.OpenRun(run);
            byte[] bytes = new byte[reader.BlocksLength(0, reader.BlockCount)];
            reader.ReadBlocks(0, reader.BlockCount, bytes);
        }
    }
}
