using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Kafka;

/// <summary>
/// connector = 'kafka': a topic's messages. Splits are partitions, positions offsets. Needs librdkafka on the machine,
/// asked for only here.
/// </summary>
internal sealed class KafkaConnector : ISourceConnector
{
    internal const string ConnectorName = "kafka";

    public string Name => ConnectorName;

    public SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment)
    {
        var settings = KafkaSettings.Parse(wanted);
        var definition = SourceIncludes.Resolve(
            Name, wanted, SourceIncludes.Partition, SourceIncludes.Offset, SourceIncludes.Timestamp, SourceIncludes.Key);
        _ = SourceFormats.CreateDecoder(Name, definition);
        Librdkafka.EnsureAvailable();
        KafkaClient.Check(settings);
        return definition;
    }

    public ISourceReader Open(
        SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end)
    {
        Librdkafka.EnsureAvailable();
        return new KafkaReader(definition, KafkaSettings.Parse(definition), environment, start, end);
    }
}
