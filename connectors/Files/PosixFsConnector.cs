using Vectorized.Engine.Dataflow.Sources;

namespace Vectorized.Connectors.Files;

/// <summary>
/// connector = 'posix_fs': the lines of growing files in a directory of this machine. Splits are files by name,
/// positions are byte offsets behind whole records.
/// </summary>
internal sealed class PosixFsConnector : ISourceConnector
{
    internal const string ConnectorName = "posix_fs";

    public string Name => ConnectorName;

    public SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment)
    {
        _ = PosixFsSettings.Parse(wanted, environment);
        var definition = SourceIncludes.Resolve(Name, wanted, SourceIncludes.File, SourceIncludes.Partition, SourceIncludes.Offset);
        _ = SourceFormats.CreateDecoder(Name, definition);
        return definition;
    }

    public ISourceReader Open(
        SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end) =>
        new PosixFsReader(definition, PosixFsSettings.Parse(definition, environment), environment, start, end);
}
