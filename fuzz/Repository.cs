namespace Vectorized.Fuzz;

/// <summary>Where the repository stands: around the program's binaries.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("the fuzzers run inside the repository");
        }

        return directory.FullName;
    }
}
