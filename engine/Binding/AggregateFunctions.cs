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
    };

    /// <summary>Aggregates known by name and not there yet: refused as such and not as unknown functions.</summary>
    private static readonly HashSet<string> _refused = new(StringComparer.Ordinal)
    {
        "jsonb_agg", "json_agg", "jsonb_object_agg", "json_object_agg", "approx_count_distinct", "approx_percentile",
        "percentile_cont", "percentile_disc", "mode", "grouping", "arg_min", "arg_max", "corr", "covar_pop",
        "covar_samp",
        "regr_slope", "regr_intercept", "xmlagg", "range_agg", "any_value",
    };

    public static IEnumerable<string> Names => _kinds.Keys;

    public static AggregateKind? Find(string name) => _kinds.TryGetValue(name, out var kind) ? kind : null;

    public static bool IsRefused(string name) => _refused.Contains(name);

    /// <summary>The type the first argument is coerced to, or null: the aggregate does not take it.</summary>
    public static SqlType? ArgumentType(AggregateKind kind, SqlType argument) => kind switch
    {
        AggregateKind.Count or AggregateKind.ArrayAgg or AggregateKind.FirstValue or AggregateKind.LastValue =>
            argument.Id == TypeId.Unknown ? SqlType.Varchar : argument,
        AggregateKind.SingleValue => argument,
        AggregateKind.Min or AggregateKind.Max => argument.Id switch
        {
            TypeId.Unknown or TypeId.Name or TypeId.InternalChar => SqlType.Varchar,
            TypeId.RegClass or TypeId.RegType or TypeId.RegProc or TypeId.RegNamespace => SqlType.Oid,
            TypeId.Boolean or TypeId.Jsonb or TypeId.Struct or TypeId.Map or TypeId.Void or TypeId.Uuid => null,
            _ => argument,
        },
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
        AggregateKind.Min or AggregateKind.Max => argument.Id == TypeId.Varchar ? SqlType.Varchar : argument,
        _ => argument,
    };
}
