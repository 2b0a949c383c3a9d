using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators;

/// <summary>
/// connector = 'nexmark': one of the benchmark's three tables, or all events in one stream. A replay makes the same
/// rows again.
/// </summary>
internal sealed class NexmarkConnector : ISourceConnector
{
    internal const string ConnectorName = "nexmark";

    public string Name => ConnectorName;

    public SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment)
    {
        var settings = NexmarkSettings.Parse(wanted);
        SourceSchema.RefuseFormats(Name, wanted);
        SourceSchema.RefuseIncludes(Name, wanted.Columns);
        return wanted with { Columns = Columns(settings, wanted).Columns };
    }

    public ISourceReader Open(
        SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end)
    {
        var settings = NexmarkSettings.Parse(definition);
        var (columns, places) = Columns(settings, definition);
        NexmarkSource rows = settings.Kind is { } kind
            ? new NexmarkTableRows(settings, kind, places) : new NexmarkCombinedRows(settings, columns);
        return new GeneratedReader(rows, environment, start, end);
    }

    private static (IReadOnlyList<SourceColumn> Columns, int[] Places) Columns(
        NexmarkSettings settings, SourceDefinition definition) => settings.Kind is { } kind
        ? SourceSchema.Match(ConnectorName, definition.Columns, NexmarkSchema.Of(kind))
        : (NexmarkCombinedRows.Check(definition.Columns), []);
}
