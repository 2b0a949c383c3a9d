using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Connectors;
using Vectorized.Tests.Storage;

namespace Vectorized.Tests.Checkpoints;

/// <summary>Stores over simulated files, and drafts in one line.</summary>
internal static class CheckpointHarness
{
    internal const string Root = "state";

    internal static Host HostOver(IFiles files, int seed = 1) =>
        Host.System with { Files = files, Random = new SeededRandom((ulong)seed) };

    internal static IObjectStore StoreOver(IFiles files) => new DirectoryObjectStore(HostOver(files), Root);

    internal static CheckpointStore Open(IObjectStore store, CheckpointStoreOptions? options = null, int seed = 1) =>
        CheckpointStore.Open(store, HostOver(new SimulatedFiles(), seed), options ?? new CheckpointStoreOptions { HostName = "a" });

    internal static RunRef WriteRun(CheckpointDraft draft, params byte[][] blocks) => WriteRun(draft.OwnPack, blocks);

    internal static RunRef WriteRun(PackDraft pack, params byte[][] blocks)
    {
        var run = pack.BeginRun();
        foreach (byte[] block in blocks)
        {
            run.Append(block);
        }

        return run.End([(byte)blocks.Length]);
    }

    /// <summary>Commits a draft that appends one run of one block to a structure.</summary>
    internal static void Add(CheckpointStore store, string structure, long tick, params byte[] block)
    {
        using var draft = store.Begin();
        draft.Add(structure, "s", WriteRun(draft, block));
        draft.Commit(tick);
    }

    /// <summary>All blocks of a structure, oldest run first.</summary>
    internal static List<byte[]> Read(CheckpointStore store, string structure)
    {
        var blocks = new List<byte[]>();
        foreach (var run in store.State.Structures[structure].Runs)
        {
            using var reader = store.OpenRun(run);
            blocks.AddRange(Enumerable.Range(0, reader.BlockCount).Select(reader.ReadBlock));
        }

        return blocks;
    }
}
