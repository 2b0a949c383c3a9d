using System.Runtime.InteropServices;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Kafka;

/// <summary>
/// One librdkafka consumer that reads chosen partitions of a topic from chosen offsets, without a consumer group:
/// positions are the engine's. Never resets an offset by itself. One thread.
/// </summary>
internal sealed class KafkaClient : IDisposable
{
    private const int MetadataTopicCountAt = 16;
    private const int MetadataTopicsAt = 24;
    private const int TopicPartitionCountAt = 8;
    private const int TopicPartitionsAt = 16;
    private const int TopicErrorAt = 24;
    private const int PartitionBytes = 40;
    private const int ListElementsAt = 8;
    private const int ElementOffsetAt = 16;
    private const int ElementErrorAt = 48;
    private const int RequestTimeoutMs = 5000;

    private readonly string _topicName;
    private readonly string _servers;
    private readonly IntPtr _client;
    private readonly IntPtr _topic;
    private readonly IntPtr _queue;
    private readonly IntPtr _events;
    private readonly List<int> _started = [];

    internal KafkaClient(KafkaSettings settings)
    {
        _topicName = settings.Topic;
        _servers = settings.Servers;
        _client = Create(settings);
        _topic = Librdkafka.rd_kafka_topic_new(_client, settings.Topic, IntPtr.Zero);
        _queue = Librdkafka.rd_kafka_queue_new(_client);
        _events = Librdkafka.rd_kafka_queue_get_main(_client);
    }

    /// <summary>Checks the properties with the library, without connecting.</summary>
    internal static void Check(KafkaSettings settings) => Librdkafka.rd_kafka_conf_destroy(Configure(settings));

    /// <summary>The partitions the topic has.</summary>
    internal IReadOnlyList<int> Partitions()
    {
        int error = Librdkafka.rd_kafka_metadata(_client, 0, _topic, out var metadata, RequestTimeoutMs);
        if (error != KafkaError.None)
        {
            throw Failed("cannot read the topic's partitions", error);
        }

        try
        {
            if (Marshal.ReadInt32(metadata, MetadataTopicCountAt) == 0)
            {
                throw Failed("cannot read the topic's partitions", KafkaError.UnknownTopicOrPartition);
            }

            var topic = Marshal.ReadIntPtr(metadata, MetadataTopicsAt);
            int topicError = Marshal.ReadInt32(topic, TopicErrorAt);
            if (topicError != KafkaError.None)
            {
                throw Failed("cannot read the topic's partitions", topicError);
            }

            var partitions = Marshal.ReadIntPtr(topic, TopicPartitionsAt);
            int count = Marshal.ReadInt32(topic, TopicPartitionCountAt);
            return [.. Enumerable.Range(0, count).Select(i => Marshal.ReadInt32(partitions, i * PartitionBytes)).Order()];
        }
        finally
        {
            Librdkafka.rd_kafka_metadata_destroy(metadata);
        }
    }

    /// <summary>The oldest offset held and the one behind the newest, asked of the broker.</summary>
    internal (long Low, long High) Bounds(int partition)
    {
        int error = Librdkafka.rd_kafka_query_watermark_offsets(
            _client, _topicName, partition, out long low, out long high, RequestTimeoutMs);
        return error == KafkaError.None ? (low, high) : throw Failed($"cannot read the bounds of partition {partition}", error);
    }

    /// <summary>The offset behind the newest as the last fetch told it, or null.</summary>
    internal long? KnownEnd(int partition) =>
        Librdkafka.rd_kafka_get_watermark_offsets(_client, _topicName, partition, out _, out long high) == KafkaError.None && high >= 0
            ? high : null;

    /// <summary>The first offset whose message is not older than a time; negative: none is.</summary>
    internal long OffsetAt(int partition, long timestampMs)
    {
        var list = Librdkafka.rd_kafka_topic_partition_list_new(1);
        try
        {
            Librdkafka.rd_kafka_topic_partition_list_add(list, _topicName, partition);
            var element = Marshal.ReadIntPtr(list, ListElementsAt);
            Marshal.WriteInt64(element, ElementOffsetAt, timestampMs);
            int error = Librdkafka.rd_kafka_offsets_for_times(_client, list, RequestTimeoutMs);
            error = error == KafkaError.None ? Marshal.ReadInt32(element, ElementErrorAt) : error;
            return error == KafkaError.None
                ? Marshal.ReadInt64(element, ElementOffsetAt)
                : throw Failed($"cannot find the time {timestampMs} in partition {partition}", error);
        }
        finally
        {
            Librdkafka.rd_kafka_topic_partition_list_destroy(list);
        }
    }

