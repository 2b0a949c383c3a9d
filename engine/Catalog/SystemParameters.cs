using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// Parameters of RisingWave's cluster that ALTER SYSTEM sets. They are kept and shown, so that its scripts run; nothing
/// reads them here, and ALTER SYSTEM says so in a NOTICE. One is ours and has its effect: <see cref="Memory"/>.
/// </summary>
public static class SystemParameters
{
    /// <summary>The process's memory limit, such as 4GiB.</summary>
    public const string Memory = "memory";

    private static readonly Dictionary<string, string> _defaults = new(StringComparer.Ordinal)
    {
        ["adaptive_parallelism_strategy"] = "auto",
        ["backup_storage_directory"] = "",
        ["backup_storage_url"] = "",
        ["barrier_interval_ms"] = "0",
        ["block_size_kb"] = "64",
        ["bloom_false_positive"] = "0.001",
        ["checkpoint_frequency"] = "1",
        ["data_directory"] = "",
        ["enable_tracing"] = "false",
        ["enforce_secret"] = "false",
        ["max_concurrent_creating_streaming_jobs"] = "1",
        [Memory] = "",
        ["parallel_compact_size_mb"] = "512",
        ["pause_on_next_bootstrap"] = "false",
        ["per_database_isolation"] = "true",
        ["sstable_size_mb"] = "256",
        ["state_store"] = "",
        ["time_travel_retention_ms"] = "0",
        ["use_new_object_prefix_strategy"] = "false",
        ["wasm_storage_url"] = "",
    };

    public static IEnumerable<KeyValuePair<string, string>> Defaults => _defaults.OrderBy(p => p.Key, StringComparer.Ordinal);

    public static bool IsKnown(string name) => _defaults.ContainsKey(name);

    public static string ValueOf(CatalogSnapshot catalog, string name) =>
        catalog.SystemSettings.GetValueOrDefault(name) ?? _defaults.GetValueOrDefault(name) ?? throw new SqlException(
            SqlState.UndefinedObject, $"unrecognized system parameter \"{name}\"");
}
