namespace Vectorized.Engine.Types;

/// <summary>
/// An error a user caused or can act on: it becomes a PostgreSQL ErrorResponse. <see cref="Position"/> is the
/// 1-based character offset in the statement's text (0: none). A broken invariant is <see cref="Types.SqlState.InternalError"/>.
/// </summary>
public sealed class SqlException(
    string sqlState, string message, int position = 0, string? hint = null, string? detail = null) : Exception(message)
{
    public string SqlState { get; } = sqlState;
    public int Position { get; } = position;
    public string? Hint { get; } = hint;
    public string? Detail { get; } = detail;

    /// <summary>Free text under CONTEXT, such as `COPY t, line 3, column c`.</summary>
    public string? Context { get; init; }

    /// <summary>The relation, column and constraint an integrity violation is about: fields of their own in the protocol.</summary>
    public string? Table { get; init; }

    public string? Column { get; init; }

    public string? Constraint { get; init; }
}
