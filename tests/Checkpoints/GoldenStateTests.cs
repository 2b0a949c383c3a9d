using System.Buffers.Binary;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Storage;
using static Vectorized.Tests.Checkpoints.CheckpointHarness;

namespace Vectorized.Tests.Checkpoints;

/// <summary>
/// A state of each format as it was first written stands in tests/Checkpoints/golden and is read from then on. A newer
/// format is refused by name.
/// </summary>
public sealed class GoldenStateTests
{
    private static readonly string _golden = Path.Combine(Repository(), "tests", "Checkpoints", "golden", "format1");

    [Fact]
    public void Format1_AsFirstWritten_IsReadAndGoneOnWith()
    {
        var files = Copied();
        Assert.Empty(CheckpointCheck.Run(StoreOver(files), HostOver(files)).Problems);
        using var store = Open(StoreOver(files), new CheckpointStoreOptions { HostName = "golden", DatabaseId = 0xC0FFEE });
        Assert.Equal((10L, 3L, 7L), (store.State.Sequence, store.State.Term, store.State.Tick));
        Assert.Equal(["counts", "rows"], store.State.Structures.Keys.Order());
        Assert.Equal("k bigint, v varchar", store.State.Structures["rows"].Schema);
        Assert.Equal([[5, 5, 5], [6], [7, 7]], Read(store, "rows"));
        Assert.Equal([[2]], Read(store, "counts"));
        using var root = store.OpenRun(store.State.Root!.Value);
        Assert.Equal("catalog 7"u8, root.Head.Span);
        Add(store, "new", 8, 8);
        Assert.Equal([[8]], Read(store, "new"));
    }

    /// <summary>The same work writes the same bytes: whatever changes them is a new format.</summary>
    [Fact]
    public void Format1_WrittenNow_IsByteForByteTheSame()
    {
        var files = new SimulatedFiles();
        Write(files);
        var written = Contents(files);
        if (Environment.GetEnvironmentVariable("VECTORIZED_WRITE_GOLDEN") == "1")
        {
            foreach (var (key, bytes) in written)
            {
                string path = Path.Combine(_golden, key);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, bytes);
            }
        }

        Assert.Equal(Contents(Copied()), written);
    }

    [Fact]
    public void Format2_OfAManifest_IsRefusedByNameAndUntouched()
    {
        var files = Copied();
        string key = Path.Combine(Root, ManifestCodec.Key(9));
        byte[] bytes = files.ReadAll(key);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Crc32C.Of(bytes.AsSpan(0, bytes.Length - 4)));
        files.WriteAll(key, bytes);
        var before = Contents(files);
        foreach (bool isReadOnly in (bool[])[false, true])
        {
            var options = new CheckpointStoreOptions { HostName = "golden", IsReadOnly = isReadOnly };
            string message = Assert.Throws<CorruptionException>(() => Open(StoreOver(files), options)).Message;
            Assert.Contains("manifest/0000000000000009 has manifest format 2; this program reads format 1", message);
        }

        Assert.Contains("manifest format 2", CheckpointCheck.Run(StoreOver(files), HostOver(files)).Problems.Single());
        Assert.Equal(before, Contents(files));
    }

    private static void Write(SimulatedFiles files)
    {
        var options = new CheckpointStoreOptions
        {
            HostName = "golden",
            DatabaseId = 0xC0FFEE,
            FoldAfter = 4,
            Durability = CheckpointDurability.Local,
        };
        for (int opening = 1; opening <= 2; opening++)
        {
            using var store = Open(StoreOver(files), options, seed: opening);
            for (int i = 0; i < 4 && store.State.Tick < 7; i++)
            {
                byte tick = (byte)(store.State.Tick + 1);
                using var draft = store.Begin();
                if (tick == 5)
                {
                    draft.Replace("rows", "k bigint, v varchar", [WriteRun(draft, [5, 5, 5])]);
                    draft.Remove("gone");
                }
                else
                {
                    draft.Add(tick == 2 ? "counts" : tick == 3 ? "gone" : "rows", tick == 2 ? "" : "k bigint, v varchar", Run(draft, tick));
                }

                var root = draft.BeginRun();
                root.Append([tick, 0, 0, 0]);
                draft.SetRoot(root.End(System.Text.Encoding.UTF8.GetBytes($"catalog {tick}")));
                draft.Commit(tick);
            }
        }
    }

    private static RunRef Run(CheckpointDraft draft, byte tick) => tick == 7 ? WriteRun(draft, [7, 7]) : WriteRun(draft, [tick]);

    private static SortedDictionary<string, byte[]> Contents(SimulatedFiles files)
    {
        var contents = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string folder in (string[])["manifest", "pack"])
        {
            foreach (string path in files.List(Path.Combine(Root, folder), "*"))
            {
                contents.Add(Path.Combine(folder, Path.GetFileName(path)), files.ReadAll(path));
            }
        }

        return contents;
    }

    private static SimulatedFiles Copied()
    {
        var files = new SimulatedFiles();
        foreach (string path in Directory.GetFiles(_golden, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(Root, Path.GetRelativePath(_golden, path));
            files.CreateDirectory(Path.GetDirectoryName(copy)!);
            files.WriteAll(copy, File.ReadAllBytes(path));
        }

        return files;
    }

    private static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests do not stand in the repository");
        }

        return directory.FullName;
    }
}
