using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Serve;

/// <summary>Opens the engine with this binary's connectors.</summary>
internal static class DatabaseOpener
{
    /// <summary>File sources may read below these directories; the system's temporary directory is always one of them.</summary>
    internal static Database Open(int workers, IEnumerable<string> fileRoots, Host host, string? dataDirectory = null) => Database.Open(
        new DatabaseOptions
        {
            Workers = workers,
            DataDirectory = dataDirectory,
            FileRoots = [.. fileRoots.Append(host.Files.TemporaryDirectory).Select(host.Files.RealPath).Distinct()],
        },
        host,
        new SourceConnectors().AddBuiltin());
}
