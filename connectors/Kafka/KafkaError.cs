namespace Vectorized.Connectors.Kafka;

/// <summary>The error codes that mean something special to the reader; negative ones are librdkafka's own.</summary>
internal static class KafkaError
{
    internal const int None = 0;
    internal const int OffsetOutOfRange = 1;
    internal const int UnknownTopicOrPartition = 3;
    internal const int TopicAuthorizationFailed = 29;
    internal const int PartitionEnd = -191;
    internal const int UnknownPartition = -190;
    internal const int UnknownTopic = -188;
    internal const int AutoOffsetReset = -140;
}

/// <summary>Something with the cluster that may pass: reported and tried again.</summary>
internal sealed class KafkaException(string message) : Exception(message);
