using Vectorized.Connectors.Files;
using Vectorized.Connectors.Generators;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Connectors.Kafka;
using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors;

/// <summary>The connectors this project has; the server and embedded engines register them at start.</summary>
public static class BuiltinConnectors
{
    public static SourceConnectors AddBuiltin(this SourceConnectors connectors)
    {
        connectors.Add(new NexmarkConnector());
        connectors.Add(new DatagenConnector());
        connectors.Add(new TpchConnector());
        connectors.Add(new PosixFsConnector());
        connectors.Add(new KafkaConnector());
        return connectors;
    }
}
