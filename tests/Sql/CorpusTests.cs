using System.Text.RegularExpressions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Sql;

/// <summary>Every statement of the conformance scripts and of the clients' catalog queries, where they lie beside the
/// repository (`shared`): it parses, and comes back through the deparser.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    /// <summary>What the scripts hold that is refused on purpose: TABLE is a reserved word here, as in PostgreSQL.</summary>
    private static readonly string[] Exceptions = ["slow_tests/streaming/rate_limit/snapshot_amplification.slt"];

    [Fact]
    public void Conformance_EveryStatementThatShouldWork_Parses()
    {
        string? root = SqlText.Shared("conformance/e2e_test");
        if (root is null)
        {
            output.WriteLine("skipped: no conformance scripts beside the repository");
            return;
        }

        int parsed = 0;
        var refused = new List<string>();
        foreach (string file in Directory.EnumerateFiles(root, "*.slt*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (string sql in Records(file))
            {
                try
                {
                    foreach (Statement statement in SqlParser.Parse(sql))
                    {
                        SqlText.AssertRoundTrip(statement);
                    }

                    parsed++;
                }
                catch (SqlException error)
                {
                    string name = Path.GetRelativePath(root, file).Replace('\\', '/');
                    if (!Exceptions.Contains(name))
                    {
                        refused.Add($"{name}: {error.Message} at {error.Position} of {sql}");
                    }
                }
            }
        }

        output.WriteLine($"{parsed} records parsed, {refused.Count} refused");
        refused.ForEach(output.WriteLine);
        Assert.True(refused.Count == 0, string.Join('\n', refused.Take(10)));
    }

    [Fact]
    public void CatalogQueries_EveryStatement_Parses()
    {
        string? file = SqlText.Shared("catalog_queries.sql");
        if (file is null)
        {
            output.WriteLine("skipped: no catalog queries beside the repository");
            return;
        }

        IReadOnlyList<Statement> statements = SqlParser.Parse(File.ReadAllText(file));
        foreach (Statement statement in statements)
        {
            SqlText.AssertRoundTrip(statement);
        }

        output.WriteLine($"{statements.Count} statements");
    }

    /// <summary>The statements of a script that are not expected to fail, its variables replaced by something of their
    /// kind.</summary>
    private static IEnumerable<string> Records(string file)
    {
        string[] lines = File.ReadAllText(file).ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (!Regex.IsMatch(lines[i], "^(statement|query)( |$)") || Regex.IsMatch(lines[i], @"^\w+ error"))
            {
                continue;
            }

            int start = i + 1;
            for (i = start; i < lines.Length && lines[i].Length > 0 && lines[i] != "----"; i++)
            {
            }

            string sql = string.Join('\n', lines[start..Math.Min(i, lines.Length)]);
            if (i < lines.Length && lines[i] == "----")
            {
                while (i < lines.Length && lines[i].Length > 0)
                {
                    i++;
                }
            }

            sql = Regex.Replace(sql, @"\$\{\w*OPTIONS\w*\}", "connector = 'x'");
            yield return Regex.Replace(sql, @"(?<!')\$\{(\w+)\}(?!')", "$1");
        }
    }
}
