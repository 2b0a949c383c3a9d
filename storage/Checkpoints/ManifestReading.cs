using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// Finds the newest manifest. The listing is only where the search starts: sequences have no gaps above it, so the next
/// is asked for by name until there is none. That this is the end, and not a hole that cleaning left behind a stale
/// listing, shows in the whole manifest below: cleaning deletes from the lowest upwards and spares terms' first
/// manifests, which are never whole, so a manifest whose base is there has all its successors. Manifest 1 is a term's
/// first: it tells whether there is a database at all.
/// </summary>
internal static class ManifestReading
{
    private const int TriesMax = 6;
    private const int ReadsMax = 3;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Null: the store holds no database.</summary>
    internal static ManifestChain? Load(IObjectStore store, Host host)
    {
        for (int tries = 0; tries < TriesMax; tries++)
        {
            if (tries > 0)
            {
                host.Clock.Pause(_pause * (1 << tries));
            }

            var (newest, isEmpty) = Newest(store);
            if (isEmpty)
            {
                return null;
            }

            if (newest is not null && Chain(store, newest) is { } chain)
            {
                return chain;
            }
        }

        throw new ObjectStoreException(
            ObjectErrorKind.Unavailable, $"{store.Name}: the listing of manifests stays older than what stands there");
    }

    /// <summary>Sequences of all listed manifests, ascending.</summary>
    internal static List<long> Sequences(IObjectStore store) =>
        [.. All(store, ManifestCodec.Folder).Select(e => ManifestCodec.SequenceOf(e.Key)).OfType<long>()];

    /// <summary>All pages of a listing.</summary>
    internal static IEnumerable<ObjectEntry> All(IObjectStore store, string prefix)
    {
        string after = "";
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
    internal static Manifest? Get(IObjectStore store, long sequence)
    {
        for (int reads = 1; ; reads++)
        {
            try
            {
                return ManifestCodec.Decode(store.Get(ManifestCodec.Key(sequence)), store.Name, sequence);
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

    private static (Manifest? Newest, bool IsEmpty) Newest(IObjectStore store)
    {
        long? last = Sequences(store) is [.., var listed] ? listed : null;
        var newest = last is > 0 ? Get(store, last.Value) : Get(store, 1) ?? Get(store, 0);
        if (newest is null)
        {
            return (null, last is null);
        }

        while (Get(store, newest.Sequence + 1) is { } next)
        {
            newest = next;
        }

        return (newest, false);
    }

    /// <summary>Null: what the manifest builds on is gone, so it is not the newest.</summary>
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
