using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Fuzz.Simulation.Store;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation;

/// <summary>A planted bug of log or recovery.</summary>
/// <param name="Name">What is wrong.</param>
internal sealed record SimulationMutant(string Name)
{
    /// <summary>Takes a torn end of some length, or a long sleep: some hundred seeds.</summary>
    internal bool IsRare { get; init; }

    /// <summary>Where the database is to stand for it to show.</summary>
    internal Placement Where { get; init; } = Placement.Directory;

    internal FilesMutant? Files { get; init; }

    internal ObjectsMutant? Objects { get; init; }

    /// <summary>Made anew for each life of the server.</summary>
    internal Func<DurabilityHook>? Durability { get; init; }
}
