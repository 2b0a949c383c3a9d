namespace Vectorized.Fuzz.Simulation;

/// <summary>A promise was broken, or the simulation cannot go on.</summary>
internal sealed class SimulationFailure(string message) : Exception(message);
