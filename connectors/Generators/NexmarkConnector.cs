using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>connector = 'nexmark': one of the benchmark's three tables. A replay makes the same rows again.</summary>
internal sealed class NexmarkConnector : ISourceConnector
{
    internal const string ConnectorName = "nexmark";

    public string Name => ConnectorName;

    public SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment)
    {
        var settings = NexmarkSettings.Parse(wanted);
        SourceSchema.RefuseFormats(Name, wanted);
        SourceSchema.RefuseIncludes(Name, wanted.Columns);
        return wanted with { Columns = SourceSchema.Match(Name, wanted.Columns, NexmarkSchema.Of(settings.Kind)).Columns };
    }

    public ISourceReader Open(
        SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end)
    {
        var settings = NexmarkSettings.Parse(definition);
        var (_, places) = SourceSchema.Match(Name, definition.Columns, NexmarkSchema.Of(settings.Kind));
        return new GeneratedReader(new NexmarkRowGenerator(settings, places), environment, start, end);
    }
}
