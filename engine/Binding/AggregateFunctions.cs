using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>The aggregates by name, and the types of their arguments and results (see <see cref="AggregateCall"/>).</summary>
internal static class AggregateFunctions
{
    private static readonly Dictionary<string, AggregateKind> _kinds = new(StringComparer.Ordinal)
    {
        ["count"] = AggregateKind.Count,
        ["sum"] = AggregateKind.Sum,
        ["min"] = AggregateKind.Min,
        ["max"] = AggregateKind.Max,
        ["avg"] = AggregateKind.Avg,
        ["bool_and"] = AggregateKind.BoolAnd,
        ["every"] = AggregateKind.BoolAnd,
        ["bool_or"] = AggregateKind.BoolOr,
        ["string_agg"] = AggregateKind.StringAgg,
        ["array_agg"] = AggregateKind.ArrayAgg,
        ["var_pop"] = AggregateKind.VarPop,
        ["var_samp"] = AggregateKind.VarSamp,
        ["variance"] = AggregateKind.VarSamp,
        ["stddev_pop"] = AggregateKind.StddevPop,
        ["stddev_samp"] = AggregateKind.StddevSamp,
        ["stddev"] = AggregateKind.StddevSamp,
        ["bit_and"] = AggregateKind.BitAnd,
        ["bit_or"] = AggregateKind.BitOr,
        ["bit_xor"] = AggregateKind.BitXor,
        ["first_value"] = AggregateKind.FirstValue,
        ["last_value"] = AggregateKind.LastValue,
        ["jsonb_agg"] = AggregateKind.JsonbAgg,
        ["jsonb_object_agg"] = AggregateKind.JsonbObjectAgg,
        ["percentile_cont"] = AggregateKind.PercentileCont,
        ["percentile_disc"] = AggregateKind.PercentileDisc,
        ["mode"] = AggregateKind.Mode,
        ["approx_percentile"] = AggregateKind.ApproxPercentile,
        ["approx_count_distinct"] = AggregateKind.Count,
        ["arg_min"] = AggregateKind.FirstValue,
        ["arg_max"] = AggregateKind.FirstValue,
    };

    /// <summary>Aggregates known by name and not there yet: refused as such and not as unknown functions.</summary>
    private static readonly HashSet<string> _refused = new(StringComparer.Ordinal)
    {
        "json_agg", "json_object_agg", "corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept", "xmlagg",
        "range_agg", "any_value",
    };

    public static IEnumerable<string> Names => _kinds.Keys;

    public static AggregateKind? Find(string name) => _kinds.TryGetValue(name, out var kind) ? kind : null;

    /// <summary>Called with WITHIN GROUP (ORDER BY ...), and only so.</summary>
    public static bool IsOrderedSet(AggregateKind kind) => kind is AggregateKind.PercentileCont
        or AggregateKind.PercentileDisc or AggregateKind.Mode or AggregateKind.ApproxPercentile;

    /// <summary>Whether the order of the values tells in the result.</summary>
    public static bool IsOrderSensitive(AggregateKind kind) => kind is AggregateKind.StringAgg or AggregateKind.ArrayAgg
        or AggregateKind.FirstValue or AggregateKind.LastValue or AggregateKind.JsonbAgg or AggregateKind.JsonbObjectAgg;

    /// <summary>Whether values of the type have an order one can ask the smallest of.</summary>
    public static bool IsOrdered(SqlType type) => type.Id is not (TypeId.Jsonb or TypeId.Struct or TypeId.Map or TypeId.List
        or TypeId.Void);

    public static bool IsRefused(string name) => _refused.Contains(name);

    /// <summary>The type the first argument is coerced to, or null: the aggregate does not take it.</summary>
    public static SqlType? ArgumentType(AggregateKind kind, SqlType argument) => kind switch
    {
        AggregateKind.Count or AggregateKind.ArrayAgg or AggregateKind.FirstValue or AggregateKind.LastValue
            or AggregateKind.JsonbAgg or AggregateKind.JsonbObjectAgg or AggregateKind.Mode or AggregateKind.PercentileDisc =>
            argument.Id == TypeId.Unknown ? SqlType.Varchar : argument,
        AggregateKind.SingleValue => argument,
        AggregateKind.Min or AggregateKind.Max => argument.Id switch
        {
            TypeId.Unknown or TypeId.Name or TypeId.InternalChar => SqlType.Varchar,
            TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace => SqlType.Oid,
            TypeId.Boolean or TypeId.Jsonb or TypeId.Map or TypeId.Void or TypeId.Uuid => null,
            _ => argument,
        },
        AggregateKind.PercentileCont => argument.Id == TypeId.Interval ? argument
            : argument.IsNumber || argument.Id == TypeId.Unknown ? SqlType.Float64 : null,
        AggregateKind.ApproxPercentile => argument.IsNumber || argument.Id == TypeId.Unknown ? SqlType.Float64 : null,
        AggregateKind.Sum or AggregateKind.Avg => argument.IsNumber || argument.Id == TypeId.Interval ? argument
            : argument.Id == TypeId.Time ? SqlType.Interval
            : argument.Id == TypeId.Unknown ? SqlType.Float64 : null,
        AggregateKind.BoolAnd or AggregateKind.BoolOr => argument.Id is TypeId.Boolean or TypeId.Unknown
            ? SqlType.Boolean : null,
        AggregateKind.StringAgg => argument.Id is TypeId.Bytea ? argument : argument.IsText ? SqlType.Varchar : null,
        AggregateKind.VarPop or AggregateKind.VarSamp or AggregateKind.StddevPop or AggregateKind.StddevSamp =>
            argument.IsNumber ? argument : argument.Id == TypeId.Unknown ? SqlType.Float64 : null,
        AggregateKind.BitAnd or AggregateKind.BitOr or AggregateKind.BitXor => argument.IsInteger ? argument : null,
        _ => null,
    };

    public static SqlType ResultType(AggregateKind kind, SqlType argument) => kind switch
    {
        AggregateKind.CountStar or AggregateKind.Count => SqlType.Int64,
        AggregateKind.Sum => argument.Id switch
        {
            TypeId.Int16 or TypeId.Int32 => SqlType.Int64,
            TypeId.Int64 => SqlType.NumericOf(38, 0),
            TypeId.Numeric when argument.Precision > 0 => SqlType.NumericOf(38, argument.Scale),
            _ => argument,
        },
        AggregateKind.Avg => argument.Id switch
        {
            TypeId.Float32 or TypeId.Float64 => SqlType.Float64,
            TypeId.Interval => SqlType.Interval,
            _ => SqlType.Numeric,
        },
        AggregateKind.VarPop or AggregateKind.VarSamp or AggregateKind.StddevPop or AggregateKind.StddevSamp =>
            argument.Id is TypeId.Float32 or TypeId.Float64 ? SqlType.Float64 : SqlType.Numeric,
        AggregateKind.ArrayAgg => SqlType.ListOf(argument),
        AggregateKind.JsonbAgg or AggregateKind.JsonbObjectAgg => SqlType.Jsonb,
        AggregateKind.Min or AggregateKind.Max => argument.Id == TypeId.Varchar ? SqlType.Varchar : argument,
        _ => argument,
    };
}
