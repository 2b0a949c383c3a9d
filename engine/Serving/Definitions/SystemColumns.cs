using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>Names that PostgreSQL gives a meaning in every relation, quoted or not.</summary>
internal static class SystemColumns
{
    internal static void Refuse(string name, int position)
    {
        if (name is "tableoid" or "xmin" or "cmin" or "xmax" or "cmax" or "ctid")
        {
            throw new SqlException(
                SqlState.DuplicateColumn, $"column name \"{name}\" conflicts with a system column name", position);
        }
    }
}
