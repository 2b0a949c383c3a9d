using Vectorized.Engine.Serving;
using Vectorized.Pgwire;
using Vectorized.Server.Http;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Serve;

/// <summary>What /metrics and /health say of a running server. Any thread.</summary>
internal sealed class ServeMetrics(IDatabase database, PgServer server, IClock clock)
{
    private readonly long _startNanos = clock.MonotonicNanos;

    public string Metrics()
    {
        var counters = server.Counters;
        var statistics = database.ReadStatistics();
        var text = new PrometheusText()
            .Gauge("uptime_seconds", "Seconds since the server started.", UptimeSeconds)
            .Gauge("published_epoch", "The newest epoch readers see.", database.PublishedEpoch)
            .Gauge("pg_connections", "Open PostgreSQL connections.", counters.ConnectionsOpen)
            .Counter("pg_connections_total", "PostgreSQL connections accepted.", counters.ConnectionsOpened)
            .Counter("pg_connections_refused_total", "PostgreSQL connections turned away.", counters.ConnectionsRefused)
            .Counter("pg_statements_total", "Statements executed.", counters.Statements)
            .Counter("pg_errors_total", "Errors sent to clients.", counters.Errors)
            .Counter("pg_rows_total", "Result rows sent.", counters.RowsSent)
            .Counter("pg_cancel_requests_total", "Cancel requests received.", counters.CancelRequests)
            .Gauge("memory_limit_bytes", "The process's memory limit; 0: none.", statistics.MemoryLimitBytes)
            .Gauge("block_memory_bytes", "Bytes of native blocks in use: state, ticks, queries.", statistics.StateBytes)
            .Gauge("views_suspended", "Materialized views that stand still; rw_catalog.rw_suspended says why.", statistics.ViewsSuspended)
            .Gauge("managed_memory_bytes", "Bytes of the managed heap.", GC.GetTotalMemory(forceFullCollection: false))
            .Gauge("process_memory_bytes", "Resident bytes of the process.", Environment.WorkingSet)
            .Counter("gc_collections_total", "Garbage collections of all generations.", GC.CollectionCount(0))
            .Gauge("sessions", "Open sessions, those of other interfaces than PostgreSQL's included.", statistics.Sessions)
            .Counter("tick_rows_total", "Input rows that ticks executed.", statistics.Rows)
            .Begin("queries_total", "Statements by their outcome.", "counter")
            .Sample(counters.Statements, ("outcome", "done")).Sample(counters.Errors, ("outcome", "error"));
        if (database.ReadFacts() is { } facts)
        {
            EngineMetrics.Write(text, facts);
        }

        return text.ToString();
    }

    /// <summary>
    /// One JSON object. status: ok; degraded (a view stands still, a source cannot be read, memory is full, state could not be read);
    /// dead (nothing can be acknowledged any more).
    /// </summary>
    public string Health()
    {
        var facts = database.ReadFacts();
        int suspended = facts?.Views.Count(v => v.Cause == "suspended") ?? 0;
        int failed = facts?.Sources.Count(s => s.State == "failed") ?? 0;
        string memory = facts?.Memory.State ?? "unknown";
        bool isReadable = facts?.State?.Unreadable is null;
        string status = !IsAlive ? "dead" : suspended > 0 || failed > 0 || memory == "full" || !isReadable ? "degraded" : "ok";
        return $$"""{"status":"{{status}}","epoch":{{database.PublishedEpoch}},"uptime_seconds":{{UptimeSeconds:0}},"""
            + $$""" "views_suspended":{{suspended}},"sources_failed":{{failed}},"memory":"{{memory}}"}""" + "\n";
    }

    public bool IsAlive => !database.Death.IsCompleted;

    private double UptimeSeconds => (clock.MonotonicNanos - _startNanos) / 1e9;
}
