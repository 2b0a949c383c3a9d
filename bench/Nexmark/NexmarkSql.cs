using Vectorized.Connectors.Generators;

namespace Vectorized.Bench.Nexmark;

/// <summary>The text of a query in bench/queries, found from the program's directory upwards, and of its sources.</summary>
internal static class NexmarkSql
{
    internal static string Read(string query) => File.ReadAllText(Path.Combine(BenchDirectory, "queries", query + ".sql"));

    /// <summary>CREATE SOURCE of one of the three tables, with further options of the connector.</summary>
    internal static string CreateSource(NexmarkKind kind, string options)
    {
        var columns = NexmarkSchema.Of(kind).Select(c => $"{c.Name} {c.Type}");
        return $"CREATE SOURCE {kind.ToString().ToLowerInvariant()} ({string.Join(", ", columns)}) "
            + $"WITH (connector = 'nexmark', nexmark.table.type = '{kind}', {options})";
    }

    internal static string BenchDirectory => Path.Combine(RepositoryDirectory, "bench");

    internal static string RepositoryDirectory
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
            {
                directory = directory.Parent ?? throw new InvalidOperationException("bench runs inside the repository");
            }

            return directory.FullName;
        }
    }
}
