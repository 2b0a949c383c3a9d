using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// Finds the newest manifest without believing a listing. Manifests are created in sequence, without gaps. Milestones
/// (every 512th) stay for good, so the last one is found by doubling and halving; above it nothing was ever deleted, so
/// the newest is the one whose successor is not there. The listing only says where above the milestone to begin. (A put
/// that arrives late can bring back what was deleted, but only below.) Manifest 1, a term's first, stays, too: it tells
/// whether there is a database at all.
/// </summary>
internal static class ManifestReading
{
    private const int TriesMax = 6;
    private const int ReadsMax = 3;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Null: the store holds no database.</summary>
    internal static ManifestChain? Load(IObjectStore store, Host host, CheckpointRules rules)
    {
        for (int tries = 1; ; tries++)
        {
            var newest = Newest(store, rules);
            if (newest is null)
            {
                return null;
            }

            if (Chain(store, newest) is { } chain)
            {
                return chain;
            }

            if (tries == TriesMax)
            {
                throw new CorruptionException(
                    $"{store.Name}: manifest {newest.Sequence} builds on manifests from {newest.Base} on, and not all of them are there");
            }

            // Its writer went on meanwhile and has cleaned up: look again.
            host.Clock.Pause(_pause * (1 << tries));
        }
    }

    /// <summary>Sequences of all listed manifests after one, ascending.</summary>
    internal static List<long> Sequences(IObjectStore store, long after = -1) =>
        [.. All(store, ManifestCodec.Folder, after < 0 ? "" : ManifestCodec.Key(after))
            .Select(e => ManifestCodec.SequenceOf(e.Key)).OfType<long>()];

    /// <summary>All pages of a listing.</summary>
    internal static IEnumerable<ObjectEntry> All(IObjectStore store, string prefix, string after = "")
    {
        bool hasMore = true;
        while (hasMore)
        {
            var page = store.List(prefix, after);
            foreach (var entry in page.Entries)
            {
                yield return entry;
                after = entry.Key;
            }

            hasMore = page.HasMore;
        }
    }

    /// <summary>Null: there is none of that sequence. Damage is believed once it was read several times.</summary>
    internal static Manifest? Get(IObjectStore store, long sequence) => GetWithBytes(store, sequence)?.Manifest;

    internal static (Manifest Manifest, byte[] Bytes)? GetWithBytes(IObjectStore store, long sequence)
    {
        for (int reads = 1; ; reads++)
        {
            try
            {
                byte[] bytes = store.Get(ManifestCodec.Key(sequence));
                return (ManifestCodec.Decode(bytes, store.Name, sequence), bytes);
            }
            catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.NotFound)
            {
                return null;
            }
            catch (CorruptionException) when (reads < ReadsMax)
            {
            }
        }
    }

    private static Manifest? Newest(IObjectStore store, CheckpointRules rules)
    {
        long milestone = LastMilestone(store, rules.MilestoneDistance);
        var newest = milestone > 0 ? Get(store, milestone) : Get(store, 1) ?? Get(store, 0);
        if (newest is null)
        {
            return null;
        }

        if (Sequences(store, newest.Sequence) is [.., var listed])
        {
            newest = Get(store, listed) ?? newest;
        }

        while (rules.LooksBeyondListing && Get(store, newest.Sequence + 1) is { } next)
        {
            newest = next;
        }

        return newest;
    }

    /// <summary>The last sequence that is a milestone and there; 0: none yet.</summary>
    private static long LastMilestone(IObjectStore store, int distance)
    {
        bool IsThere(long count) => store.Head(ManifestCodec.Key(count * distance)) is not null;
        long there = 0;
        long missing = 1;
        while (IsThere(missing))
        {
            there = missing;
            missing *= 2;
        }

        while (missing - there > 1)
        {
            long middle = (there + missing) / 2;
            (there, missing) = IsThere(middle) ? (middle, missing) : (there, middle);
        }

        return there * distance;
    }

    /// <summary>Null: something that the manifest builds on is not there.</summary>
    private static ManifestChain? Chain(IObjectStore store, Manifest newest)
    {
        ManifestChain? chain = null;
        for (long sequence = newest.Base; sequence <= newest.Sequence; sequence++)
        {
            var manifest = sequence == newest.Sequence ? newest : Get(store, sequence);
            if (manifest is null || (chain is null && !manifest.IsFull))
            {
                return null;
            }

            chain = chain is null ? ManifestChain.From(manifest) : chain.With(manifest);
        }

        return chain;
    }
}
