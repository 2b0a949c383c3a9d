using System.Diagnostics;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Bench.Tpch;

/// <summary>How long the way from a query's text to its plan takes, warm: thread time, median and the best of many.</summary>
internal static class TpchPlanning
{
    private const int Rounds = 51;

    /// <param name="scale">Decides the tables' sizes, which the planner knows.</param>
    /// <param name="queries">Which.</param>
    /// <param name="plans">Where to print the plans, or null.</param>
    internal static BenchTable Run(decimal scale, IReadOnlyList<string> queries, TextWriter? plans)
    {
        var table = new BenchTable("query", "query plan ms", "view plan ms", "query plan ms, best", "operators");
        var catalog = TpchView.Catalog();
        var generator = new TpchGenerator(new TpchScale(scale));
        var planner = new Planner(
            BuiltinFunctions.CreateRegistry(), catalog, SessionValues.Default, new TpchStatistics(catalog, generator));
        PlannedQuery Query(string sql) => planner.PlanQuery((SelectStatement)SqlParser.Parse(sql)[0], []);
        PlannedView View(string sql) => planner.PlanMaterializedView(((SelectStatement)SqlParser.Parse(sql)[0]).Query, [], 100, "v");
        var texts = queries.ToDictionary(q => q, TpchQueries.Read);
        Warm.Up(() =>
        {
            foreach (string sql in texts.Values)
            {
                _ = Query(sql);
                _ = View(sql);
            }
        });
        foreach (string query in queries)
        {
            string sql = texts[query];
            var (median, best) = Measure(() => Query(sql));
            plans?.WriteLine($"{query}\n{PlanText.Print(Query(sql).Root)}\n{query} as a view\n{PlanText.Print(View(sql).Definition.Plan)}");
            table.Add(query, median, Measure(() => View(sql)).Median, best, PlanWalk.Nodes(Query(sql).Root).Count);
        }

        return table;
    }

    private static (double Median, double Best) Measure(Func<object> plan)
    {
        var times = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            long start = CpuClock.ThreadNanos;
            _ = plan();
            times.Add((CpuClock.ThreadNanos - start) / 1e6);
        }

        times.Sort();
        return (times[Rounds / 2], times[0]);
    }
}
