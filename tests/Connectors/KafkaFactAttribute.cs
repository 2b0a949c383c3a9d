using Vectorized.Bench.Kafka;

namespace Vectorized.Tests.Connectors;

/// <summary>A test that needs librdkafka; skipped with the reason where it is missing.</summary>
internal sealed class KafkaFactAttribute : FactAttribute
{
    public KafkaFactAttribute() => Skip = MockKafka.Missing;
}
