using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// Appends manifests for one term. What became of a put whose answer was lost is found out by reading: its own manifest
/// there means it was committed, another's that this writer is fenced. If nothing is there the put may still land: it
/// stays pending, and <see cref="Settle"/> puts an empty manifest in its place, so that one of the two is there for
/// good and the other never. One thread.
/// </summary>
internal sealed class ManifestWriter(
    IObjectStore store, ManifestChain chain, long term, ulong databaseId, ulong writerId, CheckpointStoreOptions options)
{
    /// <summary>Manifests put under the next sequence of which it is unknown whether they are there.</summary>
    private readonly List<(Manifest Manifest, byte[] Bytes)> _pending = [];

    private FencedException? _fenced;
    private long _attempts;

    internal ManifestChain Chain { get; private set; } = chain;

    /// <summary>What the next manifests say.</summary>
    internal CheckpointDurability Durability { get; set; } = options.Durability
        ?? (chain.Newest.IsSeed ? CheckpointDurability.Store : chain.Newest.Durability);

    /// <summary>Appends an empty manifest until it is known which manifests are there.</summary>
    internal void Settle()
    {
        CheckNotFenced();
        while (options.Rules.MustSettle(_pending.Count))
        {
            Append(Next(Chain.Newest.Tick, null, [], []), isWhole: false);
        }
    }

    /// <summary>Appends the empty manifest that takes the term.</summary>
    internal void TakeTerm() => Append(Next(Chain.Newest.Tick, null, [], []), isWhole: false);

    /// <summary>Appends a manifest with changes, whole when it is time, and gives its length in bytes.</summary>
    internal int Append(
        long tick, RunRef? root, IReadOnlyList<StructureChange> changes, IReadOnlyList<KeyValuePair<long, long>> packs)
    {
        Settle();
        var next = Next(tick, root, changes, packs);
        // What stays for good stays small.
        bool isWhole = next.Sequence - Chain.Newest.Base >= options.FoldAfter && !options.Rules.IsMilestone(next.Sequence);
        int bytes = Append(next, isWhole);
        return Chain.Newest.Attempt == next.Attempt
            ? bytes
            : throw new InvalidOperationException($"manifest {next.Sequence} is an earlier attempt, and none was pending");
    }

    /// <summary>
    /// The manifest that stands where this writer's next one would, as what it means; null: there is none, or it may be its own.
    /// </summary>
    internal FencedException? FindSuccessor()
    {
        if (_fenced is null && _pending.Count == 0 && ManifestReading.Get(store, Chain.Newest.Sequence + 1) is { } other)
        {
            _fenced = Fenced(other);
        }

        return _fenced;
    }

    private int Append(Manifest delta, bool isWhole)
    {
        CheckNotFenced();
        var manifest = isWhole ? Whole(delta) : delta;
        byte[] bytes = ManifestCodec.Encode(manifest);
        _pending.Add((manifest, bytes));
        try
        {
            store.Put(ManifestCodec.Key(manifest.Sequence), bytes, options.Rules.ManifestCondition);
            Accept(manifest);
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.Broken)
        {
            // Being there to read is not being durable: only a restart can tell.
            throw;
        }
        catch (ObjectStoreException e) when (e.OutcomeIsUnknown || e.Kind == ObjectErrorKind.PreconditionFailed)
        {
            if (!Find(manifest.Sequence))
            {
                throw;
            }
        }
        catch (ObjectStoreException)
        {
            _pending.RemoveAt(_pending.Count - 1);
            throw;
        }

        return bytes.Length;
    }

    /// <summary>Reads which of the pending manifests is there. False: none yet.</summary>
    private bool Find(long sequence)
    {
        if (ManifestReading.GetWithBytes(store, sequence) is not var (other, found))
        {
            return false;
        }

        foreach (var (manifest, bytes) in _pending)
        {
            if (options.Rules.IsOwn(bytes, found))
            {
                Accept(manifest);
                return true;
            }
        }

        _fenced = Fenced(other);
        throw _fenced;
    }

    private static FencedException Fenced(Manifest other) => new(other.Term, other.HostName, $"manifest {other.Sequence}");

    private void Accept(Manifest manifest)
    {
        Chain = Chain.With(manifest);
        _pending.Clear();
    }

    private void CheckNotFenced()
    {
        if (_fenced is { } fenced)
        {
            throw new FencedException(fenced.Term, fenced.HostName, fenced.Place);
        }
    }

    private Manifest Next(
        long tick, RunRef? root, IReadOnlyList<StructureChange> changes, IReadOnlyList<KeyValuePair<long, long>> packs) => new()
        {
            DatabaseId = databaseId,
            Sequence = Chain.Newest.Sequence + 1,
            Base = Chain.Newest.Base,
            Term = term,
            WriterId = writerId,
            Attempt = ++_attempts,
            HostName = options.HostName,
            Durability = Durability,
            Tick = tick,
            Root = root,
            Changes = changes,
            Packs = packs,
        };

    private Manifest Whole(Manifest delta)
    {
        var state = delta.Apply(Chain.State);
        return delta with
        {
            Base = delta.Sequence,
            PreviousBase = Chain.Newest.Base,
            Root = state.Root,
            Changes = [.. state.Structures.OrderBy(s => s.Key, StringComparer.Ordinal).Select(
                s => new StructureChange(StructureChangeKind.Replace, s.Key, s.Value.Schema, s.Value.Runs))],
            Packs = [.. state.Packs.OrderBy(p => p.Key)],
            TermStarts = Chain.TermStarts,
        };
    }
}
