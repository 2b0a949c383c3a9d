namespace Vectorized.Storage.Checkpoints;

/// <summary>Copies a checkpoint to another store.</summary>
public static class CheckpointBackup
{
    /// <summary>The manifest 0 that holds a state as the beginning of a new database.</summary>
    internal static Manifest Seed(CheckpointState state) => new()
    {
        DatabaseId = 0,
        Sequence = 0,
        Base = 0,
        Term = state.Term,
        WriterId = 0,
        Attempt = 0,
        HostName = "",
        Durability = CheckpointDurability.Store,
        Tick = state.Tick,
        Root = state.Root,
        Changes = [.. state.Structures.OrderBy(s => s.Key, StringComparer.Ordinal).Select(
            s => new StructureChange(StructureChangeKind.Replace, s.Key, s.Value.Schema, s.Value.Runs))],
        Packs = [.. state.Packs.OrderBy(p => p.Key)],
    };
}
