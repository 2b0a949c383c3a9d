using Vectorized.Engine.Dataflow.Recovery;
using Vectorized.Fuzz.Simulation.Files;

namespace Vectorized.Fuzz.Simulation;

/// <summary>A planted bug of log or recovery.</summary>
/// <param name="Name">What is wrong.</param>
internal sealed record SimulationMutant(string Name)
{
    internal FilesMutant? Files { get; init; }

    internal DurabilityHook? Durability { get; init; }
}
