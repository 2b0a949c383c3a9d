using System.Runtime.CompilerServices;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Sql;

/// <summary>What the tests of this folder share: one statement from text, its canonical text with the round trip
/// checked, the error a text gives, golden files, the conformance corpus beside the repository.</summary>
internal static class SqlText
{
    public static Statement One(string sql) => Assert.Single(SqlParser.Parse(sql));

    public static T One<T>(string sql)
        where T : Statement => Assert.IsType<T>(One(sql));

    /// <summary>The canonical text of a statement; parsing that must give an equal tree and the same text.</summary>
    public static string Canonical(string sql)
    {
        Statement statement = One(sql);
        AssertRoundTrip(statement);
        return statement.ToString();
    }

    public static string CanonicalExpression(string sql)
    {
        Expression expression = SqlParser.ParseExpression(sql);
        string text = expression.ToString();
        Assert.Equal(expression, SqlParser.ParseExpression(text));
        return text;
    }

    public static void AssertRoundTrip(Statement statement)
    {
        string text = statement.ToString();
        Statement again;
        try
        {
            again = Assert.Single(SqlParser.ParseStored(text));
        }
        catch (SqlException error)
        {
            throw new InvalidOperationException($"{error.Message} at {error.Position} of {text}", error);
        }

        Assert.True(statement.Equals(again), $"{text}\nbecame\n{again}");
        Assert.Equal(statement.GetHashCode(), again.GetHashCode());
        Assert.Equal(text, again.ToString());
    }

    public static SqlException Error(string sql) => Assert.Throws<SqlException>(() => SqlParser.Parse(sql));

    /// <summary>A tab-separated file of golden/.</summary>
    public static IEnumerable<string[]> Golden(string name, [CallerFilePath] string here = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "golden", name)).Select(line => line.Split('\t'));

    /// <summary>A path in the folder `shared` beside the repository, or null if it is not there.</summary>
    public static string? Shared(string path, [CallerFilePath] string here = "")
    {
        string shared = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "shared", path);
        return Path.Exists(shared) ? Path.GetFullPath(shared) : null;
    }
}
