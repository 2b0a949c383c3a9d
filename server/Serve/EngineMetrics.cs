using Vectorized.Engine.Catalog;
using Vectorized.Engine.Serving;
using Vectorized.Server.Http;

namespace Vectorized.Server.Serve;

/// <summary>The engine's facts as metrics: by view, by source, times, what is durable. Any thread.</summary>
internal static class EngineMetrics
{
    public static void Write(PrometheusText text, DatabaseFacts facts)
    {
        Views(text, facts.Views);
        Sources(text, facts.Sources);
        text.Histogram("tick_seconds", "Time of ticks on the main lane.", facts.Ticks)
            .Histogram("log_sync_seconds", "Time of the log's syncs; none without a data directory.", facts.Syncs)
            .Histogram("checkpoint_seconds", "Time of checkpoints, from their tick until they were durable.", facts.Checkpoints)
            .Gauge("memory_resident_bytes", "Bytes the memory limit is compared with.", facts.Memory.ResidentBytes)
            .Gauge("sources_throttled", "1: sources are read slower for want of memory.", facts.Memory.IsThrottled ? 1 : 0);
        if (facts.State is { } state)
        {
            State(text, state, facts.NowMicros);
        }
    }

    private static void Views(PrometheusText text, IReadOnlyList<ViewFreshness> views)
    {
        PerView("view_freshness_seconds", "How long the view's inputs have had something it does not cover; NaN: unknown.", "gauge",
            v => v.AgeMicros / 1e6 ?? double.NaN);
        PerView("view_epoch", "The newest epoch the view has; NaN: unknown.", "gauge", v => v.Epoch ?? double.NaN);
        PerView("view_rows", "Rows of the view.", "gauge", v => v.Rows);
        PerView("view_state_bytes", "Native memory of the view's rows, indexes and operators.", "gauge", v => v.Bytes);
        PerView("view_errors_total", "Evaluations that failed over a row of the view.", "counter", v => v.Errors);
        PerView("view_suspended", "1: the view stands still.", "gauge", v => v.Cause == "suspended" ? 1 : 0);

        void PerView(string name, string help, string type, Func<ViewFreshness, double> value)
        {
            text.Begin(name, help, type);
            foreach (var view in views)
            {
                text.Sample(value(view), ("schema", view.Schema), ("view", view.Name));
            }
        }
    }

    private static void Sources(PrometheusText text, IReadOnlyList<SourceProgress> sources)
    {
        PerSource("source_rows_total", "Rows read.", "counter", s => s.RowsRead);
        PerSource("source_rejected_total", "Records that could not be decoded.", "counter", s => s.Rejected);
        PerSource("source_lag", "Rows or bytes, as its connector counts, that wait behind what was read.", "gauge", s => s.Lag);
        PerSource("source_failed", "1: the source cannot be read.", "gauge", s => s.State == "failed" ? 1 : 0);

        void PerSource(string name, string help, string type, Func<SourceProgress, double?> value)
        {
            text.Begin(name, help, type);
            foreach (var source in sources)
            {
                if (value(source) is { } known)
                {
                    text.Sample(known, ("schema", source.Schema), ("source", source.Name));
                }
            }
        }
    }

    private static void State(PrometheusText text, StateFacts state, long nowMicros) => text
        .Counter("checkpoint_failures_total", "Checkpoints that failed.", state.Failures)
        .Counter("checkpoint_bytes_total", "Bytes that checkpoints wrote.", state.Bytes)
        .Gauge("checkpoint_last_bytes", "Bytes that the last checkpoint wrote.", state.LastBytes)
        .Gauge(
            "checkpoint_age_seconds", "Since the last checkpoint of this process was durable; NaN: there was none.",
            state.AtMicros == 0 ? double.NaN : Math.Max(0, nowMicros - state.AtMicros) / 1e6)
        .Counter("log_bytes_total", "Bytes appended to the log.", state.LogBytes)
        .Gauge("log_records_to_replay", "Records behind the last checkpoint.", state.LogRecord - state.CoveredRecord);
}
