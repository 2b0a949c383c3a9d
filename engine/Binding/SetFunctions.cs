using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Set-returning functions that are UNNEST of a scalar function's list: the names of those list functions, and the types
/// of their elements. What is a row value becomes several columns in FROM.
/// </summary>
internal static class SetFunctions
{
    public const string Elements = "_jsonb_elements";
    public const string ElementTexts = "_jsonb_element_texts";
    public const string Keys = "_jsonb_keys";
    public const string Members = "_jsonb_members";
    public const string MemberTexts = "_jsonb_member_texts";
    public const string Records = "_jsonb_records";
    public const string PathItems = "_jsonb_path_items";
    public const string Matches = "_regexp_matches";

    /// <summary>Several lists side by side, as long as the longest: a list of row values.</summary>
    public const string Zip = "_zip";

    private static readonly Dictionary<string, string> _lists = new(StringComparer.Ordinal)
    {
        ["jsonb_array_elements"] = Elements,
        ["jsonb_array_elements_text"] = ElementTexts,
        ["jsonb_object_keys"] = Keys,
        ["jsonb_each"] = Members,
        ["jsonb_each_text"] = MemberTexts,
        ["jsonb_populate_recordset"] = Records,
        ["jsonb_path_query"] = PathItems,
        ["regexp_matches"] = Matches,
    };

    public static IEnumerable<string> Names => _lists.Keys;

    public static string? ListOf(string name) => _lists.GetValueOrDefault(name);

    /// <summary>What jsonb_each gives.</summary>
    public static SqlType MemberType(SqlType value) =>
        SqlType.StructOf(new StructFields([("key", SqlType.Varchar), ("value", value)]));
}
