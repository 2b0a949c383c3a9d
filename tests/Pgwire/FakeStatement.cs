using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

/// <summary>A statement of the tests' own small language: words parted by blanks, statements by semicolons.</summary>
internal sealed record FakeStatement(string Text) : Statement
{
    public string[] Words => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The whole string; "syntax" anywhere is an error at that place, as a real parser would raise it.</summary>
    public static IReadOnlyList<Statement> Parse(string text)
    {
        int error = text.IndexOf("syntax", StringComparison.Ordinal);
        if (error >= 0)
        {
            throw new SqlException(SqlState.SyntaxError, "syntax error at or near \"syntax\"", error + 1);
        }

        var statements = new List<Statement>();
        foreach (string part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = part.Split(' ');
            statements.Add(words[0].ToLowerInvariant() switch
            {
                "deallocate" => new DeallocateStatement(words[1] == "ALL" ? null : words[1]),
                "begin" => new BeginStatement(new TransactionModes(null, null, null)),
                "commit" => new CommitStatement(false),
                "rollback" => new RollbackStatement(false),
                _ => new FakeStatement(part),
            });
        }

        return statements;
    }
}
