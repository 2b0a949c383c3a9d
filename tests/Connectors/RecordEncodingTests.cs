using System.Diagnostics;
using System.Text;
using Vectorized.Bench.Kafka;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Connectors;

/// <summary>
/// JSON and CSV through the connectors: decoded rows, refused records with place and reason, headers.
/// </summary>
public sealed class RecordEncodingTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("encodings").FullName;
    private readonly List<RejectedRecord> _rejected = [];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private ISourceReader Open(string connector, string options, string encode, string encodeOptions = "")
    {
        var found = new SourceConnectors().AddBuiltin().Find(connector);
        var environment = SourceTesting.Environment(null, _root);
        var wanted = SourceTesting.Definition(
            $"connector = {connector}\n{options}", new SourceColumn("id", SqlType.Int64), new SourceColumn("name", SqlType.Varchar));
        var definition = found.Define(
            wanted with { Format = "PLAIN", Encode = encode, EncodeOptions = SourceTesting.Definition(encodeOptions).Options },
            environment);
        return found.Open(definition, environment, [], null);
    }

    private ISourceReader OpenFiles(string encode, string encodeOptions = "") =>
        Open("posix_fs", $"posix_fs.root = {_root}", encode, encodeOptions);

    private List<string> Await(ISourceReader reader, int rows, int rejected = 0)
    {
        var all = new List<string>();
        var time = Stopwatch.StartNew();
        while ((all.Count < rows || _rejected.Count < rejected) && time.Elapsed < TimeSpan.FromSeconds(20))
        {
            all.AddRange(SourceTesting.Drain(reader, chunk =>
            {
                _rejected.AddRange(chunk.Rejected);
                var batch = chunk.Rows.Batch;
                return Enumerable.Range(0, batch.RowCount).Select(row =>
                    $"{(batch[0].IsValid(row) ? batch[0].Value<long>(row) : "null")}|"
                    + (batch[1].IsValid(row) ? Encoding.UTF8.GetString(batch[1].Bytes(row)) : "null")).ToArray();
            }));
            Thread.Sleep(2);
        }

        return all;
    }

    [Fact]
    public void Files_JsonLines_BadOnesAreKeptAsideWithPlaceAndReason()
    {
        File.WriteAllText(
            Path.Combine(_root, "a.json"),
            """
            {"id": 1, "name": "ann"}

            {"id": "x", "name": "bad"}
            {"name": "zoé", "id": 2}
            not json
            {"id": 3}

            """);
        using var reader = OpenFiles("JSON");
        Assert.Equal(["1|ann", "2|zoé", "3|null"], Await(reader, 3, 2));
        Assert.Equal(["a.json", "a.json"], _rejected.Select(r => r.Split));
        Assert.Equal([26L, 79L], _rejected.Select(r => r.Offset));
        Assert.Contains("\"id\"", _rejected[0].Reason);
        Assert.Equal("not json", Encoding.UTF8.GetString(_rejected[1].Raw));
    }

    [Fact]
    public void Files_CsvWithHeader_FieldsGoByName()
    {
        File.WriteAllText(Path.Combine(_root, "a.csv"), "name,more,ID\n\"two\nlines\",x,1\nbob,y,2\n,z,3\n");
        using var reader = OpenFiles("CSV");
        Assert.Equal(["1|two\nlines", "2|bob", "3|null"], Await(reader, 3));
        File.AppendAllText(Path.Combine(_root, "a.csv"), "late,z,4\nshort,5\n");
        Assert.Equal(["4|late"], Await(reader, 1, 1));
        Assert.Contains("2 fields where 3", _rejected[0].Reason);
    }

    [Fact]
    public void Files_CsvContinuedBehindItsHeader_StillGoesByName()
    {
        string path = Path.Combine(_root, "a.csv");
        File.WriteAllText(path, "name,id\nann,1\n");
        var found = new SourceConnectors().AddBuiltin().Find("posix_fs");
        var environment = SourceTesting.Environment(null, _root);
        var wanted = SourceTesting.Definition(
            $"connector = posix_fs\nposix_fs.root = {_root}",
            new SourceColumn("id", SqlType.Int64), new SourceColumn("name", SqlType.Varchar));
        var definition = found.Define(wanted with { Format = "PLAIN", Encode = "CSV" }, environment);
        File.AppendAllText(path, "bob,2\n");
        using var reader = found.Open(definition, environment, new SplitPositions { ["a.csv"] = 14 }, null);
        Assert.Equal(["2|bob"], Await(reader, 1));
    }

    [Fact]
    public void Files_CsvWithoutHeader_FieldsGoByPlace()
    {
        File.WriteAllText(Path.Combine(_root, "a.csv"), "1;ann\n2;bob\n");
        using var reader = OpenFiles("CSV", "without_header = true\ndelimiter = ;");
        Assert.Equal(["1|ann", "2|bob"], Await(reader, 2));
    }

    [Fact]
    public void Files_CsvHeaderOfOtherColumns_IsReported()
    {
        File.WriteAllText(Path.Combine(_root, "a.csv"), "1,ann\n2,bob\n");
        using var reader = OpenFiles("CSV");
        var time = Stopwatch.StartNew();
        while (reader.Problem is null && time.Elapsed < TimeSpan.FromSeconds(10))
        {
            Thread.Sleep(5);
        }

        Assert.Contains("a.csv", reader.Problem);
        Assert.Contains("names none of the columns", reader.Problem);
    }

    [KafkaFact]
    public void Kafka_Json_BadOnesAreKeptAsideWithPlaceAndReason()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 1);
        kafka.Produce("t", 0, """{"id": 1, "name": "ann"}""");
        kafka.Produce("t", 0, """{"id": """);
        kafka.Produce("t", 0, """{"id": 2, "name": null}""");
        kafka.Flush();
        using var reader = Open("kafka", $"topic = t\nproperties.bootstrap.server = {kafka.Servers}", "JSON");
        Assert.Equal(["1|ann", "2|null"], Await(reader, 2, 1));
        var record = Assert.Single(_rejected);
        Assert.Equal(("0", 1L, "{\"id\": "), (record.Split, record.Offset, Encoding.UTF8.GetString(record.Raw)));
    }
}
