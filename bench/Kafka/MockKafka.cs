using System.Runtime.InteropServices;
using System.Text;

namespace Vectorized.Bench.Kafka;

/// <summary>
/// librdkafka's own mock of a Kafka cluster, reached over TCP like a real one, and a producer to it. It keeps about 5
/// MB a partition, knows no times, transactions or new partitions; what needs those is neither tested nor measured with it.
/// </summary>
internal sealed class MockKafka : IDisposable
{
    private const string Library = "librdkafka.so.1";
    private const int Producer = 0;
    private const int CopyPayload = 2;

    private readonly IntPtr _owner;
    private readonly IntPtr _cluster;
    private readonly IntPtr _producer;
    private readonly Dictionary<string, IntPtr> _topics = [];

    internal MockKafka(int brokers = 1)
    {
        _owner = NewClient(new Dictionary<string, string>());
        _cluster = rd_kafka_mock_cluster_new(_owner, brokers);
        Servers = Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(_cluster))!;
        _producer = NewClient(new Dictionary<string, string> { ["bootstrap.servers"] = Servers, ["linger.ms"] = "5" });
    }

    /// <summary>Why there is no mock here, or null.</summary>
    internal static string? Missing { get; } = NativeLibrary.TryLoad(Library, out _)
        ? null : $"{Library} is not installed; tests/services/install.sh gets it from Debian's packages";

    internal string Servers { get; }

    internal void CreateTopic(string topic, int partitions) =>
        Check(rd_kafka_mock_topic_create(_cluster, topic, partitions, 1));

    internal void Produce(string topic, int partition, string? value, string? key = null)
    {
        if (!_topics.TryGetValue(topic, out var handle))
        {
            handle = rd_kafka_topic_new(_producer, topic, IntPtr.Zero);
            _topics.Add(topic, handle);
        }

        Produce(handle, partition, value is null ? null : Encoding.UTF8.GetBytes(value), key);
    }

    private void Produce(IntPtr topic, int partition, byte[]? bytes, string? key)
    {
        byte[]? keyBytes = key is null ? null : Encoding.UTF8.GetBytes(key);
        while (rd_kafka_produce(
            topic, partition, CopyPayload, bytes, (nuint)(bytes?.Length ?? 0), keyBytes, (nuint)(keyBytes?.Length ?? 0), 0) != 0)
        {
            rd_kafka_poll(_producer, 10);
        }
    }

    internal void Flush() => Check(rd_kafka_flush(_producer, 20_000));

    internal void SetBroker(int id, bool up) =>
        Check(up ? rd_kafka_mock_broker_set_up(_cluster, id) : rd_kafka_mock_broker_set_down(_cluster, id));

    public void Dispose()
    {
        foreach (var topic in _topics.Values)
        {
            rd_kafka_topic_destroy(topic);
        }

        rd_kafka_destroy(_producer);
        rd_kafka_mock_cluster_destroy(_cluster);
        rd_kafka_destroy(_owner);
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"librdkafka: error {error}");
        }
    }

    private static IntPtr NewClient(Dictionary<string, string> properties)
    {
        var conf = rd_kafka_conf_new();
        var error = new byte[512];
        rd_kafka_conf_set_log_cb(conf, IntPtr.Zero);
        foreach (var (name, value) in properties)
        {
            Check(rd_kafka_conf_set(conf, name, value, error, (nuint)error.Length));
        }

        var client = rd_kafka_new(Producer, conf, error, (nuint)error.Length);
        return client != IntPtr.Zero ? client : throw new InvalidOperationException("librdkafka made no client");
    }

#pragma warning disable SYSLIB1054, CA2101, CA5392, CA1707
    [DllImport(Library)]
    private static extern IntPtr rd_kafka_conf_new();

    [DllImport(Library)]
    private static extern void rd_kafka_conf_set_log_cb(IntPtr conf, IntPtr callback);

    [DllImport(Library)]
    private static extern int rd_kafka_conf_set(
        IntPtr conf,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        byte[] error,
        nuint errorSize);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_new(int type, IntPtr conf, byte[] error, nuint errorSize);

    [DllImport(Library)]
    private static extern void rd_kafka_destroy(IntPtr client);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_topic_new(
        IntPtr client, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, IntPtr conf);

    [DllImport(Library)]
    private static extern void rd_kafka_topic_destroy(IntPtr topic);

    [DllImport(Library)]
    private static extern int rd_kafka_produce(
        IntPtr topic, int partition, int flags, byte[]? payload, nuint length, byte[]? key, nuint keyLength, IntPtr opaque);

    [DllImport(Library)]
    private static extern int rd_kafka_poll(IntPtr client, int timeoutMs);

    [DllImport(Library)]
    private static extern int rd_kafka_flush(IntPtr client, int timeoutMs);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_mock_cluster_new(IntPtr client, int brokers);

    [DllImport(Library)]
    private static extern void rd_kafka_mock_cluster_destroy(IntPtr cluster);

    [DllImport(Library)]
    private static extern IntPtr rd_kafka_mock_cluster_bootstraps(IntPtr cluster);

    [DllImport(Library)]
    private static extern int rd_kafka_mock_topic_create(
        IntPtr cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

    [DllImport(Library)]
    private static extern int rd_kafka_mock_broker_set_down(IntPtr cluster, int broker);

    [DllImport(Library)]
    private static extern int rd_kafka_mock_broker_set_up(IntPtr cluster, int broker);
#pragma warning restore SYSLIB1054, CA2101, CA5392, CA1707
}
