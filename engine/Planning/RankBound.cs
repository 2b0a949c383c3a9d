using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>A condition that lets through only ranks up to a constant.</summary>
/// <param name="Last">The highest rank.</param>
/// <param name="IsWhole">The condition says no more than that.</param>
internal readonly record struct RankBound(long Last, bool IsWhole)
{
    public static RankBound? Match(ScalarExpression condition, int rank)
    {
        if (condition is not CallExpression { Arguments: [var a, var b] } call)
        {
            return null;
        }

        string symbol = call.Function.Name;
        if (Number(a) is { } reversed && IsRank(b, rank))
        {
            return Bound(Mirror(symbol), reversed);
        }

        return IsRank(a, rank) && Number(b) is { } number ? Bound(symbol, number) : null;
    }

    private static RankBound? Bound(string symbol, long number) => symbol switch
    {
        "<=" => new RankBound(number, true),
        "<" => new RankBound(number - 1, true),
        "=" => new RankBound(number, number == 1),
        _ => null,
    };

    private static string Mirror(string symbol) => symbol switch
    {
        ">=" => "<=",
        ">" => "<",
        "=" => "=",
        _ => "",
    };

    private static bool IsRank(ScalarExpression e, int rank) => e is ColumnExpression column && column.Index == rank;

    private static long? Number(ScalarExpression e) =>
        e is ConstantExpression { Value.IsNull: false, Type.IsInteger: true } c
        ? c.Value.AsInt64
        : null;
}
