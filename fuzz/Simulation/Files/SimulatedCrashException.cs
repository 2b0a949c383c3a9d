namespace Vectorized.Fuzz.Simulation.Files;

/// <summary>The simulated machine has died.</summary>
internal sealed class SimulatedCrashException() : Exception("the simulated machine has died");
