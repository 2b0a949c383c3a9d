using System.Diagnostics;
using Vectorized.Connectors.Generators.Tpch;

namespace Vectorized.Bench.Tpch;

/// <summary>
/// The queries as views, created before, amid and after the data, against the queries themselves and published answers; again
/// after new orders have come, old ones have gone and line items have changed. For scales that tests do not reach.
/// </summary>
internal static class TpchCheck
{
    internal static IReadOnlyList<string> Times { get; } = ["before", "amid", "after"];

    /// <param name="scale">The scale factor.</param>
    /// <param name="queries">Which.</param>
    /// <param name="times">When views are created.</param>
    /// <param name="answers">The directory of answer files, or null.</param>
    internal static BenchTable Run(decimal scale, IReadOnlyList<string> queries, IReadOnlyList<string> times, string? answers)
    {
        var table = new BenchTable("query", "scale", "rows", "answers", "views", "rows changed", "views changed", "ad-hoc ms");
        using var database = new TpchDatabase(scale, workers: 1);
        CreateViews(database, queries, times, "before");
        LoadHalf(database, 0);
        CreateViews(database, queries, times, "amid");
        LoadHalf(database, 1);
        CreateViews(database, queries, times, "after");
        var loaded = Compare(database, queries, times);
        var ofAnswers = queries.ToDictionary(q => q, q => answers is null ? "-" : TpchAnswers.Differs(
            Path.Combine(answers, TpchQueries.FileName(q) + ".csv"), database.Query(TpchQueries.Read(q))) ?? "equal");
        database.InsertRefresh(0);
        long last = TpchGenerator.OrderKey(database.Generator.Scale.RefreshOrders - 1);
        database.Execute($"DELETE FROM orders WHERE o_orderkey <= {last}");
        database.Execute($"DELETE FROM lineitem WHERE l_orderkey <= {last}");
        database.Execute("UPDATE lineitem SET l_quantity = l_quantity + 1 WHERE l_orderkey % 1001 = 0");
        var changed = Compare(database, queries, times);
        foreach (string query in queries)
        {
            table.Add(
                query, scale, loaded[query].Rows, ofAnswers[query], loaded[query].Verdict, changed[query].Rows,
                changed[query].Verdict, changed[query].Milliseconds);
        }

        return table;
    }

    private static void CreateViews(
        TpchDatabase database, IReadOnlyList<string> queries, IReadOnlyList<string> times, string time)
    {
        foreach (string query in times.Contains(time) ? queries : [])
        {
            database.Execute($"CREATE MATERIALIZED VIEW {query}_{time} AS {TpchQueries.Read(query)}");
        }
    }

    private static void LoadHalf(TpchDatabase database, int half)
    {
        foreach (var table in Enum.GetValues<TpchTable>())
        {
            long count = database.Generator.PositionCount(table);
            database.Load(table, half * (count / 2), half == 0 ? count / 2 : count);
        }
    }

    private static Dictionary<string, (int Rows, string Verdict, double Milliseconds)> Compare(
        TpchDatabase database, IReadOnlyList<string> queries, IReadOnlyList<string> times)
    {
        var verdicts = new Dictionary<string, (int Rows, string Verdict, double Milliseconds)>();
        foreach (string query in queries)
        {
            long start = Stopwatch.GetTimestamp();
            var expected = database.Query(TpchQueries.Read(query));
            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            string verdict = times.Select(time => (time, Difference: TpchAnswers.DiffersAsSet(
                    expected, database.Query($"SELECT * FROM {query}_{time}"))))
                .Where(v => v.Difference is not null).Select(v => $"{v.time}: {v.Difference}").FirstOrDefault() ?? "equal";
            verdicts.Add(query, (expected.Count, verdict, milliseconds));
        }

        return verdicts;
    }
}
