using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Fuzz.Simulation.Files;

namespace Vectorized.Fuzz.Simulation;

/// <summary>A planted bug of log or recovery.</summary>
/// <param name="Name">What is wrong.</param>
internal sealed record SimulationMutant(string Name)
{
    /// <summary>Takes a torn end of some length: some hundred seeds.</summary>
    internal bool IsRare { get; init; }

    internal FilesMutant? Files { get; init; }

    /// <summary>Made anew for each life of the server.</summary>
    internal Func<DurabilityHook>? Durability { get; init; }
}
