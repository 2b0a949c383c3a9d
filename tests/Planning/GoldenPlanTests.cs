using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Planning;

/// <summary>
/// Plans against files: golden/NAME.txt holds cases of `query:` or `view:` SQL up to a line of dashes, then the plan or
/// the error up to a blank line. `VECTORIZED_GOLDEN=1 dotnet test --filter GoldenPlanTests` writes them anew.
/// </summary>
public sealed class GoldenPlanTests
{
    private static readonly bool Rewrite = Environment.GetEnvironmentVariable("VECTORIZED_GOLDEN") == "1";

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder(), "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Plans_AreAsRecorded(string name)
    {
        string path = Path.Combine(Folder(), name + ".txt");
        string before = File.ReadAllText(path);
        string after = Render(before, GoldenCatalogs.Named(name));
        if (Rewrite)
        {
            File.WriteAllText(path, after);
        }
        else
        {
            Assert.Equal(before, after);
        }
    }

    private static string Render(string text, PlanFixture fixture)
    {
        var result = new StringBuilder();
        foreach (string block in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string sql = block.Split("\n----", 2)[0].Trim('\n');
            result.Append(sql).Append("\n----\n").Append(Plan(sql, fixture).TrimEnd('\n')).Append("\n\n");
        }

        return result.ToString().TrimEnd('\n') + "\n";
    }

    private static string Plan(string sql, PlanFixture fixture)
    {
        string[] lines = [.. sql.Split('\n').Where(l => !l.StartsWith('#'))];
        string statement = string.Join('\n', lines);
        try
        {
            return statement.StartsWith("view:", StringComparison.Ordinal)
                ? fixture.ViewText(statement[5..])
                : statement.StartsWith("write:", StringComparison.Ordinal) ? fixture.WriteText(statement[6..])
                : fixture.QueryText(statement[6..]);
        }
        catch (SqlException e)
        {
            // The error's place is shown by the text that stands there.
            string at = e.Position > 0 ? $" at \"{Around(statement[(statement.IndexOf(':') + 1)..], e.Position - 1)}\"" : "";
            return $"ERROR {e.SqlState}: {e.Message}{at}{(e.Detail is null ? "" : $"\nDETAIL: {e.Detail}")}{(e.Hint is null ? "" : $"\nHINT: {e.Hint}")}";
        }
    }

    private static string Around(string text, int at)
    {
        int end = at;
        while (end < text.Length && end - at < 20 && text[end] != '\n')
        {
            end++;
        }

        return text[at..end];
    }

    private static string Folder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests must run inside the repository");
        }

        return Path.Combine(directory.FullName, "tests", "Planning", "golden");
    }
}
