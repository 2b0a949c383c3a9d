using static Vectorized.Fuzz.Generation.Kind;

namespace Vectorized.Fuzz.Generation;

/// <summary>An aggregate function the generator may call.</summary>
/// <param name="Name">Its name in the coverage report.</param>
/// <param name="Template">{0}: the arguments with DISTINCT, {1}: ORDER BY.</param>
/// <param name="Argument">Kind of the argument; null: none.</param>
/// <param name="Result">Kind of the result.</param>
/// <param name="Refine">What is known of the result given the argument; null: it could overflow.</param>
internal sealed record Aggregate(
    string Name, string Template, Kind? Argument, Kind Result, Func<Term, Term, Term?> Refine)
{
    public bool TakesDistinct { get; init; } = true;

    /// <summary>The order of its input matters: it gets an ORDER BY of its argument.</summary>
    public bool Ordered { get; init; }

    /// <summary>It can be a window function.</summary>
    public bool IsPlain { get; init; } = true;

    public Features Needs { get; init; }
}

/// <summary>All aggregates of the generator.</summary>
internal static class AggregateList
{
    /// <summary>No group has more rows than this.</summary>
    private const double RowsMax = 1e5;

    internal static readonly IReadOnlyList<Aggregate> All = [.. Make()];

    private static readonly ILookup<Kind, Aggregate> _byResult = All.ToLookup(a => a.Result);

    internal static IReadOnlyList<Aggregate> Returning(Kind kind) => [.. _byResult[kind]];

    private static Term? Sum(Term a, Term made) => a.Bound * RowsMax > made.Kind.Limit() ? null
        : made with { Bound = a.Bound * RowsMax, Scale = a.Scale, Inexact = made.Inexact || a.Inexact };

    private static Term? Same(Term a, Term made) => made with { Bound = a.Bound, Scale = a.Scale, Inexact = a.Inexact };

    private static Term? Average(Term a, Term made) => a.Bound > 1e9 ? null : made with { Bound = a.Bound, Scale = 18, Inexact = true };

    private static Term? Variance(Term a, Term made) => a.Bound > 1e6 || a.Inexact ? null
        : made with { Bound = a.Bound * a.Bound * 4, Scale = 18, Inexact = true };

    private static IEnumerable<Aggregate> Make()
    {
        yield return new Aggregate("count(*)", "count({0})", null, Int8, Same) { TakesDistinct = false };
        foreach (var k in Kinds.All)
        {
            yield return new Aggregate("count", "count({0})", k, Int8, (_, m) => m with { Bound = RowsMax });
            if (k is not (Bool or Bytea or Jsonb))
            {
                yield return new Aggregate("min", "min({0})", k, k, Same);
                yield return new Aggregate("max", "max({0})", k, k, Same);
            }
        }

        yield return new Aggregate("sum", "sum({0})", Int2, Int8, Sum);
        yield return new Aggregate("sum", "sum({0})", Int4, Int8, Sum);
        yield return new Aggregate("sum", "sum({0})", Int8, Numeric, Sum);
        yield return new Aggregate("sum", "sum({0})", Numeric, Numeric, Sum);
        yield return new Aggregate("sum", "sum({0})", Float8, Float8, Sum);
        foreach (var k in new[] { Int2, Int4, Int8, Numeric })
        {
            yield return new Aggregate("avg", "avg({0})", k, Numeric, Average);
        }

        yield return new Aggregate("avg", "avg({0})", Float8, Float8, Average);
        foreach (string name in new[] { "var_pop", "var_samp", "stddev_pop", "stddev_samp", "variance", "stddev" })
        {
            yield return new Aggregate(name, name + "({0})", Int4, Numeric, Variance);
            yield return new Aggregate(name, name + "({0})", Numeric, Numeric, Variance);
            yield return new Aggregate(name, name + "({0})", Float8, Float8, Variance);
        }

        foreach (var k in Kinds.Integers)
        {
            yield return new Aggregate("bit_and", "bit_and({0})", k, k, Bits);
            yield return new Aggregate("bit_or", "bit_or({0})", k, k, Bits);
            yield return new Aggregate("bit_xor", "bit_xor({0})", k, k, Bits);
        }

        foreach (var ordered in OrderedSets())
        {
            yield return ordered with { TakesDistinct = false, IsPlain = false, Needs = Features.OrderedSets };
        }

        yield return new Aggregate("bool_and", "bool_and({0})", Bool, Bool, Same);
        yield return new Aggregate("bool_or", "bool_or({0})", Bool, Bool, Same);
        yield return new Aggregate("every", "every({0})", Bool, Bool, Same);
        yield return new Aggregate("string_agg", "string_agg({0}, ','{1})", Text, Text, (_, m) => m with { Bound = 1e9 })
        { Ordered = true };
        yield return new Aggregate("array_agg", "array_agg({0}{1})", Int4, IntArray, (a, m) => a.Bound > 50 ? null
            : m with { Bound = 1e9 })
        { Ordered = true };
    }

    private static IEnumerable<Aggregate> OrderedSets()
    {
        foreach (var k in new[] { Int4, Int8, Numeric, Float8, Text, Date, Timestamp })
        {
            yield return new Aggregate("percentile_disc", "percentile_disc(0.5) WITHIN GROUP (ORDER BY {0})", k, k, Same);
            yield return new Aggregate("mode", "mode() WITHIN GROUP (ORDER BY {0})", k, k, Same);
        }

        yield return new Aggregate("percentile_cont", "percentile_cont(0.25) WITHIN GROUP (ORDER BY {0})", Float8, Float8, Average);
    }

    private static Term? Bits(Term a, Term made) =>
        a.Bound * 2 > made.Kind.Limit() ? null : made with { Bound = a.Bound * 2 };
}
