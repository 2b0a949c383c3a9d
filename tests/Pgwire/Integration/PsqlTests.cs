using System.Diagnostics;
using Vectorized.Tests.Server;
using Xunit.Abstractions;

namespace Vectorized.Tests.Pgwire.Integration;

/// <summary>psql and pgbench, PostgreSQL's own clients, against the built server; skipped with a message where they are missing.</summary>
public sealed class PsqlTests(ITestOutputHelper output)
{
    private const string Setup = """
        CREATE TABLE orders (id int PRIMARY KEY, item varchar, price numeric(10,2));
        INSERT INTO orders VALUES (1, 'pen', 1.50), (2, 'ink', 12.00), (3, 'pen', 2.50);
        CREATE MATERIALIZED VIEW totals AS SELECT item, count(*) AS n, sum(price) AS total FROM orders GROUP BY item;
        """;

    [Fact]
    public async Task Psql_DescribeCommands_ShowWhatIsThere()
    {
        if (!IsInstalled("psql"))
        {
            return;
        }

        await using var server = await ServerProcess.Start();
        Run(server, "psql", ["-q", "-v", "ON_ERROR_STOP=1", "-c", Setup]);
        string relations = Psql(server, @"\d");
        Assert.Contains("orders", relations);
        Assert.Contains("materialized view", relations);
        Assert.DoesNotContain("rw_catalog", relations);
        string table = Run(server, "psql", ["-c", @"\d orders"]);
        Assert.Contains("integer", table);
        Assert.Contains("numeric(10,2)", table);
        Assert.Contains("PRIMARY KEY", table);
        Assert.Contains("orders", Psql(server, @"\dt"));
        Assert.DoesNotContain("totals", Psql(server, @"\dt"));
        Assert.Contains("totals", Psql(server, @"\dm"));
        Assert.Contains("bigint", Psql(server, @"\d totals"));
        Assert.Contains("public", Psql(server, @"\dn"));
        Assert.Contains("dev", Psql(server, @"\l"));
    }

    [Fact]
    public async Task Psql_Queries_PrintTheirRows()
    {
        if (!IsInstalled("psql"))
        {
            return;
        }

        await using var server = await ServerProcess.Start();
        Run(server, "psql", ["-q", "-v", "ON_ERROR_STOP=1", "-c", Setup]);
        Assert.Equal("ink|1|12.00\npen|2|4.00\n", Psql(server, "SELECT * FROM totals ORDER BY item"));
        Assert.Equal("2\n", Psql(server, "SELECT count(*) FROM orders WHERE item = 'pen'"));
        Assert.Equal("1\tpen\t1.50\n2\tink\t12.00\n3\tpen\t2.50\n", Psql(server, "COPY orders TO STDOUT"));
        var (_, error) = Execute(server, "psql", ["-c", "SELECT nothing FROM orders"]);
        Assert.Contains("ERROR:  column \"nothing\" does not exist", error);
        Assert.Contains("LINE 1: SELECT nothing FROM orders", error);
        Assert.Contains("               ^", error);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("extended")]
    [InlineData("prepared")]
    public async Task Pgbench_PointLookUps_RunWithoutFailure(string mode)
    {
        if (!IsInstalled("pgbench") || !IsInstalled("psql"))
        {
            return;
        }

        await using var server = await ServerProcess.Start();
        Run(server, "psql", ["-q", "-v", "ON_ERROR_STOP=1", "-c", "CREATE TABLE t (id int PRIMARY KEY, v int)"]);
        Run(server, "psql", ["-q", "-v", "ON_ERROR_STOP=1", "-c", "INSERT INTO t SELECT i, i * 7 FROM generate_series(1, 1000) AS g(i)"]);
        string script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, "\\set id random(1, 1000)\nSELECT v FROM t WHERE id = :id;\n");
            string report = Run(server, "pgbench", ["-n", "-M", mode, "-f", script, "-c", "4", "-t", "250"]);
            Assert.Contains("number of transactions actually processed: 1000/1000", report);
            Assert.Contains("number of failed transactions: 0", report);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Psql(ServerProcess server, string command) =>
        Run(server, "psql", ["-At", "-v", "ON_ERROR_STOP=1", "-c", command]);

    private static string Run(ServerProcess server, string program, string[] arguments)
    {
        var (standard, error) = Execute(server, program, arguments);
        Assert.False(error.Contains("ERROR", StringComparison.Ordinal), $"{string.Join(' ', arguments)}: {error}");
        return standard;
    }

    private static (string Output, string Error) Execute(ServerProcess server, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] connect = ["-h", server.Host, "-p", server.Port.ToString(), "-U", "root"];
        foreach (string argument in (string[])[.. connect, .. arguments, "dev"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (text, error.Result);
    }

    private bool IsInstalled(string program)
    {
        bool found = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, program)));
        if (!found)
        {
            output.WriteLine($"{program} is not installed: skipped (tests/services/install.sh installs postgresql-client)");
        }

        return found;
    }
}
