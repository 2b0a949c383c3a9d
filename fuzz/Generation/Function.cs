namespace Vectorized.Fuzz.Generation;

/// <summary>A function or operator the generator may apply.</summary>
/// <param name="Name">Its name in the coverage report.</param>
/// <param name="Template">
/// Text with {0}.. for arguments, {n} a number 0 to 4, {p} one 1 to 5, {s} a short text literal, {f} a date field, {t} a unit
/// of truncation.
/// </param>
/// <param name="Arguments">Kinds of the arguments.</param>
/// <param name="Result">Kind of the result.</param>
/// <param name="Refine">What is known of the result given the arguments; null: it could fail or lose digits, do not apply.</param>
internal sealed record Function(
    string Name, string Template, Kind[] Arguments, Kind Result, Func<Term[], Term, Term?>? Refine = null)
{
    public Features Needs { get; init; }
}
