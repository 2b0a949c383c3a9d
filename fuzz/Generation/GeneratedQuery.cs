namespace Vectorized.Fuzz.Generation;

/// <summary>A query and how its result is to be compared.</summary>
/// <param name="Sql">Its text, without a semicolon.</param>
/// <param name="IsOrdered">ORDER BY names every column: the sequence of rows is determined.</param>
/// <param name="Outputs">Its columns.</param>
/// <param name="Productions">What it is made of, for the coverage report.</param>
internal sealed record GeneratedQuery(
    string Sql, bool IsOrdered, IReadOnlyList<Term> Outputs, IReadOnlyCollection<string> Productions)
{
    /// <summary>How many tables it joins at most, those of views counted.</summary>
    internal int Degree { get; init; } = 1;
}
