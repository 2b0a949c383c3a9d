using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Checkpoints;

/// <summary>
/// A database's checkpoints on an object store: packs of runs (<see cref="PackFormat"/>) and manifests that say which
/// runs make up which structure (<see cref="Manifest"/>). Opening takes the next term, which fences whoever wrote
/// before. The newest durable checkpoint is <see cref="State"/>; the next is made with a <see cref="CheckpointDraft"/>.
/// <see cref="State"/>, <see cref="OpenRun"/> and <see cref="BeginPack"/>: any thread; the rest: one thread at
/// a time. The object store is the caller's.
/// </summary>
public sealed class CheckpointStore : IDisposable
{
    private const int TermTriesMax = 100;

    private readonly IObjectStore _store;
    private readonly ManifestWriter? _writer;
    private readonly CheckpointRules _rules;
    private readonly PackGarbage _garbage;
    private volatile CheckpointState _state;
    private CheckpointDraft? _draft;
    private long _packs;

    private CheckpointStore(IObjectStore store, CheckpointState state, ManifestWriter? writer, CheckpointRules rules)
    {
        _rules = rules;
        _store = store;
        _writer = writer;
        _state = state;
        _garbage = new PackGarbage(store, rules);
    }

    /// <summary>The newest durable checkpoint.</summary>
    public CheckpointState State => _state;

    /// <summary>
    /// Opens what stands in the store, or makes a new database there. Raises <see cref="StorageException"/> when
    /// another host may hold what was acknowledged (see <see cref="CheckpointStoreOptions.TakesOver"/>) or the store
    /// fails, <see cref="CorruptionException"/> for what is damaged, of a newer format or another database's; nothing
    /// is touched then.
    /// </summary>
    public static CheckpointStore Open(IObjectStore store, Host host, CheckpointStoreOptions options)
    {
        for (int tries = 0; tries < TermTriesMax; tries++)
        {
            var chain = ManifestReading.Load(store, host, options.Rules);
            if (options.IsReadOnly)
            {
                CheckIdentity(store, chain?.Newest, options);
                return new CheckpointStore(store, chain?.State ?? CheckpointState.Empty, null, options.Rules);
            }

            if (chain is null)
            {
                PutSeed(store);
                continue;
            }

            CheckIdentity(store, chain.Newest, options);
            CheckHost(store, chain, options);
            options.Taking?.Invoke(chain.State);
            ulong databaseId = chain.Newest.IsSeed ? options.DatabaseId ?? host.Random.NextUInt64() : chain.Newest.DatabaseId;
            var writer = new ManifestWriter(
                store, chain, chain.Newest.Term + 1, databaseId, options.WriterId ?? host.Random.NextUInt64(), options);
            try
            {
                writer.TakeTerm();
            }
            catch (FencedException)
            {
                // Another took this term meanwhile: look who, and take the next.
                continue;
            }

            var opened = new CheckpointStore(store, writer.Chain.State, writer, options.Rules);
            opened.AfterOpening(options);
            return opened;
        }

        throw new StorageException($"{store.Name}: other writers took every term that was tried for", isTransient: true);
    }

    /// <summary>
    /// Begins the next checkpoint; one at a time. If the last one's commit failed without saying whether it took
    /// effect, that is settled first: look at <see cref="State"/>.
    /// </summary>
    public CheckpointDraft Begin()
    {
        if (_writer is null || _draft is not null)
        {
            throw new InvalidOperationException(_writer is null ? "the state was opened for reading" : "a draft is open");
        }

        var before = _state;
        _writer.Settle();
        Took(before);
        _draft = new CheckpointDraft(this, BeginPack());
        return _draft;
    }

    /// <summary>Begins a pack that a checkpoint to come takes in (<see cref="CheckpointDraft.Take"/>). Any thread.</summary>
    public PackDraft BeginPack() => new(_store, PackFormat.Number(_state.Term, Interlocked.Increment(ref _packs)));

    /// <summary>
    /// Opens a run of the state, or of one that was the state not long ago and whose packs are still there.
    /// </summary>
    public RunReader OpenRun(RunRef run)
    {
        _garbage.Pin(run.Pack);
        try
        {
            return new RunReader(_store, run, _rules, _garbage.Unpin);
        }
        catch
        {
            _garbage.Unpin(run.Pack);
            throw;
        }
    }

