using Vectorized.Bench.Tpch;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Tests.Planning;
using Xunit.Abstractions;

namespace Vectorized.Tests.Tpch;

/// <summary>
/// All 22 queries of TPC-H as views (created before, amid and after the data) and as queries: equal to each other at every
/// stage of a history with inserts, updates and deletes, and on the loaded data to the published answers.
/// </summary>
public sealed class TpchQueryTests(ITestOutputHelper output)
{
    private static readonly string[] _times = ["before", "amid", "after"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Queries_AsViewsAndAsQueries_Agree(int workers)
    {
        using var database = new TpchDatabase(0.01m, workers);
        CreateViews(database, "before");
        foreach (var table in Enum.GetValues<TpchTable>())
        {
            database.Load(table, 0, database.Generator.PositionCount(table) / 2);
        }

        CreateViews(database, "amid");
        Compare(database, ["before", "amid"], "half the data");
        foreach (var table in Enum.GetValues<TpchTable>())
        {
            long count = database.Generator.PositionCount(table);
            database.Load(table, count / 2, count);
        }

        CreateViews(database, "after");
        CompareWithAnswers(database);
        Compare(database, _times, "all data");
        database.InsertRefresh(0);
        Compare(database, _times, "new orders");
        foreach (string statement in _changes)
        {
            database.Execute(statement);
            Compare(database, _times, statement);
        }
    }

    private static readonly string[] _changes =
    [
        "DELETE FROM orders WHERE o_orderkey <= 2000",
        "DELETE FROM lineitem WHERE l_orderkey <= 2000",
        "UPDATE lineitem SET l_quantity = l_quantity + 5, l_extendedprice = l_extendedprice * 1.5 WHERE l_orderkey % 7 = 0",
        "UPDATE lineitem SET l_shipdate = l_shipdate + 200, l_receiptdate = l_receiptdate + 190, l_returnflag = 'R' WHERE l_suppkey % 5 = 1",
        "UPDATE orders SET o_orderdate = o_orderdate - 300, o_orderpriority = '1-URGENT' WHERE o_custkey % 4 = 1",
        "UPDATE orders SET o_custkey = o_custkey + 1, o_comment = 'special offers and requests' WHERE o_orderkey % 11 = 0",
        "UPDATE orders SET o_orderstatus = 'F' WHERE o_orderkey % 3 = 0",
        "DELETE FROM lineitem WHERE l_linenumber > 3",
        "UPDATE supplier SET s_nationkey = (s_nationkey + 1) % 25, s_comment = 'Customer says Complaints' WHERE s_suppkey % 6 = 0",
        "DELETE FROM customer WHERE c_custkey % 10 = 0",
        "DELETE FROM lineitem",
    ];

    private static void CreateViews(TpchDatabase database, string time)
    {
        foreach (string query in TpchQueries.Names)
        {
            database.Execute($"CREATE MATERIALIZED VIEW {query}_{time} AS {TpchQueries.Read(query)}");
        }
    }

    private static void Compare(TpchDatabase database, string[] times, string stage)
    {
        foreach (string query in TpchQueries.Names)
        {
            string[] expected = Lines(database.Query(TpchQueries.Read(query)));
            foreach (string time in times)
            {
                string[] actual = Lines(database.Query($"SELECT * FROM {query}_{time}"));
                Assert.True(
                    expected.SequenceEqual(actual),
                    $"{query} created {time} the data, {stage}: the view has {actual.Length} rows, the query {expected.Length};\n"
                    + $"only the view: {actual.Except(expected).FirstOrDefault()}\nonly the query: {expected.Except(actual).FirstOrDefault()}");
            }
        }
    }

    private void CompareWithAnswers(TpchDatabase database)
    {
        string? answers = SharedFiles.Find("tpch/answers/sf0.01");
        if (answers is null)
        {
            output.WriteLine("skipped: ../shared/tpch/answers is not there");
            return;
        }

        foreach (string query in TpchQueries.Names)
        {
            string? difference = TpchAnswers.Differs(
                Path.Combine(answers, TpchQueries.FileName(query) + ".csv"), database.Query(TpchQueries.Read(query)));
            Assert.True(difference is null, $"{query}: {difference}");
        }
    }

    private static string[] Lines(List<string?[]> rows) =>
        [.. rows.Select(row => string.Join('|', row.Select(cell => cell ?? "NULL"))).Order(StringComparer.Ordinal)];
}
