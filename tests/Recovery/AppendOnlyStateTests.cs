using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Recovery;

/// <summary>State of the forms for rows that are never taken back comes back from a checkpoint and goes on as if never stopped.</summary>
public sealed class AppendOnlyStateTests
{
    private const string Definitions = """
        CREATE TABLE e (k varchar, n bigint, body varchar, ts timestamp) APPEND ONLY;
        CREATE MATERIALIZED VIEW ranked AS SELECT k, n, body, r FROM (
            SELECT *, row_number() OVER (PARTITION BY k ORDER BY n DESC, body) AS r FROM e) x WHERE r <= 4;
        CREATE MATERIALIZED VIEW few AS SELECT k, n, body FROM e ORDER BY body DESC, n LIMIT 5;
        CREATE MATERIALIZED VIEW texts AS SELECT k, min(body) AS a, max(body) AS b, max(body) FILTER (WHERE n % 2 = 0) AS c
            FROM e GROUP BY k;
        CREATE MATERIALIZED VIEW distincts AS SELECT k, count(DISTINCT n) AS a, count(DISTINCT n) FILTER (WHERE n % 3 = 0) AS b,
            count(DISTINCT body) AS c, sum(DISTINCT n) AS d FROM e GROUP BY k;
        CREATE MATERIALIZED VIEW visits AS SELECT k, window_start, window_end, count(*) AS c, sum(n) AS s, max(body) AS m
            FROM SESSION(e PARTITION BY k, ts, INTERVAL '10' SECOND) GROUP BY k, window_start, window_end;
        CREATE MATERIALIZED VIEW firsts AS SELECT k, n, body FROM e a WHERE n = (SELECT max(n) FROM e b WHERE b.k = a.k);
        CREATE MATERIALIZED VIEW rising AS WITH c AS (SELECT k, body, count(*) AS c FROM e GROUP BY k, body)
            SELECT k, body, c FROM c WHERE c = (SELECT max(d.c) FROM c d WHERE d.k = c.k);
        """;

    private static readonly string[] _queries =
    [
        "SELECT * FROM ranked ORDER BY k, r", "SELECT * FROM few ORDER BY body DESC, n, k", "SELECT * FROM texts ORDER BY k",
        "SELECT * FROM distincts ORDER BY k", "SELECT * FROM visits ORDER BY k, window_start",
        "SELECT * FROM firsts ORDER BY k, n, body", "SELECT * FROM rising ORDER BY k, body",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task State_AfterRestarts_IsThatOfOneRun(int seed)
    {
        string data = Directory.CreateTempSubdirectory("append-only").FullName;
        try
        {
            var random = new Random(seed);
            string sofar = Definitions;
            await State(data, Definitions);
            for (int run = 0; run < 4; run++)
            {
                string more = string.Concat(Enumerable.Range(0, 5).Select(_ => Insert(random)));
                sofar += more;
                var alone = await State(null, sofar);
                Assert.Equal(alone, await State(data, more));
                Assert.Equal(alone, await State(data, ""));
            }

            Assert.NotEmpty(StateCheck.Run(data, Host.System));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static string Insert(Random random) => "INSERT INTO e VALUES " + string.Join(", ", Enumerable.Range(0, 20).Select(_ =>
    {
        string key = random.Next(5) switch { 0 => "NULL", 1 => "'a key beyond twelve bytes'", 2 => "'b'", _ => "'c'" };
        string letters = new((char)('a' + random.Next(4)), 1 + (13 * random.Next(3)));
        string body = random.Next(6) == 0 ? "NULL" : $"'{letters}{random.Next(20)}'";
        return $"({key}, {random.Next(30)}, {body}, timestamp '2026-01-01' + {random.Next(2000)} * interval '1 second')";
    })) + ";\n";

    private static async Task<List<string>> State(string? data, string script)
    {
        await using var database = Database.Open(
            new DatabaseOptions { DataDirectory = data, HostName = "append-only" }, Host.System, new SourceConnectors().AddBuiltin());
        using var session = database.Connect("root", "dev");
        if (script.Length > 0)
        {
            await ResultTable.Run(session, script, CancellationToken.None);
        }

        var lines = new List<string>();
        foreach (string query in _queries)
        {
            var result = await ResultTable.Run(session, query, CancellationToken.None);
            lines.AddRange(result.Rows.Select(r => string.Join('|', r.Select(v => v ?? "NULL"))));
        }

        return lines;
    }
}
