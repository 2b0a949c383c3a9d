namespace Vectorized.Tests.Slt;

/// <summary>One record of a sqllogictest file.</summary>
/// <param name="Line">1-based line of its first line.</param>
/// <param name="Kind">What it asks.</param>
/// <param name="Sql">The statement.</param>
/// <param name="Sort">How rows are brought into order before comparing.</param>
/// <param name="Expected">Expected lines of a query, or the expected error's text (a regular expression) of a failing statement.</param>
internal sealed record SltRecord(int Line, SltKind Kind, string Sql, SltSort Sort, IReadOnlyList<string> Expected)
{
    /// <summary>The connection it runs on: opened by its first record.</summary>
    internal string Connection { get; init; } = "";
}

internal enum SltKind
{
    Ok,
    Error,
    Query,
    Sleep,

    /// <summary>The manual clock moves to a time; what is due by then happens first.</summary>
    Clock,
}

internal enum SltSort
{
    None,
    Rows,
}
