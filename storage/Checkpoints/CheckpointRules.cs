using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// The decisions on which it rests that no committed checkpoint is lost, none is made twice and no fenced writer
/// commits, in one place. Tests put wrong ones here and see them caught.
/// </summary>
internal class CheckpointRules
{
    internal static CheckpointRules Right { get; } = new();

    /// <summary>Every so many manifests one stays for good; a part of the format, never to be changed.</summary>
    internal virtual int MilestoneDistance => 512;

    /// <summary>A manifest is created, never replaced.</summary>
    internal virtual PutCondition ManifestCondition => PutCondition.IfAbsent;

    /// <summary>The end of the listing is not the end.</summary>
    internal virtual bool LooksBeyondListing => true;

    /// <summary>What stands where a manifest was put, and whose answer was lost, is that very manifest.</summary>
    internal virtual bool IsOwn(ReadOnlySpan<byte> put, ReadOnlySpan<byte> found) => put.SequenceEqual(found);

    /// <summary>A put whose outcome is open must be decided before the next one is made.</summary>
    internal virtual bool MustSettle(int pending) => pending > 0;

    /// <summary>A pack that the state does not refer to, and that nobody can commit any more.</summary>
    internal virtual bool IsDead(long pack, CheckpointState state) => !state.Packs.ContainsKey(pack);

    /// <summary>A dead pack that is being read waits.</summary>
    internal virtual bool MayDelete(int readers) => readers == 0;

    /// <summary>
    /// Manifests that are never deleted: a term's first, which a writer that slept through it meets at its next put,
    /// and the milestones, from which the newest is found.
    /// </summary>
    internal virtual bool IsKept(long sequence, IReadOnlySet<long> termStarts) => IsMilestone(sequence) || termStarts.Contains(sequence);

    /// <summary>From here on nothing was ever deleted.</summary>
    internal virtual long KeptFrom(long newest) => newest / MilestoneDistance * MilestoneDistance;

    internal virtual bool IsWhole(ReadOnlySpan<byte> bytes, uint check) => Crc32C.Of(bytes) == check;

    internal bool IsMilestone(long sequence) => sequence % MilestoneDistance == 0;
}
