using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors.Generators;

/// <summary>connector = 'datagen': made-up rows for trying things out. A replay makes the same rows again.</summary>
internal sealed class DatagenConnector : ISourceConnector
{
    internal const string ConnectorName = "datagen";

    public string Name => ConnectorName;

    public SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment)
    {
        if (wanted.Columns.Count == 0)
        {
            throw new SqlException(
                SqlState.InvalidTableDefinition,
                "connector \"datagen\" needs columns",
                hint: "Name them with their types, for example (id bigint, name varchar).");
        }

        SourceSchema.RefuseFormats(Name, wanted);
        SourceSchema.RefuseIncludes(Name, wanted.Columns);
        var definition = DatagenSettings.WithBaseTimes(wanted, environment.Host.Clock.WallMicros);
        _ = DatagenSettings.Parse(definition);
        return definition;
    }

    public ISourceReader Open(
        SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end) =>
        new GeneratedReader(
            new DatagenRowGenerator(DatagenSettings.Parse(definition), definition.Columns), environment, start, end);
}
