using Vectorized.Engine.Types;

namespace Vectorized.Engine.Formats;

/// <summary>HEADER MATCH: the first line names the columns.</summary>
internal static class CopyHeaders
{
    internal static void Check(string[] names, IReadOnlyList<(string Name, SqlType Type)> columns, string context)
    {
        if (names.Length != columns.Count)
        {
            throw new SqlException(
                SqlState.BadCopyFileFormat, $"wrong number of fields in header line: got {names.Length}, expected {columns.Count}")
            {
                Context = context,
            };
        }

        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] != columns[i].Name)
            {
                throw new SqlException(
                    SqlState.BadCopyFileFormat,
                    $"column name mismatch in header line field {i + 1}: got \"{names[i]}\", expected \"{columns[i].Name}\"")
                {
                    Context = context,
                };
            }
        }
    }
}
