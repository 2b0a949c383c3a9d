namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// The newest manifest and what follows from it and those before: the state, the whole manifest it builds on and the
/// one before that, the terms' first manifests. Immutable.
/// </summary>
internal sealed record ManifestChain(
    Manifest Newest, CheckpointState State, long PreviousBase, IReadOnlyList<long> TermStarts)
{
    /// <summary>A chain begins with a whole manifest.</summary>
    internal static ManifestChain From(Manifest whole) =>
        new(whole, whole.Apply(CheckpointState.Empty), whole.PreviousBase, whole.TermStarts);

    /// <summary>The chain with the next manifest.</summary>
    internal ManifestChain With(Manifest next)
    {
        bool isOwn = next.DatabaseId == Newest.DatabaseId || Newest.IsSeed;
        if (next.Sequence != Newest.Sequence + 1 || !isOwn || next.Term < Newest.Term
            || next.Base != (next.IsFull ? next.Sequence : Newest.Base))
        {
            throw new CorruptionException(
                $"manifest {next.Sequence} (database {next.DatabaseId:x16}, term {next.Term}, upon {next.Base}) does not follow "
                    + $"manifest {Newest.Sequence} (database {Newest.DatabaseId:x16}, term {Newest.Term}, upon {Newest.Base})");
        }

        return new ManifestChain(
            next,
            next.Apply(State),
            next.IsFull ? next.PreviousBase : PreviousBase,
            next.Term == Newest.Term ? TermStarts : [.. TermStarts, next.Sequence]);
    }
}
