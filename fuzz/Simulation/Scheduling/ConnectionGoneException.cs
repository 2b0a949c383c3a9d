namespace Vectorized.Fuzz.Simulation.Scheduling;

/// <summary>The client of a server that slept has gone to the one that took over: its thread ends without any further effect.</summary>
internal sealed class ConnectionGoneException() : Exception("the client has turned to another server");
