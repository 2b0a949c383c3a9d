using Vectorized.Engine.Planning;
using Xunit.Abstractions;

namespace Vectorized.Tests.Planning;

/// <summary>All 22 TPC-H queries plan, as queries and as views, without a cross product of two tables.</summary>
public sealed class TpchPlanTests(ITestOutputHelper output)
{
    [Fact]
    public void Queries_All_PlanWithoutCrossProducts()
    {
        string? folder = SharedFiles.Find("tpch/queries");
        if (folder is null)
        {
            output.WriteLine("skipped: ../shared/tpch/queries is not there");
            return;
        }

        var fixture = GoldenCatalogs.Tpch();
        foreach (string file in Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal))
        {
            string sql = File.ReadAllText(file);
            var query = fixture.Query(sql);
            var view = fixture.View(sql);
            output.WriteLine(Path.GetFileName(file));
            output.WriteLine(PlanText.Print(view.Definition.Plan));
            foreach (var plan in (PlanNode[])[query.Root, view.Definition.Plan])
            {
                Assert.DoesNotContain(PlanWalk.Nodes(plan), n => n is JoinNode { LeftKeys.Count: 0 } join
                    && !IsOneRow(join.Left) && !IsOneRow(join.Right));
            }
        }
    }

    private static bool IsOneRow(PlanNode node) => node.Properties.Key is { Count: 0 };
}
