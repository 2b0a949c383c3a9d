namespace Vectorized.Tests.Planning;

/// <summary>Files beside the repository that some checks read; they are not part of it.</summary>
internal static class SharedFiles
{
    /// <summary>The path under ../shared, or null when it is not there.</summary>
    public static string? Find(string path)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Vectorized.sln")))
        {
            directory = directory.Parent;
        }

        if (directory?.Parent is null)
        {
            return null;
        }

        string full = Path.Combine(directory.Parent.FullName, "shared", path);
        return File.Exists(full) || Directory.Exists(full) ? full : null;
    }
}