    /// <summary>
    /// Says where what is acknowledged from now on is durable, before anything is: a manifest of its own where it was elsewhere.
    /// </summary>
    public void Declare(CheckpointDurability durability)
    {
        if (_writer!.Durability != durability)
        {
            var before = _state;
            _writer.Durability = durability;
            _writer.Append(_writer.Chain.Newest.Tick, null, [], []);
            Took(before);
        }
    }

    /// <summary>Whether a later writer has taken over: looks for the manifest that follows. Null: nobody has.</summary>
    public FencedException? FindSuccessor() => _writer?.FindSuccessor();

    /// <summary>
    /// Deletes packs that the state refers to no more and no open reader reads, and manifests that are no longer
    /// needed; at most so many requests. Returns how many objects went. Failures are left for the next call.
    /// </summary>
    public int CollectGarbage(int requestsMax = 16) => _writer is null ? 0 : _garbage.Collect(_writer.Chain, requestsMax);

    public void Dispose() => _draft?.Dispose();

    /// <summary>Commits a draft whose pack is on the store; gives the manifest's length.</summary>
    internal int Commit(
        long tick, RunRef? root, IReadOnlyList<StructureChange> changes, IReadOnlyList<KeyValuePair<long, long>> packs)
    {
        var before = _state;
        int bytes = _writer!.Append(tick, root, changes, packs);
        Took(before);
        return bytes;
    }

    /// <summary>The draft's pack is there from now on, or may be.</summary>
    internal void Uploading(long pack) => _garbage.Uploaded(pack);

    internal void Ended(CheckpointDraft draft) => _draft = _draft == draft ? null : _draft;

    private static void PutSeed(IObjectStore store)
    {
        var seed = CheckpointBackup.Seed(CheckpointState.Empty);
        try
        {
            store.Put(ManifestCodec.Key(seed.Sequence), ManifestCodec.Encode(seed), PutCondition.IfAbsent);
        }
        catch (ObjectStoreException e) when (e.OutcomeIsUnknown || e.Kind == ObjectErrorKind.PreconditionFailed)
        {
            // Whoever put it: the next look finds it.
        }
    }

    private static void CheckIdentity(IObjectStore store, Manifest? newest, CheckpointStoreOptions options)
    {
        if (options.DatabaseId is { } expected && newest is { IsSeed: false } && newest.DatabaseId != expected)
        {
            throw new CorruptionException(
                $"{store.Name} holds the state of database {newest.DatabaseId:x16}, not of {expected:x16}; it is left untouched");
        }
    }

    private static void CheckHost(IObjectStore store, ManifestChain chain, CheckpointStoreOptions options)
    {
        var newest = chain.Newest;
        bool isElsewhere = !newest.IsSeed && newest.Durability == CheckpointDurability.Local
            && !(options.HasLogOf?.Invoke(chain.State) ?? newest.HostName == options.HostName);
        if (isElsewhere && !options.TakesOver)
        {
            throw new StorageException(
                $"{store.Name} was last written by host \"{newest.HostName}\" with durability = local: what it has acknowledged "
                    + "since its last checkpoint may be in its data directory only. Start it there, or give that up with --takeover",
                isTransient: false);
        }
    }

    private void AfterOpening(CheckpointStoreOptions options)
    {
        var chain = _writer!.Chain;
        if (chain.Newest.Sequence - chain.Newest.Base >= options.FoldAfter)
        {
            // Many openings without a checkpoint between them.
            _writer.Append(chain.Newest.Tick, null, [], []);
            _state = _writer.Chain.State;
        }

        try
        {
            _store.RemoveAbandonedUploads();
        }
        catch (ObjectStoreException e) when (e.Kind != ObjectErrorKind.Broken)
        {
            // Left for another opening: an owner who may not list uploads still has a database.
        }
    }

    private void Took(CheckpointState before)
    {
        _state = _writer!.Chain.State;
        _garbage.Took(before, _state);
    }
}
