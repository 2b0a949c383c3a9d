using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// What may be deleted. A pack is dead when a durable manifest no longer refers to it, for no later one can take it up
/// again; while a reader is open it stays. A pack of this term that no manifest came to name is dead once its commit is
/// settled; a listed pack of an earlier term that the state does not name is an orphan of a writer that ended (a living
/// one of that term is fenced and cannot commit it). Manifests below the last but one whole manifest and the last
/// milestone go, but for those kept for good. Pins: any thread.
/// </summary>
internal sealed class PackGarbage(IObjectStore store, CheckpointRules rules)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, int> _pins = [];
    private readonly HashSet<long> _uploaded = [];
    private readonly SortedSet<long> _dead = [];
    private readonly SortedSet<long> _manifests = [];
    private bool _hasListed;

    internal void Pin(long pack)
    {
        lock (_gate)
        {
            _pins[pack] = _pins.GetValueOrDefault(pack) + 1;
        }
    }

    internal void Unpin(long pack)
    {
        lock (_gate)
        {
            int left = _pins[pack] - 1;
            if (left > 0)
            {
                _pins[pack] = left;
            }
            else
            {
                _pins.Remove(pack);
            }
        }
    }

    /// <summary>A pack is on the store, or may be, and no manifest is known to name it.</summary>
    internal void Uploaded(long pack) => _uploaded.Add(pack);

    /// <summary>A manifest was committed, and nothing is pending.</summary>
    internal void Took(CheckpointState before, CheckpointState after)
    {
        for (long sequence = before.Sequence; sequence <= after.Sequence; sequence++)
        {
            _manifests.Add(sequence);
        }

        _dead.UnionWith(before.Packs.Keys.Where(p => rules.IsDead(p, after)));
        _dead.UnionWith(_uploaded.Where(p => rules.IsDead(p, after)));
        _uploaded.Clear();
    }

    internal int Collect(ManifestChain chain, int requestsMax)
    {
        int count = 0;
        try
        {
            if (!_hasListed)
            {
                List(chain);
                _hasListed = true;
            }

            foreach (long pack in DeadPacks(requestsMax))
            {
                store.Delete(PackFormat.Key(pack));
                _dead.Remove(pack);
                count++;
            }

            foreach (long sequence in OldManifests(chain, requestsMax - count))
            {
                store.Delete(ManifestCodec.Key(sequence));
                _manifests.Remove(sequence);
                count++;
            }
        }
        catch (ObjectStoreException e) when (e.IsTransient)
        {
            // Stays on the list.
        }

        return count;
    }

    /// <summary>Lists what earlier writers left.</summary>
    private void List(ManifestChain chain)
    {
        _manifests.UnionWith(ManifestReading.Sequences(store));
        foreach (var entry in ManifestReading.All(store, PackFormat.Folder))
        {
            if (PackFormat.NumberOf(entry.Key) is { } pack && PackFormat.TermOf(pack) < chain.Newest.Term
                && rules.IsDead(pack, chain.State))
            {
                _dead.Add(pack);
            }
        }
    }

    private List<long> OldManifests(ManifestChain chain, int countMax)
    {
        long end = Math.Min(chain.PreviousBase, rules.KeptFrom(chain.Newest.Sequence));
        var kept = chain.TermStarts.ToHashSet();
        _manifests.RemoveWhere(s => s < end && rules.IsKept(s, kept));
        return [.. _manifests.TakeWhile(s => s < end).Take(countMax)];
    }

    private List<long> DeadPacks(int countMax)
    {
        lock (_gate)
        {
            return [.. _dead.Where(p => rules.MayDelete(_pins.GetValueOrDefault(p))).Take(countMax)];
        }
    }
}
