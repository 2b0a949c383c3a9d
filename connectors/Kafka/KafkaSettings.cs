using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Kafka;

/// <summary>The options of connector = 'kafka', as RisingWave's.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Startup">Where partitions without a position start: `earliest`, `latest` or `timestamp`.</param>
/// <param name="StartupTimestampMs">With `timestamp`: the time of the first message wanted.</param>
/// <param name="Properties">What is handed to librdkafka, by its names.</param>
internal sealed record KafkaSettings(
    string Topic, string Startup, long StartupTimestampMs, IReadOnlyDictionary<string, string> Properties)
{
    internal const string Earliest = "earliest";
    internal const string Latest = "latest";
    internal const string AtTimestamp = "timestamp";
    private const string BootstrapOption = "properties.bootstrap.server";
    private const string PropertyPrefix = "properties.";

    /// <summary>Properties on which the reader's correctness rests.</summary>
    private static readonly string[] _own = ["auto.offset.reset", "enable.partition.eof", "enable.auto.commit"];

    internal string Servers => Properties["bootstrap.servers"];

    internal static KafkaSettings Parse(SourceDefinition definition)
    {
        var options = new SourceOptions(KafkaConnector.ConnectorName, definition);
        string topic = options.Required("topic", "events");
        string servers = options.Required(BootstrapOption, "localhost:9092");
        string startup = options.OneOf("scan.startup.mode", Earliest, Latest, AtTimestamp) ?? Earliest;
        long timestamp = options.Int64("scan.startup.timestamp.millis", -1, 0, long.MaxValue / 1000);
        if (timestamp >= 0)
        {
            startup = AtTimestamp;
        }
        else if (startup == AtTimestamp)
        {
            _ = options.Required("scan.startup.timestamp.millis", "1700000000000");
        }

        var properties = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = servers,
            ["client.id"] = "vectorized",
            // How long a broker may hold back an empty answer. Apache's answers at once when a message comes, whatever
            // this says; others, librdkafka's mock among them, only after it. `properties.fetch.wait.max.ms` overrides
            // it.
            ["fetch.wait.max.ms"] = "25",
        };
        foreach (var (name, value) in options.Under(PropertyPrefix).Where(p => PropertyPrefix + p.Key != BootstrapOption))
        {
            properties[name] = _own.Contains(name) ? throw options.Invalid(PropertyPrefix + name, value, "left out") : value;
        }

        options.RefuseUnknown();
        return new KafkaSettings(topic, startup, timestamp, properties);
    }
}
