using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>connector = 'tpch': one of the benchmark's tables at a scale, then it ends.</summary>
internal sealed class TpchConnector : ISourceConnector
{
    internal const string ConnectorName = "tpch";

    public string Name => ConnectorName;

    public SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment)
    {
        var settings = TpchSettings.Parse(wanted);
        SourceSchema.RefuseFormats(Name, wanted);
        SourceSchema.RefuseIncludes(Name, wanted.Columns);
        return wanted with { Columns = Columns(settings, wanted).Columns };
    }

    public ISourceReader Open(
        SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end)
    {
        var settings = TpchSettings.Parse(definition);
        return new GeneratedReader(new TpchRows(settings, Columns(settings, definition).Places), environment, start, end);
    }

    private static (IReadOnlyList<SourceColumn> Columns, int[] Places) Columns(
        TpchSettings settings, SourceDefinition definition) =>
        SourceSchema.Match(ConnectorName, definition.Columns, TpchSchema.Of(settings.Table));
}
