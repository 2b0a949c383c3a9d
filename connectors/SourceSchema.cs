using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors;

/// <summary>Checks of a source's columns that several connectors share.</summary>
internal static class SourceSchema
{
    /// <summary>
    /// The places of the declared columns among the ones a connector provides, matched by name and type; a source
    /// declared without columns gets all of them.
    /// </summary>
    internal static (IReadOnlyList<SourceColumn> Columns, int[] Places) Match(
        string connector, IReadOnlyList<SourceColumn> declared, IReadOnlyList<(string Name, SqlType Type)> provided)
    {
        if (declared.Count == 0)
        {
            return ([.. provided.Select(c => new SourceColumn(c.Name, c.Type))], [.. Enumerable.Range(0, provided.Count)]);
        }

        return (declared, [.. declared.Select(column => Place(connector, column, provided))]);
    }

    /// <summary>For connectors that have nothing to include.</summary>
    internal static void RefuseIncludes(string connector, IReadOnlyList<SourceColumn> columns)
    {
        if (columns.FirstOrDefault(c => c.Include is not null) is { } column)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, $"connector \"{connector}\" has no \"{column.Include}\" to include");
        }
    }

    /// <summary>
    /// For connectors that make typed rows: only the formats that RisingWave's scripts name with them pass.
    /// </summary>
    internal static void RefuseFormats(string connector, SourceDefinition definition)
    {
        bool plain = definition.Format is null or "PLAIN" or "NATIVE" && definition.Encode is null or "JSON" or "NATIVE";
        if (!plain)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported,
                $"connector \"{connector}\" makes rows itself and takes no FORMAT {definition.Format} ENCODE {definition.Encode}",
                hint: "Leave the FORMAT clause out.");
        }
    }

    private static int Place(string connector, SourceColumn column, IReadOnlyList<(string Name, SqlType Type)> provided)
    {
        for (int i = 0; i < provided.Count; i++)
        {
            if (provided[i].Name != column.Name)
            {
                continue;
            }

            if (provided[i].Type != column.Type.Base)
            {
                throw new SqlException(
                    SqlState.DatatypeMismatch,
                    $"column \"{column.Name}\" is {provided[i].Type} in connector \"{connector}\", not {column.Type}");
            }

            return i;
        }

        throw new SqlException(
            SqlState.UndefinedColumn,
            $"connector \"{connector}\" has no column \"{column.Name}\"",
            hint: "Its columns: " + string.Join(", ", provided.Select(c => $"{c.Name} {c.Type}")) + ".");
    }
}
