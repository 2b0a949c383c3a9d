using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Serve;

/// <summary>Opens the engine with this binary's connectors.</summary>
internal static class DatabaseOpener
{
    /// <summary>File sources may read below these directories; the system's temporary directory is always one of them.</summary>
    /// <param name="workers">Worker threads.</param>
    /// <param name="fileRoots">Directories.</param>
    /// <param name="host">The machine.</param>
    /// <param name="dataDirectory">Null: in memory.</param>
    /// <param name="memoryBytes">The memory limit; 0: three quarters of the machine's memory.</param>
    /// <param name="serve">Where and how the state is kept; null: in the data directory.</param>
    internal static Database Open(
        int workers, IEnumerable<string> fileRoots, Host host, string? dataDirectory = null, long memoryBytes = 0,
        ServeOptions? serve = null) => Database.Open(
        new DatabaseOptions
        {
            Workers = workers,
            DataDirectory = dataDirectory,
            StateAddress = serve?.State,
            LogsToStore = serve?.Durability == Durability.Store,
            TakesOver = serve?.TakesOver ?? false,
            WarmsMemory = true,
            HostName = System.Net.Dns.GetHostName(),
            MemoryBytes = memoryBytes,
            MemoryBytesUsual = host.Memory.MachineBytes / 4 * 3,
            FileRoots = [.. fileRoots.Append(host.Files.TemporaryDirectory).Select(host.Files.RealPath).Distinct()],
        },
        host,
        new SourceConnectors().AddBuiltin());
}
