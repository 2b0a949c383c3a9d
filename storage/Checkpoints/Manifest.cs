namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// One manifest: the state whole (<see cref="IsFull"/>: its changes start from nothing) or what differs from the
/// manifest before. Sequences have no gaps; each manifest is created under its sequence on the condition that there is
/// none, so of two writers one learns that it has lost. Manifest 0 is a *seed*: it has no database and no writer (term
/// of its origin, for the next must be higher), and whoever opens it first makes a database of it. A new store's seed
/// is empty, a backup is a seed with contents.
/// </summary>
internal sealed record Manifest
{
    /// <summary>0 in a seed.</summary>
    internal required ulong DatabaseId { get; init; }

    internal required long Sequence { get; init; }

    /// <summary>The whole manifest this one builds on: its own sequence when it is whole.</summary>
    internal required long Base { get; init; }

    internal required long Term { get; init; }

    /// <summary>
    /// Random for each opening; with <see cref="Attempt"/> it tells one's own manifest from all others.
    /// </summary>
    internal required ulong WriterId { get; init; }

    internal required long Attempt { get; init; }

    internal required string HostName { get; init; }

    internal required CheckpointDurability Durability { get; init; }

    internal required long Tick { get; init; }

    /// <summary>Null: as before (in a whole manifest: none).</summary>
    internal RunRef? Root { get; init; }

    internal IReadOnlyList<StructureChange> Changes { get; init; } = [];

    /// <summary>Packs that came with this manifest (whole: all), and their lengths.</summary>
    internal IReadOnlyList<KeyValuePair<long, long>> Packs { get; init; } = [];

    /// <summary>
    /// Of a whole manifest: the one before it. What is older may be deleted, but for the terms' first.
    /// </summary>
    internal long PreviousBase { get; init; }

    /// <summary>
    /// Of a whole manifest: the first sequence of every term so far. These manifests are never deleted: a writer that
    /// slept through later terms meets one of them at its next put, whatever else was cleaned away.
    /// </summary>
    internal IReadOnlyList<long> TermStarts { get; init; } = [];

    internal bool IsFull => Base == Sequence;

    internal bool IsSeed => Sequence == 0;

    /// <summary>The state after this manifest, from the state before it (a whole one needs none).</summary>
    internal CheckpointState Apply(CheckpointState before)
    {
        var from = IsFull ? CheckpointState.Empty : before;
        var structures = new Dictionary<string, StructureRuns>(from.Structures, StringComparer.Ordinal);
        foreach (var change in Changes)
        {
            change.Apply(structures);
        }

        var after = new CheckpointState(
            DatabaseId, Sequence, Term, Tick, HostName, Durability, Root ?? from.Root, structures, new Dictionary<long, long>());
        return after with { Packs = Referenced(after, from.Packs), WriterId = WriterId };
    }

    private Dictionary<long, long> Referenced(CheckpointState state, IReadOnlyDictionary<long, long> before)
    {
        var added = Packs.ToDictionary();
        var packs = new Dictionary<long, long>();
        foreach (var (owner, run) in state.AllRuns())
        {
            if (!added.TryGetValue(run.Pack, out long length) && !before.TryGetValue(run.Pack, out length))
            {
                throw new CorruptionException(
                    $"manifest {Sequence}: {owner} refers to pack {PackFormat.Key(run.Pack)}, which no manifest names");
            }

            packs[run.Pack] = length;
        }

        return packs;
    }
}

/// <summary>What a manifest does to one structure.</summary>
internal sealed record StructureChange(StructureChangeKind Kind, string Name, string Schema, IReadOnlyList<RunRef> Runs)
{
    internal void Apply(Dictionary<string, StructureRuns> structures)
    {
        switch (Kind)
        {
            case StructureChangeKind.Remove:
                structures.Remove(Name);
                break;
            case StructureChangeKind.Append when structures.TryGetValue(Name, out var before):
                structures[Name] = new StructureRuns(Schema, [.. before.Runs, .. Runs]);
                break;
            default:
                structures[Name] = new StructureRuns(Schema, Runs);
                break;
        }
    }
}

internal enum StructureChangeKind : byte
{
    Append = 0,
    Replace = 1,
    Remove = 2,
}
