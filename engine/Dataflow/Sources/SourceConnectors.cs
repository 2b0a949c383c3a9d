using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow.Sources;

/// <summary>The connectors this process has. Filled at start, then read by any thread.</summary>
public sealed class SourceConnectors
{
    private readonly Dictionary<string, ISourceConnector> _byName = new(StringComparer.Ordinal);

    public void Add(ISourceConnector connector) => _byName.Add(connector.Name, connector);

    public ISourceConnector Find(string name, int position = 0) =>
        _byName.GetValueOrDefault(name) ?? throw new SqlException(
            SqlState.FeatureNotSupported,
            $"connector \"{name}\" is not supported",
            position,
            hint: $"Connectors of this server: {string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal))}.");
}
