using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>The aggregate functions; the numbers are durable.</summary>
public enum AggregateKind : byte
{
    CountStar = 0,
    Count = 1,
    Sum = 2,
    Min = 3,
    Max = 4,
    Avg = 5,
    BoolAnd = 6,
    BoolOr = 7,
    StringAgg = 8,
    ArrayAgg = 9,
    VarPop = 10,
    VarSamp = 11,
    StddevPop = 12,
    StddevSamp = 13,
    BitAnd = 14,
    BitOr = 15,
    BitXor = 16,
    FirstValue = 17,
    LastValue = 18,

    /// <summary>The value of a group that has exactly one row; more rows are error 21000 (scalar subqueries).</summary>
    SingleValue = 19,
    JsonbAgg = 20,
    JsonbObjectAgg = 21,

    /// <summary>Ordered-set aggregates: the order is WITHIN GROUP's one key, NULLs are left out.</summary>
    PercentileCont = 22,
    PercentileDisc = 23,
    Mode = 24,

    /// <summary>The value at rank floor(q * (n - 1)) of an argument that stands for its bucket (approx_percentile).</summary>
    ApproxPercentile = 25,
}

/// <summary>
/// One aggregate over columns of the aggregate node's input (arguments are projected before). Types follow PostgreSQL:
/// count int8; sum of int2/int4 int8, of int8 numeric(38,0), of numeric(p,s) numeric(38,s), of free numeric numeric, of
/// float8 float8 and of float4 float4; avg of integers and numerics free numeric, of floats float8.
/// </summary>
/// <param name="Kind">Which aggregate.</param>
/// <param name="Argument">Input column of the first argument, or -1 for count(*).</param>
/// <param name="ArgumentType">Its type (Unknown for count(*)).</param>
/// <param name="ResultType">Type of the result column.</param>
/// <param name="Distinct">Each distinct argument value counts once.</param>
/// <param name="Filter">Boolean input column that must be true, or -1.</param>
/// <param name="Argument2">Second argument (the separator of string_agg, the value of jsonb_object_agg), or -1.</param>
/// <param name="OrderBy">Order of the values within a group for order-sensitive aggregates.</param>
/// <param name="Fractions">The fractions of a percentile, NULL among them; several: the result is a list.</param>
public sealed record AggregateCall(
    AggregateKind Kind,
    int Argument,
    SqlType ArgumentType,
    SqlType ResultType,
    bool Distinct = false,
    int Filter = -1,
    int Argument2 = -1,
    IReadOnlyList<SortKey>? OrderBy = null,
    IReadOnlyList<double?>? Fractions = null);

/// <summary>One ORDER BY term over an input column. PostgreSQL's default is NULLS LAST ascending, NULLS FIRST descending.</summary>
public readonly record struct SortKey(int Column, bool Descending, bool NullsFirst);
