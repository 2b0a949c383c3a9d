namespace Vectorized.Fuzz.Views;

/// <summary>What a history showed.</summary>
/// <param name="Kind">Which comparison: recomputation, PostgreSQL, a variation, a statement's outcome.</param>
/// <param name="At">Position of the statement after which it shows.</param>
/// <param name="View">The view; null: the statement itself.</param>
/// <param name="Difference">For people.</param>
internal sealed record HistoryFailure(string Kind, int At, string? View, string Difference);
