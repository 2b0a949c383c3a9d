using System.Buffers;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Storage;
using Vectorized.Storage.Log;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Checkpoints;

namespace Vectorized.Tests.Storage;

/// <summary>Files that lose their bytes in steps: nobody meets half of one, whatever happens meanwhile.</summary>
public sealed class GradualDeletionTests
{
    private const string Directory = "log";
    private const ulong Id = 77;
    private const int Step = 64;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(64, 0)]
    [InlineData(65, 1)]
    [InlineData(640, 9)]
    public void Deletion_OfAFile_SyncsEachStep(int length, int steps)
    {
        var device = new SimulatedFiles();
        device.WriteAll("f", new byte[length]);
        var files = new SteppedFiles(device);
        files.DeleteGradually("f");
        Assert.False(device.FileExists("f"));
        Assert.Equal(string.Concat(Enumerable.Repeat("cut sync ", steps)) + "delete ", files.Calls);
    }

    [Fact]
    public void Deletion_WhoseSyncFails_IsSaidToBeOne()
    {
        var device = new SimulatedFiles();
        device.WriteAll("f", new byte[640]);
        device.SyncsFail = true;
        int failed = 0;
        Assert.Throws<IOException>(() => new SteppedFiles(device).DeleteGradually("f", sync =>
        {
            failed++;
            sync();
        }));
        Assert.Equal(1, failed);
        Assert.True(device.FileExists("f"));
    }

    /// <summary>The planted bug (the name is not gone durably before the bytes are) leaves half a segment where the log is read.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Log_CrashAtEveryPointOfACut_IsReadWholeFromItsFirstSegment(bool isPlanted)
    {
        int points = Cut(-1, false, isPlanted).Points.Count;
        int damaged = 0;
        for (int point = Cut(0, false, isPlanted).Points.Count - 1; point < points; point++)
        {
            for (int seed = 0; seed < 20; seed++)
            {
                damaged += IsDamaged(Cut(point, seed % 2 == 0, isPlanted).Crash(seed)) ? 1 : 0;
            }
        }

        Assert.Equal(isPlanted, damaged > 0);
    }

    [Fact]
    public void Log_CutWhoseSyncFails_IsNotTriedAgain()
    {
        var device = Written();
        using var writer = Opened(device, new SteppedFiles(device));
        device.SyncsFail = true;
        Assert.Contains("made shorter", Assert.Throws<StorageException>(() => writer.Cut(29)).Message);
        device.SyncsFail = false;
        int before = device.List(Directory, "*").Count;
        Assert.Contains("restart", Assert.Throws<StorageException>(() => writer.Cut(29)).Message);
        Assert.Equal(before, device.List(Directory, "*").Count);
        writer.Begin();
        writer.Write(new byte[] { 1 });
        writer.End();
        writer.Sync();
        using var again = Opened(device, new SteppedFiles(device));
        Assert.Empty(device.List(Directory, "*.cut"));
        Assert.Equal(51ul, again.DurableNumber);
    }

    [Fact]
    public void Object_WhoseDeletionFailsToSync_BreaksTheStore()
    {
        var device = new SimulatedFiles();
        var store = CheckpointHarness.StoreOver(new SteppedFiles(device));
        store.Put("p/1", new byte[640]);
        store.Put("p/2", new byte[640]);
        store.Delete("p/1");
        Assert.Null(store.Head("p/1"));
        device.SyncsFail = true;
        Assert.Equal(ObjectErrorKind.Broken, Assert.Throws<ObjectStoreException>(() => store.Delete("p/2")).Kind);
        device.SyncsFail = false;
        Assert.Equal(ObjectErrorKind.Broken, Assert.Throws<ObjectStoreException>(() => store.Put("p/3", [1])).Kind);
    }

    [Fact]
    public void Object_CrashAtEveryPointOfItsDeletion_IsThereWholeOrNotAtAll()
    {
        for (int point = 0; ; point++)
        {
            var device = new SimulatedFiles();
            CheckpointHarness.StoreOver(device).Put("p/1", new byte[640]);
            device.CrashAt = device.Points.Count + point;
            device.CrashAfterEffect = point % 2 == 0;
            try
            {
                CheckpointHarness.StoreOver(new SteppedFiles(device)).Delete("p/1");
            }
            catch (SimulatedCrashException)
            {
            }

            if (!device.HasCrashed)
            {
                Assert.True(point > 20);
                return;
            }

            for (int seed = 0; seed < 10; seed++)
            {
                var after = CheckpointHarness.StoreOver(device.Crash(seed));
                after.RemoveAbandonedUploads();
                Assert.True(after.Head("p/1")?.Length is null or 640, $"point {point}, seed {seed}");
            }
        }
    }

    private static bool IsDamaged(SimulatedFiles files)
    {
        try
        {
            // A gap or a broken record is damage; what is left must reach the end.
            var reader = new LogReader(files, Directory, Id);
            _ = reader.Read().Count();
            return reader.Next != 51;
        }
        catch (CorruptionException)
        {
            return true;
        }
    }

    /// <summary>Cuts a log of 50 records to the last 20, and dies at a point of all that was done since its files were made.</summary>
    private static SimulatedFiles Cut(int crashAt, bool isAfter, bool isPlanted)
    {
        var device = Written();
        int before = device.Points.Count;
        using var writer = Opened(device, new SteppedFiles(device) { SkipsDirectorySync = isPlanted });
        device.CrashAt = crashAt < 0 ? -1 : Math.Max(crashAt, device.Points.Count);
        device.CrashAfterEffect = isAfter;
        try
        {
            writer.Cut(29);
        }
        catch (SimulatedCrashException)
        {
        }

        Assert.True(before > 0);
        return device;
    }

    private static SimulatedFiles Written()
    {
        var files = new SimulatedFiles();
        files.CreateDirectory(Directory);
        using var writer = new LogWriter(files, Directory, Id, 1, null, segmentBytesMax: 300);
        for (byte i = 0; i < 50; i++)
        {
            writer.Begin();
            writer.Write(new byte[20]);
            writer.End();
            writer.Sync();
        }

        return files;
    }

    private static LogWriter Opened(SimulatedFiles device, IFiles files)
    {
        var reader = new LogReader(device, Directory, Id);
        _ = reader.Read().Count();
        return new LogWriter(files, Directory, Id, reader.Next, reader.End, 300);
    }

    /// <summary>Files that are deleted in small steps; it notes what is done to them.</summary>
    private sealed class SteppedFiles(SimulatedFiles inner) : IFiles
    {
        internal bool SkipsDirectorySync { get; init; }

        internal string Calls { get; private set; } = "";

        public long DeletionStepBytes => Step;

        public string TemporaryDirectory => inner.TemporaryDirectory;

        public bool FileExists(string path) => inner.FileExists(path);

        public bool DirectoryExists(string path) => inner.DirectoryExists(path);

        public void CreateDirectory(string path) => inner.CreateDirectory(path);

        public void Delete(string path)
        {
            Calls += "delete ";
            inner.Delete(path);
        }

        public void Move(string from, string to) => inner.Move(from, to);

        public bool TryMoveNew(string from, string to) => inner.TryMoveNew(from, to);

        public IReadOnlyList<string> List(string directory, string pattern) => inner.List(directory, pattern);

        public long Length(string path) => inner.Length(path);

        public IFile Open(string path, FileUse use) => new Noting(this, inner.Open(path, use));

        public byte[] ReadAll(string path) => inner.ReadAll(path);

        public void WriteAll(string path, ReadOnlySpan<byte> bytes) => inner.WriteAll(path, bytes);

        public void SyncDirectory(string path)
        {
            if (!SkipsDirectorySync)
            {
                inner.SyncDirectory(path);
            }
        }

        public IDisposable? TryLock(string path) => inner.TryLock(path);

        public string RealPath(string path) => inner.RealPath(path);

        private sealed class Noting(SteppedFiles files, IFile inner) : IFile
        {
            public long Length => inner.Length;

            public int Read(Span<byte> into, long position) => inner.Read(into, position);

            public void SetLength(long length)
            {
                files.Calls += "cut ";
                inner.SetLength(length);
            }

            public void Write(ReadOnlySpan<byte> bytes, long position) => inner.Write(bytes, position);

            public void Sync()
            {
                files.Calls += "sync ";
                inner.Sync();
            }

            public void Dispose() => inner.Dispose();
        }
    }
}
