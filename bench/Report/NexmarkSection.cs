using System.Text;
using Vectorized.Bench.Nexmark;

namespace Vectorized.Bench.Report;

/// <summary>Nexmark by query: ours, the hand-written loop, DuckDB's batch query, published figures of others.</summary>
internal sealed class NexmarkSection : IReportSection
{
    public string Title => "Nexmark, events a second a core";

    public IReadOnlyList<string> Suites { get; } = ["nexmark", "floor"];

    public string Write(SuiteResults results)
    {
        var html = new StringBuilder(
            """
            <p>Ours: the query as an incremental view, one worker, always complete after ticks of about 8 ms. Hand-written: a loop for
            this query alone that knows the data. DuckDB: the query run once over the same rows, on one thread. All three in this run, in
            turn, by processor time, events made beforehand. Published: others' figures, on their machines.</p>

            """);
        var nexmark = results.Rows("nexmark", "query", "density", "events");
        var floor = results.Rows("floor", "query", "density", "events");
        foreach (var density in NexmarkDensity.All)
        {
            var lines = NexmarkQueries.Names.Select(q => Line.Of(q, density.Name, nexmark, floor)).Where(l => l is not null).ToList();
            if (lines.Count > 0)
            {
                WriteDensity(html, density, lines!);
            }
        }

        html.Append($"<p>{PublishedNexmark.Missing}</p>\n").Append(PublishedTable.Of(PublishedNexmark.All));
        return html.ToString();
    }

    private static void WriteDensity(StringBuilder html, NexmarkDensity density, List<Line> lines)
    {
        html.Append($"<h3>Events {density.Name.Replace("us", " µs").Replace("ms", " ms")} apart</h3>\n");
        var chart = new DotChart($"Nexmark, events {density.Name} apart", "events/s/core");
        foreach (var source in PublishedNexmark.All)
        {
            string whose = $"{source.System} (published)";
            chart.Add("published", "published", Marker.Bar, source.Values.Select(v => (v.Key, (double?)v.Value, (string?)whose)));
        }

        chart.Add("DuckDB, batch", "duckdb", Marker.Square, lines.Select(l => (l.Query, l.DuckDb, (string?)null)));
        chart.Add("hand-written loop", "floor", Marker.Triangle, lines.Select(l => (l.Query, l.Floor, (string?)null)));
        chart.Add("ours", "ours", Marker.Circle, lines.Select(l => (l.Query, l.Ours, (string?)null)));
        html.Append(chart.Draw([.. lines.Select(l => l.Query)]));
        var table = new HtmlTable(
            "query", "events", "ours", "best published", "whose", "times it", "loop", "ours / loop", "DuckDB", "loop / DuckDB", "2 workers",
            "state B/event");
        foreach (var l in lines)
        {
            var best = PublishedSource.Best(PublishedNexmark.All, l.Query);
            table.Add(
                l.Query, Quantity.Format(l.Events), Quantity.Format(l.Ours), Quantity.Format(best?.Value), best?.System,
                Quantity.Format(l.Ours / best?.Value), Quantity.Format(l.Floor), Quantity.Format(l.FloorRatio), Quantity.Format(l.DuckDb),
                Quantity.Format(l.FloorToDuckDb), Quantity.Format(l.Scaling), Quantity.Format(l.StateBytes));
        }

        html.Append(table);
        Summarize(html, lines);
    }

    private static void Summarize(StringBuilder html, List<Line> lines)
    {
        var times = lines.Select(l => l.Ours / PublishedSource.Best(PublishedNexmark.All, l.Query)?.Value).OfType<double>().ToList();
        if (times.Count > 0)
        {
            html.Append($"<p>{times.Count(t => t >= 2)} of {times.Count} queries run at twice the best published figure a core or more; "
                + $"the least of them at {Quantity.Format(times.Min())} times it.</p>\n");
        }

        var loops = lines.Where(l => l.FloorToDuckDb is not null).ToList();
        if (loops.Count > 0)
        {
            html.Append($"<p>{loops.Count(l => l.FloorToDuckDb >= 1)} of {loops.Count} hand-written loops need no more processor time than "
                + "DuckDB's batch query over the same rows.</p>\n");
        }
    }

    /// <summary>A query's figures, from the floor suite where it has them, else from the other.</summary>
    private sealed record Line(string Query, double? Events)
    {
        internal double? Ours { get; private init; }

        internal double? Floor { get; private init; }

        internal double? FloorRatio { get; private init; }

        internal double? DuckDb { get; private init; }

        internal double? FloorToDuckDb { get; private init; }

        internal double? Scaling { get; private init; }

        internal double? StateBytes { get; private init; }

        internal static Line? Of(string query, string density, IReadOnlyList<ResultRow> nexmark, IReadOnlyList<ResultRow> floor)
        {
            var ours = nexmark.LastOrDefault(IsOfThis);
            var loop = floor.LastOrDefault(IsOfThis);
            if ((ours ?? loop) is not { } any)
            {
                return null;
            }

            // One run's figures together: ratios are of figures taken in turn.
            var compared = loop ?? any;
            return new Line(query, any.Number("events"))
            {
                Ours = any.Number("events/s/core"),
                Floor = compared.Number("floor events/s/core"),
                FloorRatio = compared.Number("floor ratio"),
                DuckDb = compared.Number("DuckDB events/s/core"),
                FloorToDuckDb = loop?.Number("floor vs DuckDB") ?? any.Number("floor events/s/core") / any.Number("DuckDB events/s/core"),
                Scaling = ours?.Number("2w/2x1w"),
                StateBytes = ours?.Number("state B/event"),
            };

            bool IsOfThis(ResultRow row) => row.Text("query") == query && row.Text("density") == density;
        }
    }
}