    internal void Start(int partition, long offset)
    {
        if (Librdkafka.rd_kafka_consume_start_queue(_topic, partition, offset, _queue) != 0)
        {
            throw Failed($"cannot read partition {partition}", Librdkafka.rd_kafka_last_error());
        }

        _started.Add(partition);
    }

    /// <summary>
    /// Waits for a first message, then takes what else is there; returns how many of the array's slots hold messages.
    /// The batch call alone would wait for a full batch.
    /// </summary>
    internal int Receive(IntPtr[] messages, int countMax, int timeoutMs)
    {
        var first = Librdkafka.rd_kafka_consume_queue(_queue, timeoutMs);
        if (first == IntPtr.Zero)
        {
            return 0;
        }

        nint more = 0;
        if (countMax > 1)
        {
            more = Librdkafka.rd_kafka_consume_batch_queue(_queue, 0, messages, (nuint)countMax - 1);
        }

        int count = (int)Math.Max(more, 0);
        Array.Copy(messages, 0, messages, 1, count);
        messages[0] = first;
        return count + 1;
    }

    /// <summary>The newest of the errors the library has told since the last call, or null.</summary>
    internal string? TakeError()
    {
        string? text = null;
        while (Librdkafka.rd_kafka_queue_poll(_events, 0) is var occurrence && occurrence != IntPtr.Zero)
        {
            if (Librdkafka.rd_kafka_event_type(occurrence) == Librdkafka.EventError)
            {
                text = Marshal.PtrToStringUTF8(Librdkafka.rd_kafka_event_error_string(occurrence));
            }

            Librdkafka.rd_kafka_event_destroy(occurrence);
        }

        return text;
    }

    public void Dispose()
    {
        foreach (int partition in _started)
        {
            _ = Librdkafka.rd_kafka_consume_stop(_topic, partition);
        }

        Librdkafka.rd_kafka_queue_destroy(_events);
        Librdkafka.rd_kafka_queue_destroy(_queue);
        Librdkafka.rd_kafka_topic_destroy(_topic);
        Librdkafka.rd_kafka_destroy(_client);
    }

    private static IntPtr Create(KafkaSettings settings)
    {
        var conf = Configure(settings);
        var error = new byte[Librdkafka.ErrorTextBytes];
        var client = Librdkafka.rd_kafka_new(Librdkafka.Consumer, conf, error, (nuint)error.Length);
        if (client == IntPtr.Zero)
        {
            Librdkafka.rd_kafka_conf_destroy(conf);
            throw new SourceFailedException($"librdkafka refuses the configuration: {Librdkafka.Text(error)}");
        }

        return client;
    }

    private static IntPtr Configure(KafkaSettings settings)
    {
        var conf = Librdkafka.rd_kafka_conf_new();
        // Errors come as events; without a callback nothing is written to the process's standard error.
        Librdkafka.rd_kafka_conf_set_events(conf, Librdkafka.EventError);
        Librdkafka.rd_kafka_conf_set_log_cb(conf, IntPtr.Zero);
        var own = new Dictionary<string, string>
        {
            ["auto.offset.reset"] = "error",
            ["enable.partition.eof"] = "true",
            ["enable.auto.commit"] = "false",
        };
        var error = new byte[Librdkafka.ErrorTextBytes];
        foreach (var (name, value) in own.Concat(settings.Properties))
        {
            if (Librdkafka.rd_kafka_conf_set(conf, name, value, error, (nuint)error.Length) != 0)
            {
                Librdkafka.rd_kafka_conf_destroy(conf);
                throw new SqlException(
                    SqlState.InvalidParameterValue,
                    $"option \"properties.{name}\" of connector \"kafka\" is refused: {Librdkafka.Text(error)}");
            }
        }

        return conf;
    }

    private KafkaException Failed(string what, int error) =>
        new($"topic \"{_topicName}\" at {_servers}: {what}: {TakeError() ?? Librdkafka.ErrorName(error)}");
}
