using System.Diagnostics;
using System.Text;
using Vectorized.Bench.Kafka;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Connectors;

public class KafkaConnectorTests
{
    private static readonly ISourceConnector _connector = new SourceConnectors().AddBuiltin().Find("kafka");
    private static readonly SourceEnvironment _environment = SourceTesting.Environment();

    private static SourceDefinition Define(string servers, string options = "", params SourceColumn[] more) => _connector.Define(
        SourceTesting.Definition(
            $"connector = kafka\ntopic = t\nproperties.bootstrap.server = {servers}\n{options}",
            [new SourceColumn("value", SqlType.Bytea), .. more]) with
        {
            Format = "PLAIN",
            Encode = "BYTES",
        },
        _environment);

    private static ISourceReader Open(SourceDefinition definition, SplitPositions? start = null, SplitPositions? end = null) =>
        _connector.Open(definition, _environment, start ?? [], end);

    private static IEnumerable<string> Values(SourceChunk chunk) => Enumerable.Range(0, chunk.Rows.Batch.RowCount)
        .Select(row => $"{chunk.Split}:{Encoding.UTF8.GetString(chunk.Rows.Batch[0].Bytes(row))}").ToArray();

    private static void Until(Func<bool> condition, string what)
    {
        var time = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(time.Elapsed < TimeSpan.FromSeconds(30), $"waited in vain for {what}");
            Thread.Sleep(2);
        }
    }

    private static List<string> Await(
        ISourceReader reader, int count, SplitPositions? positions = null, List<RejectedRecord>? rejected = null)
    {
        var values = new List<string>();
        Until(
            () =>
            {
                values.AddRange(SourceTesting.Drain(reader, chunk =>
                {
                    rejected?.AddRange(chunk.Rejected);
                    if (positions is not null)
                    {
                        positions[chunk.Split] = chunk.Position;
                    }

                    return Values(chunk);
                }));
                return values.Count >= count;
            },
            $"{count} messages");
        return values;
    }

    [KafkaFact]
    public void TryRead_AllPartitions_EachMessageOnceInOrder()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 4);
        for (int i = 0; i < 20_000; i++)
        {
            kafka.Produce("t", i % 4, $"m{i}");
        }

        kafka.Flush();
        var positions = new SplitPositions();
        using var reader = Open(Define(kafka.Servers));
        var values = Await(reader, 20_000, positions);
        for (int p = 0; p < 4; p++)
        {
            Assert.Equal(
                Enumerable.Range(0, 5000).Select(i => $"{p}:m{(i * 4) + p}"), values.Where(v => v.StartsWith($"{p}:")));
            Assert.Equal(5000, positions[p.ToString()]);
        }

        Until(() => reader.Lag == 0, "no lag");
        kafka.Produce("t", 2, "late");
        kafka.Flush();
        Assert.Equal(["2:late"], Await(reader, 1));
        Assert.Null(reader.Problem);
    }

    [KafkaFact]
    public void Open_AtPositions_ContinuesExactlyThereAndBoundedEndsThere()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 2);
        for (int i = 0; i < 1000; i++)
        {
            kafka.Produce("t", i % 2, $"m{i}");
        }

        kafka.Flush();
        var definition = Define(kafka.Servers);
        var start = new SplitPositions { ["0"] = 100, ["1"] = 500 };
        using var reader = Open(definition, start);
        var values = Await(reader, 400);
        Assert.Equal(Enumerable.Range(100, 400).Select(i => $"0:m{i * 2}"), values);

        var end = new SplitPositions { ["0"] = 250, ["1"] = 500 };
        using var bounded = Open(definition, start, end);
        Assert.Equal(Enumerable.Range(100, 150).Select(i => $"0:m{i * 2}"), Await(bounded, 150));
        Until(() => bounded.TryRead(1, out _) == SourceReadStatus.Ended, "the end");
    }

    [KafkaFact]
    public void Open_Latest_PinsItsPositionBeforeAnyMessage()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 1);
        kafka.Produce("t", 0, "old");
        kafka.Flush();
        var definition = Define(kafka.Servers, "scan.startup.mode = latest");
        var positions = new SplitPositions();
        using (var reader = Open(definition))
        {
            Until(() => SourceTesting.Drain<long>(reader, c => [positions[c.Split] = c.Position]).Count > 0, "the pinned position");
        }

        Assert.Equal(1, positions["0"]);
        kafka.Produce("t", 0, "meanwhile");
        kafka.Flush();
        using var again = Open(definition, positions);
        Assert.Equal(["0:meanwhile"], Await(again, 1));
    }

    [KafkaFact]
    public void Open_PositionTheBrokerNoLongerHas_FailsByName()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 1);
        kafka.Produce("t", 0, "only");
        kafka.Flush();
        using var reader = Open(Define(kafka.Servers), new SplitPositions { ["0"] = 17 });
        Until(() => reader.TryRead(1, out _) == SourceReadStatus.Failed, "the failure");
        Assert.Contains("partition 0: offset 17 is not there any more", reader.Problem);
        Assert.Contains("Nothing is skipped silently", reader.Problem);
    }

    [KafkaFact]
    public void Open_MessagesDeletedByRetention_FailsByName()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 1);
        string big = new('x', 100_000);
        for (int i = 0; i < 120; i++)
        {
            kafka.Produce("t", 0, big);
            if (i % 10 == 0)
            {
                kafka.Flush();
            }
        }

        kafka.Flush();
        using var reader = Open(Define(kafka.Servers), new SplitPositions { ["0"] = 1 });
        Until(() => reader.TryRead(1, out _) == SourceReadStatus.Failed, "the failure");
        Assert.Contains("offset 1 is not there any more", reader.Problem);
    }

    [KafkaFact]
    public void Open_BoundedBeyondTheEnd_FailsByName()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 1);
        kafka.Produce("t", 0, "only");
        kafka.Flush();
        using var reader = Open(Define(kafka.Servers), [], new SplitPositions { ["0"] = 5 });
        Await(reader, 1);
        Until(() => reader.TryRead(1, out _) == SourceReadStatus.Failed, "the failure");
        Assert.Contains("ends at offset 1", reader.Problem);
    }

    [KafkaFact]
    public void TryRead_IncludedColumns_HoldPartitionOffsetTimeAndKey()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 2);
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        kafka.Produce("t", 1, "a", "k");
        kafka.Produce("t", 1, "b");
        kafka.Flush();
        var definition = Define(
            kafka.Servers,
            "",
            new SourceColumn("p", SqlType.Unknown, "partition"),
            new SourceColumn("o", SqlType.Int64, "offset"),
            new SourceColumn("ts", SqlType.Unknown, "timestamp"),
            new SourceColumn("k", SqlType.Unknown, "key"));
        Assert.Equal(
            [SqlType.Bytea, SqlType.Varchar, SqlType.Int64, SqlType.TimestampTz, SqlType.Bytea],
            definition.Columns.Select(c => c.Type));
        using var reader = Open(definition);
        var rows = new List<(string Partition, long Offset, string? Key)>();
        Until(
            () =>
            {
                rows.AddRange(SourceTesting.Drain(reader, chunk =>
                {
                    var batch = chunk.Rows.Batch;
                    return Enumerable.Range(0, batch.RowCount).Select(row =>
                    {
                        Assert.InRange(batch[3].Value<long>(row), before * 1000, (before + 60_000) * 1000);
                        string? key = batch[4].IsValid(row) ? Encoding.UTF8.GetString(batch[4].Bytes(row)) : null;
                        return (Encoding.UTF8.GetString(batch[1].Bytes(row)), batch[2].Value<long>(row), key);
                    }).ToArray();
                }));
                return rows.Count >= 2;
            },
            "both messages");
        Assert.Equal([("1", 0L, "k"), ("1", 1L, null)], rows);
    }

    [KafkaFact]
    public void TryRead_MessageWithoutValue_IsKeptAsideAndCounted()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 1);
        kafka.Produce("t", 0, "a");
        kafka.Produce("t", 0, null, "k");
        kafka.Produce("t", 0, "b");
        kafka.Flush();
        var rejected = new List<RejectedRecord>();
        using var reader = Open(Define(kafka.Servers));
        Assert.Equal(["0:a", "0:b"], Await(reader, 2, null, rejected));
        var record = Assert.Single(rejected);
        Assert.Equal(("0", 1L), (record.Split, record.Offset));
    }

    [KafkaFact]
    public void TryRead_BrokerGoesAndComes_IsAProblemMeanwhileAndLosesNothing()
    {
        using var kafka = new MockKafka();
        kafka.CreateTopic("t", 1);
        kafka.Produce("t", 0, "a");
        kafka.Flush();
        using var reader = Open(Define(kafka.Servers, "properties.reconnect.backoff.max.ms = 200"));
        Assert.Equal(["0:a"], Await(reader, 1));
        kafka.SetBroker(1, up: false);
        Until(() => reader.Problem is not null, "the problem");
        kafka.SetBroker(1, up: true);
        kafka.Produce("t", 0, "b");
        kafka.Flush();
        Assert.Equal(["0:b"], Await(reader, 1));
        Until(() => reader.Problem is null, "no problem");
    }

    [KafkaFact]
    public void TryRead_NoBroker_IsAProblemAndDisposes()
    {
        using var reader = Open(Define("127.0.0.1:1", "properties.socket.timeout.ms = 1000"));
        Until(() => reader.Problem is not null, "the problem");
        Assert.Contains("127.0.0.1:1", reader.Problem);
        Assert.Equal(SourceReadStatus.Empty, reader.TryRead(1, out _));
    }

    [KafkaFact]
    public void Define_PropertyTheLibraryRefuses_IsNamed()
    {
        var error = Assert.Throws<SqlException>(() => Define("localhost:1", "properties.no.such.thing = 1"));
        Assert.Contains("properties.no.such.thing", error.Message);
        var own = Assert.Throws<SqlException>(() => Define("localhost:1", "properties.auto.offset.reset = latest"));
        Assert.Contains("properties.auto.offset.reset", own.Message);
    }

    [Theory]
    [InlineData("scan.startup.mode = sometimes", "scan.startup.mode")]
    [InlineData("scan.startup.mode = timestamp", "scan.startup.timestamp.millis")]
    [InlineData("topics = x", "topics")]
    public void Define_WrongOption_SaysWhich(string options, string named)
    {
        var error = Assert.Throws<SqlException>(() => Define("localhost:1", options));
        Assert.Equal(SqlState.InvalidParameterValue, error.SqlState);
        Assert.Contains(named, error.Message);
    }
}
