using System.Diagnostics;
using System.Text;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Connectors;

public sealed class PosixFsConnectorTests : IDisposable
{
    private static readonly ISourceConnector _connector = new SourceConnectors().AddBuiltin().Find("posix_fs");

    private readonly string _root = Directory.CreateTempSubdirectory("posix_fs").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private SourceDefinition Define(string options = "", params SourceColumn[] more) => _connector.Define(
        SourceTesting.Definition($"connector = posix_fs\nposix_fs.root = {_root}\n{options}",
            [new SourceColumn("line", SqlType.Bytea), .. more]) with
        { Format = "PLAIN", Encode = "BYTES" },
        SourceTesting.Environment(null, _root));

    private ISourceReader Open(SourceDefinition definition, SplitPositions? start = null, SplitPositions? end = null) =>
        _connector.Open(definition, SourceTesting.Environment(null, _root), start ?? [], end);

    private void Append(string name, string text) => File.AppendAllText(Path.Combine(_root, name), text);

    private static IEnumerable<string> Lines(SourceChunk chunk) => Enumerable.Range(0, chunk.Rows.Batch.RowCount)
        .Select(row => $"{chunk.Split}:{Encoding.UTF8.GetString(chunk.Rows.Batch[0].Bytes(row))}").ToArray();

    /// <summary>Waits for rows; gives up after ten seconds.</summary>
    private static List<string> Await(ISourceReader reader, int count, SplitPositions? positions = null)
    {
        var lines = new List<string>();
        var time = Stopwatch.StartNew();
        while (lines.Count < count && time.Elapsed < TimeSpan.FromSeconds(10))
        {
            lines.AddRange(SourceTesting.Drain(reader, chunk =>
            {
                if (positions is not null)
                {
                    positions[chunk.Split] = chunk.Position;
                }

                return Lines(chunk);
            }));
            Thread.Sleep(5);
        }

        return lines;
    }

    private static string AwaitProblem(ISourceReader reader)
    {
        var time = Stopwatch.StartNew();
        while (reader.Problem is null && time.Elapsed < TimeSpan.FromSeconds(10))
        {
            Thread.Sleep(5);
        }

        return reader.Problem ?? "none";
    }

    [Fact]
    public void TryRead_FilesThatGrow_EachLineOnceAtItsNewline()
    {
        Append("a.log", "one\ntwo\nthr");
        using var reader = Open(Define());
        Assert.Equal(["a.log:one", "a.log:two"], Await(reader, 2));
        Append("b.log", "x\n");
        Append("a.log", "ee\r\n");
        Assert.Equal(["a.log:three", "b.log:x"], Await(reader, 2).Order());
        Assert.Null(reader.Problem);
        Assert.Equal(SourceReadStatus.Empty, reader.TryRead(1, out _));
    }

