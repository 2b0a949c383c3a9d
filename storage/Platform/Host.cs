namespace Vectorized.Storage.Platform;

/// <summary>The seams as one parameter: the real machine, or a simulated one.</summary>
public sealed record Host(IClock Clock, IRandomSource Random, IFiles Files, IThreads Threads)
{
    /// <summary>The machine this process runs on.</summary>
    public static Host System { get; } = new(new SystemClock(), new SystemRandom(), new SystemFiles(), new SystemThreads());

    /// <summary>What a memory limit is measured by; asked only where there is a limit.</summary>
    public IMemory Memory { get; init; } = new SystemMemory();
}
