using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Connectors.Files;

/// <summary>The options of connector = 'posix_fs'.</summary>
/// <param name="Root">The directory, as a real path inside the directories that this server may read.</param>
/// <param name="Pattern">Which of its files, with * and ?.</param>
internal sealed record PosixFsSettings(string Root, string Pattern)
{
    internal static PosixFsSettings Parse(SourceDefinition definition, SourceEnvironment environment)
    {
        var options = new SourceOptions(PosixFsConnector.ConnectorName, definition);
        string root = options.Required("posix_fs.root", "/data/incoming");
        string pattern = options.Text("match_pattern") ?? "*";
        if (pattern.Contains('/') || pattern.Contains('{') || pattern.Contains('['))
        {
            throw new SqlException(
                SqlState.FeatureNotSupported,
                $"match_pattern '{pattern}' is not supported",
                hint: "A pattern of * and ? for the names of files directly in posix_fs.root.");
        }

        // RisingWave's interval for listing; new data is looked for far more often here.
        _ = options.Int64("refresh.interval.sec", 60, 1, int.MaxValue);
        options.RefuseUnknown();
        return new PosixFsSettings(Confined(root, environment), pattern);
    }

    /// <summary>The real path of a file if it stands under the root (links resolved), else null.</summary>
    internal string? RealPathInside(IFiles files, string name)
    {
        string real = files.RealPath(Path.Combine(Root, name));
        return IsInside(real, Root) ? real : null;
    }

    private static string Confined(string root, SourceEnvironment environment)
    {
        string real = environment.Host.Files.RealPath(root);
        if (environment.FileRoots.Any(allowed => IsInside(real, environment.Host.Files.RealPath(allowed))))
        {
            return real;
        }

        throw new SqlException(
            SqlState.InsufficientPrivilege,
            $"posix_fs.root '{root}' is outside the directories this server reads files from",
            hint: environment.FileRoots.Count == 0
                ? "Start the server with --files-dir DIR to allow one."
                : $"Allowed: {string.Join(", ", environment.FileRoots)}. Start the server with --files-dir DIR to allow another.");
    }

    private static bool IsInside(string path, string directory)
    {
        string prefix = directory.EndsWith(Path.DirectorySeparatorChar) ? directory : directory + Path.DirectorySeparatorChar;
        return path == directory || path.StartsWith(prefix, StringComparison.Ordinal);
    }
}
