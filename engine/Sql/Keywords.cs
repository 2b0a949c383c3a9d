using System.Collections.Frozen;
using System.Text;
using K = Vectorized.Engine.Sql.Keyword;

namespace Vectorized.Engine.Sql;

/// <summary>PostgreSQL's four classes of keywords: what a word may name without quotes.</summary>
internal enum KeywordClass : byte
{
    None,
    Reserved,
    TypeOrFunction,
    ColumnName,
    Unreserved,
}

/// <summary>The keyword table: text to <see cref="Keyword"/>, and each word's class.</summary>
internal static class Keywords
{
    /// <summary>Words that label a column only after AS: `SELECT x day` is an error.</summary>
    private static readonly FrozenSet<K> AsLabels = new[]
    {
        K.Array, K.As, K.Char, K.Character, K.Create, K.Day, K.Except, K.Fetch, K.Filter, K.For, K.From, K.Grant,
        K.Group, K.Having, K.Hour, K.Intersect, K.Into, K.Isnull, K.Limit, K.Minute, K.Month, K.Notnull, K.Offset,
        K.On, K.Order, K.Over, K.Overlaps, K.Precision, K.Returning, K.Second, K.To, K.Union, K.Varying, K.Where,
        K.Window, K.With, K.Within, K.Without, K.Year,
    }.ToFrozenSet();

    private static readonly string[] Words = [.. Enum.GetNames<K>().Select(WordOf)];

    private static readonly FrozenDictionary<string, K> Table = Enum.GetValues<K>()
        .Where(k => ClassOf(k) != KeywordClass.None)
        .ToFrozenDictionary(k => Words[(int)k], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, K>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Table.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly int LengthMax = Table.Keys.Max(word => word.Length);

    /// <summary>The keyword a word is, in any case, or NoKeyword.</summary>
    public static K Find(ReadOnlySpan<char> word) =>
        word.Length <= LengthMax && Lookup.TryGetValue(word, out K keyword) ? keyword : K.NoKeyword;

    /// <summary>The word in lower case.</summary>
    public static string Word(K keyword) => Words[(int)keyword];

    public static KeywordClass ClassOf(K keyword) => keyword switch
    {
        K.NoKeyword or K.ReservedFirst or K.TypeOrFunctionFirst or K.ColumnNameFirst or K.UnreservedFirst
            or K.StreamingFirst => KeywordClass.None,
        < K.TypeOrFunctionFirst => KeywordClass.Reserved,
        < K.ColumnNameFirst => KeywordClass.TypeOrFunction,
        < K.UnreservedFirst => KeywordClass.ColumnName,
        _ => KeywordClass.Unreserved,
    };

    /// <summary>May name a column or table.</summary>
    public static bool IsColumnName(K keyword) =>
        ClassOf(keyword) is KeywordClass.Unreserved or KeywordClass.ColumnName;

    /// <summary>May name a function or type.</summary>
    public static bool IsTypeOrFunctionName(K keyword) =>
        ClassOf(keyword) is KeywordClass.Unreserved or KeywordClass.TypeOrFunction;

    /// <summary>May label a column without AS.</summary>
    public static bool IsBareLabel(K keyword) => keyword != K.NoKeyword && !AsLabels.Contains(keyword);

    /// <summary>`CurrentDate` is current_date.</summary>
    private static string WordOf(string member)
    {
        var word = new StringBuilder();
        foreach (char c in member)
        {
            if (char.IsAsciiLetterUpper(c) && word.Length > 0)
            {
                word.Append('_');
            }

            word.Append(char.ToLowerInvariant(c));
        }

        return word.ToString();
    }
}
