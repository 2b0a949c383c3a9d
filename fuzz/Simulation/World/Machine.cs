using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.World;

/// <summary>A machine with a device of its own.</summary>
internal sealed class Machine(string name)
{
    internal string Name => name;

    /// <summary>Another one after each loss of power.</summary>
    internal SimulatedFiles Device { get; set; } = new();

    /// <summary>The server on it that sleeps, or slept and has not ended yet; null: none.</summary>
    internal Life? Sleeper { get; set; }

    /// <summary>Brings the files that others write and the server reads to what another machine has of them.</summary>
    internal void CopyFeed(Machine from)
    {
        Device.CreateDirectory(Life.Feed);
        foreach (string path in from.Device.List(Life.Feed, "*"))
        {
            using var file = Device.Open(path, FileUse.Write);
            file.Write(from.Device.ReadAll(path), 0);
            file.Sync();
        }

        Device.SyncDirectory(Life.Feed);
    }
}
