using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Server.Shell;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Recovery;

/// <summary>States that earlier formats wrote are read as long as we say we read them (tests/Recovery/golden).</summary>
public sealed class GoldenStateTests
{
    private static readonly string[] _queries =
    [
        "SELECT * FROM account ORDER BY id", "SELECT * FROM note ORDER BY n, body", "SELECT * FROM total",
        "SELECT * FROM joined ORDER BY id, body", "SELECT * FROM top ORDER BY balance DESC, owner", "SELECT * FROM running ORDER BY id",
        "SELECT * FROM kinds ORDER BY k", "SELECT id FROM account WHERE owner = 'owner number 42'",
    ];

    [Theory]
    [InlineData(1)]
    public async Task State_OfAFormat_IsReadAndGoesOn(int format)
    {
        string golden = Path.Combine(Root(), "tests", "Recovery", "golden");
        string copy = Directory.CreateTempSubdirectory("golden").FullName;
        try
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(golden, $"{format}"), "*", SearchOption.AllDirectories))
            {
                string target = Path.Combine(copy, Path.GetRelativePath(Path.Combine(golden, $"{format}"), file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            string script = await File.ReadAllTextAsync(Path.Combine(golden, $"{format}.sql"));
            const string More = "UPDATE account SET owner = 'someone' WHERE id BETWEEN 40 AND 60; DELETE FROM note WHERE n % 2 = 0";
            Assert.NotEmpty(StateCheck.Run(copy, Host.System));
            Assert.Equal(await State(null, script), await State(copy, ""));
            Assert.Equal(await State(null, script + More), await State(copy, More));
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static async Task<List<string>> State(string? data, string script)
    {
        await using var database = Database.Open(
            new DatabaseOptions { DataDirectory = data, HostName = "golden" }, Host.System, new SourceConnectors().AddBuiltin());
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

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests must run inside the repository");
        }

        return directory.FullName;
    }
}
