namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>The process this thread belongs to has been killed: it unwinds without any further effect.</summary>
internal sealed class ProcessDeathException() : Exception("the simulated process has been killed");
