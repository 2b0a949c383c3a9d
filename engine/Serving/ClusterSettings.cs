using System.Globalization;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Session variables of RisingWave that steer its cluster, planner or connectors. They are checked, kept and shown, so that
/// its scripts run; nothing reads them, and SET says so in a NOTICE. Every name is also known with the prefix `rw_`.
/// </summary>
internal static class ClusterSettings
{
    /// <summary>name, kind of value, default. Kinds: b a boolean, n a number or default, t any text.</summary>
    private const string Text = """
        background_ddl b false
        backfill_rate_limit n default
        batch_enable_distributed_dml b false
        batch_enable_lookup_join b true
        batch_enable_sort_agg b true
        batch_expr_strict_mode b false
        batch_hnsw_ef_search n 40
        batch_parallelism n default
        bypass_cluster_limits b false
        cdc_source_wait_streaming_start_timeout n 30
        create_compaction_group_for_mv b false
        datafusion_prefer_hash_join b true
        disable_purify_definition b false
        dml_rate_limit n default
        enable_datafusion_engine b false
        enable_index_selection b true
        enable_join_ordering b true
        enable_locality_backfill b false
        enable_mv_selection b false
        enable_share_plan b true
        enable_two_phase_agg b true
        force_split_distinct_agg b false
        force_two_phase_agg b false
        implicit_flush b false
        locality_backfill_mode t auto
        max_split_range_gap n 8
        query_epoch n 0
        query_mode t auto
        sink_decouple t default
        sink_rate_limit n default
        source_rate_limit n default
        streaming_allow_jsonb_in_stream_key b false
        streaming_cache_refill_policy t default
        streaming_enable_bushy_join b true
        streaming_enable_delta_join b false
        streaming_enable_materialized_expressions b true
        streaming_enable_unaligned_join b false
        streaming_force_filter_inside_join b false
        streaming_join_encoding t default
        streaming_max_parallelism n default
        streaming_over_window_cache_policy t full
        streaming_parallelism t default
        streaming_parallelism_for_backfill t default
        streaming_parallelism_for_index t default
        streaming_parallelism_for_materialized_view t default
        streaming_parallelism_for_sink t default
        streaming_parallelism_for_source t default
        streaming_parallelism_for_table t default
        streaming_parallelism_strategy t default
        streaming_parallelism_strategy_for_index t default
        streaming_parallelism_strategy_for_materialized_view t default
        streaming_parallelism_strategy_for_sink t default
        streaming_parallelism_strategy_for_source t default
        streaming_parallelism_strategy_for_table t default
        streaming_separate_consecutive_join b false
        streaming_sync_log_store_buffer_size n 2048
        streaming_sync_log_store_pause_duration_ms n 64
        streaming_unsafe_allow_unmaterialized_impure_expr b false
        streaming_unsafe_allow_upsert_sink_pk_mismatch b false
        streaming_use_arrangement_backfill b true
        streaming_use_shared_source b true
        streaming_use_snapshot_backfill b true
        synchronize_seqscans b false
        unsafe_enable_storage_retention_for_non_append_only_tables b false
        upsert_dml b true
        visibility_mode t default
        """;

    internal static IEnumerable<Setting> All => Text.Split('\n').Select(line => line.Split(' ')).Select(parts => new Setting(
        parts[0],
        parts[2],
        "Accepted for RisingWave's scripts; has no effect.",
        Check: parts[1] switch
        {
            "b" => v => CheckBoolean(parts[0], v),
            "n" => v => CheckNumber(parts[0], v),
            _ => v => v.ToLowerInvariant(),
        },
        HasEffect: false));

    private static string CheckBoolean(string name, string value) => value.ToLowerInvariant() switch
    {
        "on" or "true" or "yes" or "1" or "t" => "true",
        "off" or "false" or "no" or "0" or "f" => "false",
        _ => throw Invalid(name, value, "It is true or false."),
    };

    private static string CheckNumber(string name, string value) =>
        value.Equals("default", StringComparison.OrdinalIgnoreCase) ? "default"
        : long.TryParse(value, CultureInfo.InvariantCulture, out long number) && number >= 0 ? value
        : throw Invalid(name, value, "It is a number that is not negative, or DEFAULT.");

    private static SqlException Invalid(string name, string value, string hint) => new(
        SqlState.InvalidParameterValue, $"invalid value for parameter \"{name}\": \"{value}\"", hint: hint);
}
