using Vectorized.Engine.Types;

namespace Vectorized.Engine.Dataflow.Sources;

/// <summary>A kind of source, named by WITH (connector = '...').</summary>
public interface ISourceConnector
{
    string Name { get; }

    /// <summary>
    /// Checks options, format and schema of a CREATE SOURCE and completes the schema where the connector knows it (columns
    /// is empty). Throws <see cref="SqlException"/> naming the option and the way out. Does no I/O that may block long.
    /// </summary>
    SourceDefinition Define(SourceDefinition wanted, SourceEnvironment environment);

    /// <summary>
    /// Opens a reader that starts at <paramref name="start"/> (a split not named there starts at the source's startup
    /// position) and, when <paramref name="end"/> is given, delivers exactly the rows before those positions and then
    /// reports <see cref="SourceReadStatus.Ended"/>.
    /// </summary>
    ISourceReader Open(SourceDefinition definition, SourceEnvironment environment, SplitPositions start, SplitPositions? end);
}

/// <summary>What a source is, as data: it stands in the catalog.</summary>
/// <param name="Name">The relation's name, for messages.</param>
/// <param name="Columns">Columns in order, without hidden ones.</param>
/// <param name="Options">WITH options, names in lower case.</param>
/// <param name="Format">FORMAT, upper case (PLAIN), or null.</param>
/// <param name="Encode">ENCODE, upper case (JSON, CSV, BYTES), or null.</param>
/// <param name="EncodeOptions">Options in parentheses behind ENCODE.</param>
public sealed record SourceDefinition(
    string Name,
    IReadOnlyList<SourceColumn> Columns,
    IReadOnlyDictionary<string, string> Options,
    string? Format,
    string? Encode,
    IReadOnlyDictionary<string, string> EncodeOptions);

/// <summary>A column of a source; Include names what the connector itself supplies: partition, offset, timestamp, key.</summary>
public sealed record SourceColumn(string Name, SqlType Type, string? Include = null);

/// <summary>By split, the position after the last row read: an event number, a byte offset, a Kafka offset.</summary>
public sealed class SplitPositions : Dictionary<string, long>
{
    public SplitPositions()
        : base(StringComparer.Ordinal)
    {
    }

    public SplitPositions(IEnumerable<KeyValuePair<string, long>> positions)
        : base(positions, StringComparer.Ordinal)
    {
    }
}
