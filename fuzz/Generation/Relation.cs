namespace Vectorized.Fuzz.Generation;

/// <summary>What a query may select from: a table or a view, with what is known of its columns.</summary>
/// <param name="Name">Unquoted name.</param>
/// <param name="Columns">Column terms, named without a qualifier.</param>
internal sealed record Relation(string Name, IReadOnlyList<Term> Columns)
{
    /// <summary>How many tables are joined to make its rows, views counting as what they are made of: its rows are at most a
    /// table's to that power.</summary>
    internal int Degree { get; init; } = 1;

    internal static Relation Of(TableSpec table) => new(
        table.Name, [.. table.Columns.Select(c => new Term(c.Name, c.Kind) { Bound = c.Bound, Scale = c.Scale, Inexact = c.Inexact })]);

    internal static Relation Of(string name, GeneratedQuery query) => new(name, [.. query.Outputs]) { Degree = query.Degree };
}