    [Fact]
    public void Open_AtPositions_ContinuesExactlyThere()
    {
        Append("a.log", string.Concat(Enumerable.Range(0, 10_000).Select(i => $"line {i}\n")));
        var definition = Define();
        var positions = new SplitPositions();
        var lines = new List<string>();
        while (lines.Count < 10_000)
        {
            using var reader = Open(definition, positions);
            var time = Stopwatch.StartNew();
            SourceChunk? chunk;
            while (reader.TryRead(777, out chunk) != SourceReadStatus.Data && time.Elapsed < TimeSpan.FromSeconds(10))
            {
                Thread.Sleep(1);
            }

            lines.AddRange(Lines(chunk!));
            positions[chunk!.Split] = chunk.Position;
            chunk.Dispose();
        }

        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"a.log:line {i}"), lines);
    }

    [Fact]
    public void Open_Bounded_GivesExactlyTheBytesBetweenAndEnds()
    {
        Append("a.log", "one\ntwo\nthree\nfour\n");
        Append("b.log", "x\n");
        using var reader = Open(Define(), new SplitPositions { ["a.log"] = 4 }, new SplitPositions { ["a.log"] = 14 });
        Assert.Equal(["a.log:two", "a.log:three"], Await(reader, 2));
        var time = Stopwatch.StartNew();
        SourceReadStatus status;
        while ((status = reader.TryRead(1, out _)) == SourceReadStatus.Empty && time.Elapsed < TimeSpan.FromSeconds(10))
        {
            Thread.Sleep(1);
        }

        Assert.Equal(SourceReadStatus.Ended, status);
    }

    [Theory]
    [InlineData("a.log", 15, "no record that ends at byte 15")]
    [InlineData("a.log", 100, "no record that ends at byte 100")]
    [InlineData("gone.log", 10, "is gone")]
    public void Open_BoundedBytesNotThere_FailsAndSaysWhich(string file, long bound, string expected)
    {
        Append("a.log", "one\ntwo\nthree\nfour\n");
        using var reader = Open(Define(), [], new SplitPositions { [file] = bound });
        string problem = AwaitProblem(reader);
        Assert.Contains(expected, problem);
        var time = Stopwatch.StartNew();
        while (reader.TryRead(1, out var chunk) != SourceReadStatus.Failed)
        {
            chunk?.Dispose();
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public void TryRead_TruncatedFile_IsReportedAndOthersGoOn()
    {
        Append("a.log", "one\ntwo\n");
        using var reader = Open(Define());
        Await(reader, 2);
        File.WriteAllText(Path.Combine(_root, "a.log"), "new\n");
        Assert.Contains("\"a.log\" was truncated", AwaitProblem(reader));
        Append("b.log", "x\n");
        Assert.Equal(["b.log:x"], Await(reader, 1));
    }

    [Fact]
    public void TryRead_ReplacedByALongerFile_IsReportedNotReadFromTheMiddle()
    {
        Append("a.log", "one\ntwo\n");
        using var reader = Open(Define());
        Await(reader, 2);
        File.Move(Path.Combine(_root, "a.log"), Path.Combine(_root, ".a.log.1"));
        Append("a.log", "other text that is longer\n");
        Assert.Contains("\"a.log\" was replaced", AwaitProblem(reader));
        Assert.Empty(SourceTesting.Drain(reader, Lines));
    }

    [Fact]
    public void TryRead_MissingDirectory_IsAProblemUntilItIsThere()
    {
        var definition = Define();
        Directory.Delete(_root);
        using var reader = Open(definition);
        Assert.NotEqual("none", AwaitProblem(reader));
        Directory.CreateDirectory(_root);
        Append("a.log", "one\n");
        Assert.Equal(["a.log:one"], Await(reader, 1));
    }

    [Fact]
    public void TryRead_LongLines_GrowTheBuffer()
    {
        string line = new('x', 700_000);
        Append("a.log", $"{line}\nshort\n");
        using var reader = Open(Define());
        Assert.Equal([$"a.log:{line}", "a.log:short"], Await(reader, 2));
    }

    [Fact]
    public void TryRead_IncludedColumns_HoldFileAndOffset()
    {
        Append("a.log", "one\ntwo\n");
        var definition = Define("", new SourceColumn("f", SqlType.Unknown, "file"), new SourceColumn("o", SqlType.Int64, "offset"));
        Assert.Equal([SqlType.Bytea, SqlType.Varchar, SqlType.Int64], definition.Columns.Select(c => c.Type));
        using var reader = Open(definition);
        var time = Stopwatch.StartNew();
        SourceChunk? chunk;
        while (reader.TryRead(10, out chunk) != SourceReadStatus.Data && time.Elapsed < TimeSpan.FromSeconds(10))
        {
            Thread.Sleep(1);
        }

        using (chunk)
        {
            Assert.Equal("a.log", Encoding.UTF8.GetString(chunk!.Rows.Batch[1].Bytes(1)));
            Assert.Equal(4, chunk.Rows.Batch[2].Value<long>(1));
        }
    }

    [Fact]
    public void TryRead_Pattern_ChoosesFiles()
    {
        Append("a.log", "one\n");
        Append("a.txt", "no\n");
        using var reader = Open(Define("match_pattern = *.log"));
        Assert.Equal(["a.log:one"], Await(reader, 1));
    }

    [Fact]
    public void TryRead_LinkOutOfTheRoot_IsNotFollowed()
    {
        string outside = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(outside, "secret\n");
        File.CreateSymbolicLink(Path.Combine(_root, "link.log"), outside);
        using var reader = Open(Define());
        Assert.Contains("link out of", AwaitProblem(reader));
        Assert.Empty(SourceTesting.Drain(reader, Lines));
        File.Delete(outside);
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData("/")]
    public void Define_OutsideTheAllowedDirectories_IsRefused(string directory)
    {
        string root = directory == ".." ? Path.Combine(_root, "..") : directory;
        var wanted = SourceTesting.Definition($"connector = posix_fs\nposix_fs.root = {root}", new SourceColumn("l", SqlType.Bytea));
        var error = Assert.Throws<SqlException>(() => _connector.Define(wanted, SourceTesting.Environment(null, _root)));
        Assert.Equal(SqlState.InsufficientPrivilege, error.SqlState);
        Assert.Contains("--files-dir", error.Hint);
    }

    [Fact]
    public void Define_WithoutEncoding_SaysWhatToAdd()
    {
        var wanted = SourceTesting.Definition($"connector = posix_fs\nposix_fs.root = {_root}", new SourceColumn("l", SqlType.Bytea));
        var error = Assert.Throws<SqlException>(() => _connector.Define(wanted, SourceTesting.Environment(null, _root)));
        Assert.Contains("ENCODE", error.Hint);
    }

    [Fact]
    public void Dispose_WithAFullQueue_ReturnsAndLeaksNothing()
    {
        Append("a.log", string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {i}\n")));
        var reader = Open(Define());
        Await(reader, 1);
        reader.Dispose();
        Assert.Equal(SourceReadStatus.Empty, reader.TryRead(1, out _));
    }
}
