namespace Vectorized.Bench.Nexmark;

/// <summary>The text of a query in bench/queries, found from the program's directory upwards.</summary>
internal static class NexmarkSql
{
    internal static string Read(string query) => File.ReadAllText(Path.Combine(BenchDirectory, "queries", query + ".sql"));

    internal static string BenchDirectory
    {
        get
        {
            var directory = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
            {
                directory = directory.Parent ?? throw new InvalidOperationException("bench runs inside the repository");
            }

            return Path.Combine(directory.FullName, "bench");
        }
    }
}
