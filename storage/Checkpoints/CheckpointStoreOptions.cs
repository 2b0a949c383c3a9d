namespace Vectorized.Storage.Checkpoints;

/// <summary>How a <see cref="CheckpointStore"/> is opened.</summary>
public sealed record CheckpointStoreOptions
{
    /// <summary>
    /// The database expected, and the id a new one gets. Null: whatever stands there, or a new random id. A restored
    /// backup takes the id given here, or a new one: from then on it is another database than the one it was copied
    /// from.
    /// </summary>
    public ulong? DatabaseId { get; init; }

    /// <summary>Who writes: stands in the manifests and in the message to a writer that is fenced.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Null: as it is (of a new one: store, as nothing is acknowledged yet), until it is declared.</summary>
    public CheckpointDurability? Durability { get; init; }

    /// <summary>The opening's id in its manifests; null: random.</summary>
    public ulong? WriterId { get; init; }

    /// <summary>Whether the opener has the log of who wrote last. Null: the host of the same name has.</summary>
    public Func<CheckpointState, bool>? HasLogOf { get; init; }

    /// <summary>What is to be done before anything is written upon what stands there; called again where another came first.</summary>
    public Action<CheckpointState>? Taking { get; init; }

    /// <summary>
    /// Opens although another wrote last with durability = local: what it acknowledged since is given up.
    /// </summary>
    public bool TakesOver { get; init; }

    /// <summary>Reads only: takes no term and changes nothing.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Deltas before the state is written whole again.</summary>
    public int FoldAfter { get; init; } = 100;

    internal CheckpointRules Rules { get; init; } = CheckpointRules.Right;
}
