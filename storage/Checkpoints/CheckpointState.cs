namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// What a checkpoint holds, as its manifest says. Immutable. <see cref="Sequence"/> numbers manifests, <see
/// cref="Term"/> writers (each opening takes the next), <see cref="Tick"/> is the published tick whose state this is
/// (0: nothing was committed yet). <see cref="Packs"/> are the packs that are referred to, with their lengths in bytes.
/// </summary>
public sealed record CheckpointState(
    ulong DatabaseId,
    long Sequence,
    long Term,
    long Tick,
    string HostName,
    CheckpointDurability Durability,
    RunRef? Root,
    IReadOnlyDictionary<string, StructureRuns> Structures,
    IReadOnlyDictionary<long, long> Packs)
{
    /// <summary>The opening that wrote last.</summary>
    public ulong WriterId { get; init; }

    /// <summary>The state before the first manifest.</summary>
    internal static CheckpointState Empty { get; } = new(
        0, 0, 0, 0, "", CheckpointDurability.Store, null, new Dictionary<string, StructureRuns>(), new Dictionary<long, long>());

    /// <summary>Every run referred to, under the name of what it belongs to.</summary>
    internal IEnumerable<(string Owner, RunRef Run)> AllRuns()
    {
        if (Root is { } root)
        {
            yield return ("root", root);
        }

        foreach (var (name, structure) in Structures)
        {
            foreach (var run in structure.Runs)
            {
                yield return (name, run);
            }
        }
    }
}

/// <summary>Where what came after a checkpoint is durable: the server's own disk, or the store.</summary>
public enum CheckpointDurability : byte
{
    Local = 0,
    Store = 1,
}
