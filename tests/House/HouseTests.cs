using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Vectorized.Tests.House;

/// <summary>
/// Checks the house itself: who refers to whom, where unsafe code and raw platform calls may stand, how files look.
/// Reads the sources; needs the repository around the test's binaries.
/// </summary>
public sealed class HouseTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["storage"] = [],
        ["engine"] = ["storage"],
        ["pgwire"] = ["engine", "storage"],
        ["connectors"] = ["engine", "storage"],
        ["server"] = ["pgwire", "connectors", "engine", "storage"],
    };

    private static readonly string[] FoldersWithUnsafe =
        ["engine/Columns/", "engine/Kernels/", "engine/State/", "storage/Platform/", "connectors/Kafka/", "bench/", "tests/", "fuzz/"];

    private static string Root { get; } = FindRoot();

    [Fact]
    public void Projects_References_FollowTheDesign()
    {
        foreach (var (project, allowed) in AllowedReferences)
        {
            var references = XDocument.Load(Path.Combine(Root, project, $"{project}.csproj"))
                .Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!));
            Assert.Empty(references.Except(allowed));
        }
    }

    [Fact]
    public void Sources_Namespaces_EqualTheirFolders()
    {
        var wrong = Sources().Where(f => f.Text.Contains("\nnamespace ", StringComparison.Ordinal) || f.Text.StartsWith("namespace ", StringComparison.Ordinal))
            .Where(f => !Regex.IsMatch(f.Text, $@"^namespace {Regex.Escape(NamespaceOf(f.Path))};", RegexOptions.Multiline))
            .Select(f => f.Path);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Sources_UnsafeCode_StandsOnlyWhereItMay()
    {
        var wrong = Sources().Where(f => !FoldersWithUnsafe.Any(f.Path.StartsWith))
            .Where(f => Regex.IsMatch(f.Text, @"^[^/\n]*\bunsafe\b(?!\w)", RegexOptions.Multiline))
            .Select(f => f.Path);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Sources_BannedRulesAreNotSuppressed()
    {
        var wrong = Sources().Where(f => !f.Path.StartsWith("tests/", StringComparison.Ordinal))
            .Where(f => f.Text.Contains("RS0030", StringComparison.Ordinal))
            .Select(f => f.Path);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Engine_KnowsNoProtocolAndNoConnector()
    {
        var wrong = Sources().Where(f => f.Path.StartsWith("engine/", StringComparison.Ordinal) || f.Path.StartsWith("storage/", StringComparison.Ordinal))
            .Where(f => Regex.IsMatch(f.Text, @"Vectorized\.(Pgwire|Connectors|Server)\b"))
            .Select(f => f.Path);
        Assert.Empty(wrong);
        wrong = Sources().Where(f => f.Path.StartsWith("pgwire/", StringComparison.Ordinal))
            .Where(f => f.Text.Contains("Vectorized.Connectors", StringComparison.Ordinal))
            .Select(f => f.Path);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Sources_Lines_FitTheScreen()
    {
        var wrong = Sources().Where(f => !f.Path.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(f => f.Text.Split('\n').Select((line, i) => (line, where: $"{f.Path}:{i + 1}")))
            .Where(l => l.line.Length > 140)
            .Select(l => l.where);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Repository_NamesNoMachineAndNoRegistry()
    {
        var wrong = Tracked("*.cs", "*.sh", "*.md", "*.json", "*.props", "*.csproj", "*.mjs")
            .Where(f => !f.Path.EndsWith("HouseTests.cs", StringComparison.Ordinal))
            .Where(f => Regex.IsMatch(f.Text, @"(?<![\w.$}])/(home|root|work)/\w|api\.nuget\.org|registry\.npmjs"))
            .Select(f => f.Path);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Folders_OfTheEngine_SayWhatLivesThere()
    {
        var missing = new[] { "engine", "storage", "pgwire", "connectors" }
            .SelectMany(p => Directory.GetDirectories(Path.Combine(Root, p)))
            .Where(d => Path.GetFileName(d) is not ("bin" or "obj"))
            .Where(d => Directory.GetFiles(d, "*.cs").Length > 0 && !File.Exists(Path.Combine(d, "README.md")))
            .Select(d => Path.GetRelativePath(Root, d));
        Assert.Empty(missing);
    }

    private static string NamespaceOf(string path)
    {
        string folder = Path.GetDirectoryName(path)!.Replace('\\', '/');
        var parts = folder.Split('/').Select(p => char.ToUpperInvariant(p[0]) + p[1..]);
        return "Vectorized." + string.Join('.', parts);
    }

    private static IEnumerable<(string Path, string Text)> Sources() => Tracked("*.cs");

    private static IEnumerable<(string Path, string Text)> Tracked(params string[] patterns) => patterns
        .SelectMany(p => Directory.EnumerateFiles(Root, p, SearchOption.AllDirectories))
        .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
        .Where(f => !Regex.IsMatch(f, @"(^|/)(bin|obj|node_modules|\.git|\.cache|TestResults)/"))
        .Select(f => (f, File.ReadAllText(Path.Combine(Root, f))));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the tests must run inside the repository");
        }

        return directory.FullName;
    }
}
