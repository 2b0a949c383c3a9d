using System.Globalization;
using System.Text.RegularExpressions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Planning;

/// <summary>The statements real clients send to the catalog parse, bind and plan.</summary>
public sealed class CatalogQueryTests(ITestOutputHelper output)
{
    [Fact]
    public void CapturedStatements_Plan()
    {
        string? path = SharedFiles.Find("catalog_queries.sql");
        if (path is null)
        {
            output.WriteLine("skipped: ../shared/catalog_queries.sql is not there");
            return;
        }

        var fixture = GoldenCatalogs.Captured();
        var failures = new List<(string Clients, string Text)>();
        int planned = 0;
        foreach (string block in Regex.Split(File.ReadAllText(path), "(?m)^(?=-- #)").Skip(1))
        {
            string head = block.Split('\n')[0];
            string sql = block[head.Length..];
            var oids = Regex.Match(head, @"oids=\[([0-9, ]+)\]");
            var types = oids.Success
                ? oids.Groups[1].Value.Split(',').Select(o => TypeOids.Find(uint.Parse(o, CultureInfo.InvariantCulture)) ?? SqlType.Unknown).ToArray()
                : [];
            try
            {
                foreach (var statement in SqlParser.Parse(sql).OfType<SelectStatement>())
                {
                    fixture.Planner.PlanQuery(statement, types);
                    planned++;
                }
            }
            catch (SqlException e)
            {
                string at = e.Position > 0 && e.Position <= sql.Length ? sql[(e.Position - 1)..Math.Min(sql.Length, e.Position + 40)] : "";
                failures.Add((head, $"{head} {e.SqlState} {e.Message} AT {at.ReplaceLineEndings(" ")}"));
            }
        }

        output.WriteLine($"planned {planned}, failed {failures.Count}");
        failures.ForEach(f => output.WriteLine(f.Text));
        Assert.DoesNotContain(failures, f => Regex.IsMatch(f.Clients, "clients=[a-z0-9_,]*(psql|npgsql)"));
    }
}
