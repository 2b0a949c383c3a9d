namespace Vectorized.Fuzz.Simulation.Files;

/// <summary>A bug planted between the engine and the device: calls that it then does not make.</summary>
internal sealed class FilesMutant
{
    /// <summary>Calls (kind and path) that have no effect.</summary>
    internal Func<string, string, bool> Skips { get; init; } = static (_, _) => false;

    /// <summary>Calls whose effect comes only after a later one.</summary>
    internal Func<string, string, bool> HoldsBack { get; init; } = static (_, _) => false;

    /// <summary>That later one.</summary>
    internal Func<string, string, bool> Until { get; init; } = static (_, _) => false;

    /// <summary>A lock that another holds is given all the same.</summary>
    internal bool ForgetsLocks { get; init; }
}
