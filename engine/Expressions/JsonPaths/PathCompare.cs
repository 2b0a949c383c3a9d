using System.Text.Json;

namespace Vectorized.Engine.Expressions.JsonPaths;

/// <summary>Comparison of two items: scalars of one kind by value, null equal to null only; what does not compare is unknown.</summary>
internal static class PathCompare
{
    internal static bool? Holds(string symbol, JsonElement a, JsonElement b)
    {
        if (a.ValueKind == JsonValueKind.Null || b.ValueKind == JsonValueKind.Null)
        {
            bool both = a.ValueKind == b.ValueKind;
            return symbol switch { "==" or "<=" or ">=" => both, "!=" => !both, _ => false };
        }

        return Order(a, b) is not { } order ? null : symbol switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private static int? Order(JsonElement a, JsonElement b)
    {
        switch (a.ValueKind, b.ValueKind)
        {
            case (JsonValueKind.Number, JsonValueKind.Number):
                return a.TryGetDecimal(out decimal x) && b.TryGetDecimal(out decimal y)
                    ? x.CompareTo(y) : a.GetDouble().CompareTo(b.GetDouble());
            case (JsonValueKind.String, JsonValueKind.String):
                return string.CompareOrdinal(a.GetString(), b.GetString());
            case (JsonValueKind.True or JsonValueKind.False, JsonValueKind.True or JsonValueKind.False):
                return a.GetBoolean().CompareTo(b.GetBoolean());
            default:
                return null;
        }
    }
}
