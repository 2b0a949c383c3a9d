using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Connectors;

/// <summary>
/// The INCLUDE columns: which a connector has, and their types (RisingWave's, or a number where one is declared).
/// </summary>
internal static class SourceIncludes
{
    internal const string Partition = "partition";
    internal const string Offset = "offset";
    internal const string Timestamp = "timestamp";
    internal const string Key = "key";
    internal const string File = "file";

    /// <summary>The definition with included columns typed; refuses the ones a connector does not have.</summary>
    internal static SourceDefinition Resolve(string connector, SourceDefinition definition, params string[] known) =>
        definition with { Columns = [.. definition.Columns.Select(column => Resolve(connector, column, known))] };

    private static SourceColumn Resolve(string connector, SourceColumn column, string[] known)
    {
        if (column.Include is not { } include)
        {
            return column;
        }

        if (!known.Contains(include))
        {
            throw new SqlException(
                SqlState.FeatureNotSupported,
                $"connector \"{connector}\" has no \"{include}\" to include",
                hint: $"It has {string.Join(", ", known)}.");
        }

        var natural = include switch
        {
            Timestamp => SqlType.TimestampTz,
            Key => SqlType.Bytea,
            _ => SqlType.Varchar,
        };
        bool mayBeNumber = include == Offset || (include == Partition && !known.Contains(File));
        if (column.Type.Id == TypeId.Unknown || column.Type == natural)
        {
            return column with { Type = natural };
        }

        bool fits = (mayBeNumber && column.Type.Id is TypeId.Int64 or TypeId.Int32)
            || (include == Key && column.Type.Id == TypeId.Varchar);
        return fits ? column : throw new SqlException(
            SqlState.DatatypeMismatch, $"included column \"{column.Name}\" ({include}) is {natural}, not {column.Type}");
    }
}
