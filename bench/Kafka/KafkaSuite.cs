using System.Globalization;
using Npgsql;
using Vectorized.Bench.Freshness;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Kafka;

/// <summary>
/// JSON messages of 200 bytes with 10 columns from a Kafka topic into a view that reads them all: messages a second of the
/// server's processor time, librdkafka's threads included; the broker is this process (librdkafka's mock, over TCP). What the
/// view holds in the end is compared with what was produced.
/// </summary>
internal sealed class KafkaSuite : IBenchSuite
{
    /// <summary>The mock keeps about 5 MB a partition.</summary>
    private const int PartitionMessages = 20_000;
    private const long PatienceNanos = 120_000_000_000;

    private static readonly IClock _clock = Host.System.Clock;

    public string Name => "kafka";

    public string Summary => "JSON messages of 200 bytes into a view: [--messages N] [--rounds N]";

    public IReadOnlyList<string> Options { get; } = ["--messages", "--rounds"];

    public BenchTable Run(BenchArguments arguments)
    {
        if (MockKafka.Missing is { } reason)
        {
            throw new ArgumentException(reason);
        }

        int messages = (int)arguments.Number("--messages", 1_000_000);
        var table = new BenchTable("round", "messages", "bytes a message", "seconds", "CPU s", "messages/s", "messages/CPU s");
        using var server = ServedDatabase.Start(Path.GetTempPath());
        using var connection = new NpgsqlConnection(server.ConnectionString);
        connection.Open();
        // What is compiled at run time is compiled before the first round counts.
        _ = Round(server, connection, "warm", Math.Min(messages, 400_000));
        int rounds = (int)arguments.Number("--rounds", 3);
        for (int i = 1; i <= rounds; i++)
        {
            var (sent, seconds, cpu) = Round(server, connection, $"round{i}", messages);
            table.Add(i, sent.Count, (double)sent.Bytes / sent.Count, seconds, cpu, sent.Count / seconds, sent.Count / cpu);
        }

        return table;
    }

    private static (KafkaMessages Sent, double Seconds, double Cpu) Round(
        ServedDatabase server, NpgsqlConnection connection, string topic, int messages)
    {
        int partitions = (messages + PartitionMessages - 1) / PartitionMessages;
        using var kafka = new MockKafka();
        kafka.CreateTopic(topic, partitions);
        var sent = KafkaMessages.Produce(kafka, topic, partitions, messages);
        Execute(
            connection,
            $"CREATE SOURCE {topic} ({KafkaMessages.Columns}) WITH (connector = 'kafka', topic = '{topic}', "
            + $"properties.bootstrap.server = '{kafka.Servers}', scan.startup.mode = 'earliest') FORMAT PLAIN ENCODE JSON");
        double cpu = server.ProcessorSeconds;
        long started = _clock.MonotonicNanos;
        Execute(connection, $"CREATE MATERIALIZED VIEW {topic}_view AS {KafkaMessages.Query(topic)}");
        using (var command = new NpgsqlCommand($"SELECT coalesce(sum(n), 0) FROM {topic}_view", connection))
        {
            while (Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) < messages)
            {
                if (_clock.MonotonicNanos - started > PatienceNanos)
                {
                    throw new InvalidOperationException($"the view lacks messages; those refused are in {topic}$errors");
                }

                _clock.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None).AsTask().Wait();
            }
        }

        double seconds = (_clock.MonotonicNanos - started) / 1e9;
        cpu = server.ProcessorSeconds - cpu;
        using (var command = new NpgsqlCommand($"SELECT * FROM {topic}_view ORDER BY 1", connection))
        {
            using var reader = command.ExecuteReader();
            sent.Compare(reader);
        }

        Execute(connection, $"DROP MATERIALIZED VIEW {topic}_view");
        Execute(connection, $"DROP SOURCE {topic}");
        return (sent, seconds, cpu);
    }

    private static void Execute(NpgsqlConnection connection, string statement)
    {
        using var command = new NpgsqlCommand(statement, connection);
        command.ExecuteNonQuery();
    }
}
