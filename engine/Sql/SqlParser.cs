namespace Vectorized.Engine.Sql;

/// <summary>
/// The seam of this folder: text to syntax trees. Whatever the input, the result is a tree or a
/// <see cref="Types.SqlException"/> with a position. Linear time; no shared state, any thread.
/// </summary>
public static class SqlParser
{
    /// <summary>All statements of a string; empty ones (stray semicolons) are left out.</summary>
    public static IReadOnlyList<Statement> Parse(string sql)
    {
        using var parser = new Parser(sql);
        return parser.Statements();
    }

    /// <summary>
    /// Statements from text the deparser wrote (a stored definition): bounds are a little wider, so that whatever
    /// <see cref="Parse"/> once took is taken again.
    /// </summary>
    public static IReadOnlyList<Statement> ParseStored(string sql)
    {
        using var parser = new Parser(sql, SqlLimits.DepthMax + SqlLimits.StoredSlack);
        return parser.Statements();
    }

    /// <summary>One expression and nothing else.</summary>
    public static Expression ParseExpression(string sql)
    {
        using var parser = new Parser(sql);
        return parser.WholeExpression();
    }

    /// <summary>One type name and nothing else: the argument of to_regtype, a declared column type.</summary>
    public static TypeName ParseTypeName(string sql)
    {
        using var parser = new Parser(sql);
        return parser.WholeTypeName();
    }
}
