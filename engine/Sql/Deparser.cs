namespace Vectorized.Engine.Sql;

/// <summary>
/// Syntax tree to canonical SQL on one line: key words in upper case, names quoted where they must be, parentheses
/// where they stood or are needed. Parsing the text gives an equal tree. This is the form definitions are stored and
/// shown in.
/// </summary>
public static class Deparser
{
    public static string Deparse(SyntaxNode node)
    {
        var writer = new SqlWriter();
        writer.Write(node);
        return writer.ToString();
    }

    /// <summary>
    /// A name as it must be written: in quotes unless it is a plain lower-case word that is not reserved.
    /// </summary>
    public static string QuoteIdentifier(string name) => IsPlain(name) ? name : Quoted(name);

    /// <summary>A string as a literal.</summary>
    public static string QuoteLiteral(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    internal static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>A lower-case word with no character that needs quotes, keyword or not.</summary>
    internal static bool IsLowerWord(string name)
    {
        if (name.Length == 0 || !(char.IsAsciiLetterLower(name[0]) || name[0] == '_'))
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '$'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlain(string name)
    {
        Keyword keyword = Keywords.Find(name);
        return IsLowerWord(name) && keyword is not (Keyword.Aggregate or Keyword.Operator)
            && (keyword == Keyword.NoKeyword || Keywords.ClassOf(keyword) == KeywordClass.Unreserved);
    }
}
