using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Log;
using Vectorized.Storage.Manifests;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Verifies every checksum of a database's checkpoint and of the log behind it, wherever they stand. Takes no lock and changes
/// nothing: of a running server it sees what is durable so far.
/// </summary>
public static class StateCheck
{
    /// <summary>
    /// What was found, a line each. Raises <see cref="CorruptionException"/> for damage, <see cref="StorageException"/> where
    /// there is no database.
    /// </summary>
    /// <param name="address">A data directory, or where a state stands apart from one.</param>
    /// <param name="host">The machine.</param>
    public static IReadOnlyList<string> Run(string address, Host host)
    {
        bool isAddress = address.Contains("://", StringComparison.Ordinal);
        var identity = isAddress ? null : DataDirectory.ReadIdentity(host.Files, address);
        string state = identity is null ? address : Path.Combine(address, DataDirectory.StateName);
        var lines = new List<string>();
        ulong covered = 0;
        ulong id = identity?.DatabaseId ?? 0;
        if (isAddress || host.Files.DirectoryExists(state))
        {
            using var objects = ObjectStores.Open(state, host);
            (id, covered) = CheckState(objects, host, lines, id);
            CheckLog("log on the store", new ObjectLog(objects, id, term: 0, writer: 0), covered + 1, lines);
        }
        else if (identity is null)
        {
            throw new StorageException($"{address} holds no database", isTransient: false);
        }

        if (identity is not null)
        {
            CheckLog("log", new DirectoryLog(host.Files, Path.Combine(address, "log"), id), covered + 1, lines);
        }

        lines.Insert(0, $"database {id:x16}");
        return lines;
    }

    /// <summary>Checks the newest checkpoint; gives the database's id and the last record of the log that it holds.</summary>
    private static (ulong Id, ulong Covered) CheckState(IObjectStore objects, Host host, List<string> lines, ulong id)
    {
        var report = CheckpointCheck.Run(objects, host);
        if (report.Problems.Count > 0)
        {
            throw new CorruptionException(string.Join('\n', report.Problems));
        }

        using var store = CheckpointStore.Open(objects, host, new CheckpointStoreOptions { IsReadOnly = true });
        if (store.State.DatabaseId == 0 && store.State.Root is null && id == 0)
        {
            throw new StorageException($"{objects.Name} holds no database", isTransient: false);
        }

        lines.Add(
            $"checkpoint: tick {report.Tick}, {report.Structures} structures, {report.Runs} runs in {report.Packs} packs, "
                + $"{report.Bytes} bytes");
        return (id == 0 ? store.State.DatabaseId : id, CheckpointRestore.Read(store)?.Root.LogNumber ?? 0);
    }

    private static void CheckLog(string name, RecordLog log, ulong first, List<string> lines)
    {
        long records = 0;
        long bytes = 0;
        foreach (var record in log.Read(first))
        {
            records++;
            bytes += record.Payload.Length;
        }

        lines.Add($"{name}: {records} records behind the checkpoint, {bytes} bytes, {log.TornBytes} bytes that were never acknowledged");
    }
}
