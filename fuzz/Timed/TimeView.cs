namespace Vectorized.Fuzz.Timed;

/// <summary>A view whose rows depend on time, and the query without time that gives them.</summary>
/// <param name="Name">The view.</param>
/// <param name="Production">What it shows.</param>
/// <param name="Query">Its query.</param>
/// <param name="Expected">
/// The same rows: NOW stands for the clock's time as a literal, CLOSED for the event table's watermark as a subquery.
/// </param>
internal sealed record TimeView(string Name, string Production, string Query, string Expected)
{
    internal string Create => $"CREATE MATERIALIZED VIEW {Name} AS {Query}";

    /// <param name="now">The clock's time.</param>
    /// <param name="delay">Minutes of the watermark's delay.</param>
    internal string ExpectedAt(string now, int delay) => Expected
        .Replace("NOW", $"TIMESTAMPTZ '{now}'", StringComparison.Ordinal)
        .Replace("CLOSED", $"(SELECT max(ts) - interval '{delay} minutes' FROM e)", StringComparison.Ordinal);
}
