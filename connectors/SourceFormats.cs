using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors;

/// <summary>FORMAT and ENCODE of sources that read bytes.</summary>
internal static class SourceFormats
{
    /// <summary>A decoder for the columns that are not included ones; checks the clause on the way.</summary>
    internal static IRecordDecoder CreateDecoder(string connector, SourceDefinition definition)
    {
        if (definition.Encode is null)
        {
            throw new SqlException(
                SqlState.SyntaxError,
                $"connector \"{connector}\" needs to know the encoding of its records",
                hint: "Add FORMAT PLAIN ENCODE JSON, CSV or BYTES behind the WITH clause.");
        }

        if (definition.Format is not (null or "PLAIN"))
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, $"FORMAT {definition.Format} is not supported", hint: "Use FORMAT PLAIN.");
        }

        var columns = definition.Columns.Where(c => c.Include is null).Select(c => (c.Name, c.Type)).ToList();
        return columns.Count > 0
            ? RecordFormats.Create(definition.Encode, definition.EncodeOptions, columns)
            : throw new SqlException(
                SqlState.InvalidTableDefinition,
                $"a source of connector \"{connector}\" needs columns",
                hint: "Name them with their types, for example (id bigint, name varchar).");
    }
}
