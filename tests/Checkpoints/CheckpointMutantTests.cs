using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Sql;
using Vectorized.Tests.Storage;
using Xunit.Abstractions;

namespace Vectorized.Tests.Checkpoints;

/// <summary>
/// Each planted bug must be caught by the histories or the crashes: a table of mutants, all of which have to die.
/// </summary>
public sealed class CheckpointMutantTests(ITestOutputHelper output)
{
    private const int SeedsMax = 400;

    private static readonly Dictionary<string, Action<int>> _mutants = new()
    {
        ["fence: a manifest is put whether there is one or not"] = seed => Under(seed, new ReplacesManifests()),
        ["fence: terms' first manifests are deleted"] = seed => Under(seed, new ForgetsTerms()),
        ["outcome: one's own manifest is not recognised"] = seed => Under(seed, new NeverOwn()),
        ["outcome: any manifest is taken for one's own"] = seed => Under(seed, new AlwaysOwn()),
        ["outcome: an open one is not settled"] = seed => Under(seed, new NeverSettles()),
        ["newest: the listing is believed"] = seed => Under(seed, new BelievesListings()),
        ["newest: milestones are deleted"] = seed => Under(seed, new ForgetsMilestones()),
        ["newest: manifests above the milestone are deleted"] = seed => Under(seed, new CleansTooMuch()),
        ["garbage: a pack referred to is deleted"] = seed => Under(seed, new DeletesLivePacks()),
        ["garbage: a pack is deleted under its reader"] = seed => Under(seed, new IgnoresReaders()),
        ["checksum: blocks are not verified"] = seed => CheckpointHistory.Run(
            seed, FaultRates.Bad with { BitFlipped = 50 }, new BelievesBlocks()),
        ["order: the manifest comes before the pack"] = seed => Crashing(seed, store: s => new ManifestFirstStore(s)),
        ["sync: files are not synced"] = seed => Crashing(seed, files: f => new CarelessFiles(f) { SkipsFileSync = true }),
        ["sync: directories are not synced"] = seed => Crashing(seed, files: f => new CarelessFiles(f) { SkipsDirectorySync = true }),
    };

    public static TheoryData<string> Mutants => [.. _mutants.Keys];

    [Theory, MemberData(nameof(Mutants))]
    public void Mutant_PlantedBug_IsCaught(string mutant)
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < SeedsMax; i++)
        {
            try
            {
                _mutants[mutant](seed + i);
            }
            catch (Exception e)
            {
                output.WriteLine($"{mutant}: caught by history {i + 1}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
                return;
            }
        }

        Assert.Fail($"{mutant}: not caught by {SeedsMax} histories");
    }

    private static void Under(int seed, CheckpointRules rules) => CheckpointHistory.Run(seed, rules: rules);

    private static void Crashing(int seed, Func<IFiles, IFiles>? files = null, Func<IObjectStore, IObjectStore>? store = null)
    {
        int points = CheckpointCrash.Points(seed).Count;
        for (int i = 0; i < 40; i++)
        {
            // A skipped sync is no point any more: the workload may end before it dies.
            int point = new Random(seed + i).Next(points / 2);
            CheckpointCrash.Run(seed, point, i % 2 == 0, isNested: false, files, store);
        }
    }

    private sealed class ReplacesManifests : CheckpointHistory.SmallRules
    {
        internal override PutCondition ManifestCondition => PutCondition.None;
    }

    private sealed class ForgetsTerms : CheckpointHistory.SmallRules
    {
        internal override bool IsKept(long sequence, IReadOnlySet<long> termStarts) => IsMilestone(sequence);
    }

    private sealed class ForgetsMilestones : CheckpointHistory.SmallRules
    {
        internal override bool IsKept(long sequence, IReadOnlySet<long> termStarts) => termStarts.Contains(sequence);
    }

    private sealed class CleansTooMuch : CheckpointHistory.SmallRules
    {
        internal override long KeptFrom(long newest) => newest;
    }

    private sealed class NeverOwn : CheckpointHistory.SmallRules
    {
        internal override bool IsOwn(ReadOnlySpan<byte> put, ReadOnlySpan<byte> found) => false;
    }

    private sealed class AlwaysOwn : CheckpointHistory.SmallRules
    {
        internal override bool IsOwn(ReadOnlySpan<byte> put, ReadOnlySpan<byte> found) => true;
    }

    private sealed class NeverSettles : CheckpointHistory.SmallRules
    {
        internal override bool MustSettle(int pending) => false;
    }

    private sealed class BelievesListings : CheckpointHistory.SmallRules
    {
        internal override bool LooksBeyondListing => false;
    }

    private sealed class DeletesLivePacks : CheckpointHistory.SmallRules
    {
        internal override bool IsDead(long pack, CheckpointState state) => !state.Packs.ContainsKey(pack) || pack % 5 == 0;
    }

    private sealed class IgnoresReaders : CheckpointHistory.SmallRules
    {
        internal override bool MayDelete(int readers) => true;
    }

    private sealed class BelievesBlocks : CheckpointHistory.SmallRules
    {
        internal override bool IsWhole(ReadOnlySpan<byte> bytes, uint check) => true;
    }

    /// <summary>Packs appear only once the manifest that names them does.</summary>
    private sealed class ManifestFirstStore(IObjectStore inner) : IObjectStore
    {
        private readonly List<IObjectUpload> _waiting = [];

        public string Name => inner.Name;

        public byte[] Get(string key) => inner.Get(key);

        public void Read(string key, long offset, Span<byte> into) => inner.Read(key, offset, into);

        public ObjectInfo? Head(string key) => inner.Head(key);

        public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
        {
            string tag = inner.Put(key, bytes, condition);
            _waiting.ForEach(u => u.Commit());
            _waiting.Clear();
            return tag;
        }

        public IObjectUpload Upload(string key) => new LateUpload(this, inner.Upload(key));

        public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax) => inner.List(prefix, after, countMax);

        public void Delete(string key) => inner.Delete(key);

        public void RemoveAbandonedUploads() => inner.RemoveAbandonedUploads();

        public void Dispose() => inner.Dispose();

        private sealed class LateUpload(ManifestFirstStore store, IObjectUpload inner) : IObjectUpload
        {
            public long BytesWritten => inner.BytesWritten;

            public void Write(ReadOnlySpan<byte> bytes) => inner.Write(bytes);

            public void Commit(PutCondition condition = default) => store._waiting.Add(inner);

            public void Dispose()
            {
            }
        }
    }
}
