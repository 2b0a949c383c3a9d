namespace Vectorized.Fuzz.Generation;

/// <summary>
/// A generated value expression and what is known of its values, so that what is built on it is valid and fails on no row.
/// </summary>
/// <param name="Sql">Its text, parenthesised where it has to be.</param>
/// <param name="Kind">Its type.</param>
internal sealed record Term(string Sql, Kind Kind)
{
    /// <summary>
    /// No value is larger: magnitude of a number, length of a text or array, days away from the year 2000 of a time, days of
    /// an interval.
    /// </summary>
    public double Bound { get; init; }

    /// <summary>Decimals of a numeric.</summary>
    public int Scale { get; init; }

    /// <summary>
    /// The last digits, or which of several equal spellings is printed, are not determined: never a key, never DISTINCT. So are
    /// documents, whose order is each database's own.
    /// </summary>
    public bool Inexact { get => field || Kind == Kind.Jsonb; init; }

    /// <summary>It refers to a column of the innermost query.</summary>
    public bool Local { get; init; }

    /// <summary>A plain column reference.</summary>
    public bool IsColumn { get; init; }
}
