namespace Vectorized.Engine.Binding;

/// <summary>The window functions by name.</summary>
internal static class WindowFunctions
{
    private static readonly Dictionary<string, WindowFunctionKind> _kinds = new(StringComparer.Ordinal)
    {
        ["row_number"] = WindowFunctionKind.RowNumber,
        ["rank"] = WindowFunctionKind.Rank,
        ["dense_rank"] = WindowFunctionKind.DenseRank,
        ["percent_rank"] = WindowFunctionKind.PercentRank,
        ["cume_dist"] = WindowFunctionKind.CumeDist,
        ["ntile"] = WindowFunctionKind.Ntile,
        ["lag"] = WindowFunctionKind.Lag,
        ["lead"] = WindowFunctionKind.Lead,
        ["first_value"] = WindowFunctionKind.FirstValue,
        ["last_value"] = WindowFunctionKind.LastValue,
        ["nth_value"] = WindowFunctionKind.NthValue,
    };

    public static WindowFunctionKind? Find(string name) => _kinds.TryGetValue(name, out var kind) ? kind : null;

    /// <summary>Aggregates that have a form over frames.</summary>
    public static bool IsFramed(AggregateKind kind) => kind is AggregateKind.CountStar or AggregateKind.Count
        or AggregateKind.Sum or AggregateKind.Min or AggregateKind.Max or AggregateKind.Avg or AggregateKind.BoolAnd
        or AggregateKind.BoolOr or AggregateKind.StringAgg or AggregateKind.ArrayAgg or AggregateKind.VarPop
        or AggregateKind.VarSamp or AggregateKind.StddevPop or AggregateKind.StddevSamp or AggregateKind.BitAnd
        or AggregateKind.BitOr or AggregateKind.BitXor;
}
