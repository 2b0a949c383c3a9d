using System.Buffers;
using Vectorized.Storage;
using Vectorized.Storage.Log;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Storage;

public sealed class LogTests(ITestOutputHelper output)
{
    private const string Directory = "log";
    private const ulong Id = 77;

    [Fact]
    public void Checksum_PublishedValues_Agree()
    {
        // RFC 3720, B.4.
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x46DD794Eu, Crc32C.Of(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
    }

    [Fact]
    public void Checksum_InPieces_EqualsTheReference()
    {
        var random = new Random(Seeds.Next(output));
        byte[] bytes = new byte[300];
        random.NextBytes(bytes);
        for (int i = 0; i < 300; i++)
        {
            int length = random.Next(bytes.Length);
            int cut = random.Next(length + 1);
            uint whole = Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, cut)), bytes.AsSpan(cut, length - cut));
            Assert.Equal(Crc32C.Reference(bytes.AsSpan(0, length)), whole);
        }
    }

    /// <summary>
    /// A random history of appends and syncs over small segments dies at every I/O point, before and after the effect:
    /// what was synced is read back whole and in order, what comes behind is a prefix of what was appended.
    /// </summary>
    [Fact]
    public void Log_CrashAtEveryPoint_KeepsWhatWasSynced()
    {
        int seed = Seeds.Next(output);
        int points = Run(seed, -1, false).Points.Count;
        for (int point = 0; point < points; point++)
        {
            foreach (bool after in (bool[])[false, true])
            {
                Run(seed, point, after);
            }
        }
    }

    [Fact]
    public void Log_DamagedRecordThatWasSynced_IsCorruption()
    {
        int seed = Seeds.Next(output);
        var random = new Random(seed);
        for (int i = 0; i < 200; i++)
        {
            var files = Written(records: 12);
            string path = files.List(Directory, "*.log")[0];
            // The last record's own damage cannot be told from a torn one; every other's can.
            long end = files.Length(path) - LastRecordBytes(files);
            files.FlipBit(path, random.NextInt64(end), random.Next(8));
            Assert.Throws<CorruptionException>(() => new LogReader(files, Directory, Id).Read().Count());
        }
    }

    [Fact]
    public void Log_OtherDatabaseOrNewerFormat_IsRefused()
    {
        var files = Written(records: 2);
        Assert.Contains("belongs to database", Assert.Throws<CorruptionException>(
            () => new LogReader(files, Directory, Id + 1).Read().Count()).Message);
        string path = files.List(Directory, "*.log")[0];
        byte[] bytes = files.ReadAll(path);
        bytes[8] = 9;
        files.WriteAll(path, bytes);
        Assert.Contains("log format 9", Assert.Throws<CorruptionException>(
            () => new LogReader(files, Directory, Id).Read().Count()).Message);
    }

    [Fact]
    public void Log_FailedSync_IsFinal()
    {
        var files = Created();
        using var writer = new LogWriter(files, Directory, Id, 1, null);
        Append(writer, [1, 2, 3]);
        files.SyncsFail = true;
        Assert.Throws<StorageException>(writer.Sync);
        files.SyncsFail = false;
        Assert.Throws<ObjectDisposedException>(writer.Begin);
    }

    [Fact]
    public void Log_Cut_KeepsWhatIsNeeded()
    {
        var files = Written(records: 50, segmentBytes: 300);
        int before = files.List(Directory, "*.log").Count;
        var reader = new LogReader(files, Directory, Id);
        reader.Read().Count();
        using var writer = new LogWriter(files, Directory, Id, reader.Next, reader.End, 300);
        writer.Cut(29);
        Assert.InRange(files.List(Directory, "*.log").Count, 1, before - 1);
        Assert.Equal(21, new LogReader(files, Directory, Id).Read(30).Count());
    }

    private static SimulatedFiles Run(int seed, int crashAt, bool afterEffect)
    {
        var random = new Random(seed);
        var files = Created();
        files.CrashAt = crashAt < 0 ? -1 : files.Points.Count + crashAt;
        files.CrashAfterEffect = afterEffect;
        var appended = new List<byte[]>();
        int synced = 0;
        try
        {
            using var writer = new LogWriter(files, Directory, Id, 1, null, segmentBytesMax: 2_000);
            for (int i = 0; i < 30; i++)
            {
                byte[] payload = new byte[random.Next(4) == 0 ? random.Next(200_000) : random.Next(700)];
                random.NextBytes(payload);
                appended.Add(payload);
                Append(writer, payload);
                if (random.Next(3) == 0)
                {
                    writer.Sync();
                    synced = appended.Count;
                }
            }
        }
        catch (SimulatedCrashException)
        {
        }

        var found = files.Crash(seed + crashAt);
        var reader = new LogReader(found, Directory, Id);
        var read = reader.Read().Select(r => r.Payload.ToArray()).ToList();
        Assert.InRange(read.Count, synced, appended.Count);
        for (int i = 0; i < read.Count; i++)
        {
            Assert.Equal(appended[i], read[i]);
        }

        // Writing goes on behind the torn end and is read back.
        using (var writer = new LogWriter(found, Directory, Id, reader.Next, reader.End, 2_000))
        {
            Append(writer, [42]);
            writer.Sync();
        }

        Assert.Equal(read.Count + 1, new LogReader(found, Directory, Id).Read().Count());
        return files;
    }

    private static SimulatedFiles Created()
    {
        var files = new SimulatedFiles();
        files.CreateDirectory(Directory);
        return files;
    }

    private static SimulatedFiles Written(int records, long segmentBytes = LogWriter.SegmentBytesMax)
    {
        var files = Created();
        using var writer = new LogWriter(files, Directory, Id, 1, null, segmentBytes);
        for (int i = 0; i < records; i++)
        {
            Append(writer, new byte[10 + i]);
            writer.Sync();
        }

        return files;
    }

    private static void Append(LogWriter writer, byte[] payload)
    {
        writer.Begin();
        writer.Write(payload);
        writer.End();
    }

    private static int LastRecordBytes(SimulatedFiles files) =>
        LogFormat.RecordHeadBytes + new LogReader(files, Directory, Id).Read().Last().Payload.Length;
}
