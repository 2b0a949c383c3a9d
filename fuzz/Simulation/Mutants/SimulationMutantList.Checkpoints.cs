using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Fuzz.Simulation.Files;

namespace Vectorized.Fuzz.Simulation.Mutants;

/// <summary>Planted bugs of checkpoints.</summary>
internal static partial class SimulationMutantList
{
    private static IEnumerable<SimulationMutant> Checkpoints()
    {
        yield return Skipping("checkpoint: an object is not synced", (kind, path) => kind == "sync" && IsState(path));
        yield return Skipping("checkpoint: the directory of an object is not synced", (kind, path) => kind == "syncdir" && IsState(path));
        yield return new SimulationMutant("checkpoint: the manifest before its pack")
        {
            Files = new FilesMutant
            {
                HoldsBack = (kind, path) => kind is "move" or "link" && path.Contains("/pack/", StringComparison.Ordinal),
                Until = (kind, path) => kind == "link" && path.Contains("/manifest/", StringComparison.Ordinal),
            },
        };
        yield return new SimulationMutant("deletion: a segment's bytes go before its name is gone for good")
        {
            Files = ForgetsNames(),
        };
        yield return Replaying("checkpoint: captured a tick early", () => new SpoiledDurability { CapturesAt = tick => tick - 1 });
        yield return Replaying("checkpoint: captured a tick late", () => new SpoiledDurability { CapturesAt = tick => tick + 1 });
        yield return Replaying("checkpoint: one change of a structure in ten is left out", () =>
        {
            int changes = 0;
            return new SpoiledDurability { KeepsOnly = _ => ++changes % 10 != 0 };
        });
        yield return Replaying("loading: one structure in six is left out", () =>
        {
            int structures = 0;
            return new SpoiledDurability { LoadsOnly = _ => ++structures % 6 != 0 };
        });
        yield return Replaying("checkpoint: covers a record more", () => new SpoiledDurability { CoversInstead = n => n + 1 });
        yield return Replaying("checkpoint: covers a record less", () => new SpoiledDurability { CoversInstead = n => n - 1 });
        yield return Replaying("checkpoint: without ids of rows", () => new SpoiledDurability
        {
            ChangesRoot = root => root.RowIds.Clear(),
        });
        yield return Replaying("checkpoint: without positions of sources", () => new SpoiledDurability
        {
            ChangesRoot = root =>
            {
                for (int i = 0; i < root.Feeds.Count; i++)
                {
                    root.Feeds[i] = root.Feeds[i] with { Positions = [] };
                }
            },
        });
        yield return Replaying("merging beside checkpoints: runs that came meanwhile are lost", () => new SpoiledDurability
        {
            Merges = (runs, task, merged) => task.IsOldest ? [merged] : SideMerge.PutInPlace(runs, task, merged),
        });
        yield return Replaying("merging beside checkpoints: as the newest run", () => new SpoiledDurability
        {
            Merges = (runs, task, merged) => [.. runs.Except(task.Sources), merged],
        });
        // On a device a checkpoint is written before the log has gone on by a segment.
        yield return Logging("log: cut where the checkpoint does not reach", log => new SpoiledLog(log)
        {
            CutsAt = position => position + 20,
        }) with
        { Where = World.Placement.StateOnStore };
        yield return Logging("log: cut after every sync", log => new SpoiledLog(log)
        {
            Syncs = () =>
            {
                log.Cut(log.Position);
                return true;
            },
        });
    }

    /// <summary>The sync of the directory that follows a segment's renaming does nothing.</summary>
    private static FilesMutant ForgetsNames()
    {
        bool renamed = false;
        return new FilesMutant
        {
            Skips = (kind, path) =>
            {
                bool skips = renamed && kind == "syncdir" && IsLogs(path);
                renamed = (kind == "move" && path.EndsWith(".cut", StringComparison.Ordinal)) || (renamed && !skips && kind != "create");
                return skips;
            },
        };
    }

    private static bool IsState(string path) => path.Contains("/state", StringComparison.Ordinal);
}
