using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>SET CONFIG (...) of a streaming job: RisingWave's `streaming.*` keys, checked by form.</summary>
internal static class JobConfig
{
    internal static void Check(SyntaxList<Option> options)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            if (!seen.Add(option.Name))
            {
                throw new SqlException(
                    SqlState.SyntaxError, $"Duplicate option for ALTER CONFIG: {option.Name}", option.Position);
            }

            if (!option.Name.StartsWith("streaming.", StringComparison.Ordinal))
            {
                throw new SqlException(
                    SqlState.InvalidParameterValue, "ALTER CONFIG only accepts options starting with `streaming.`", option.Position);
            }
        }
    }
}
