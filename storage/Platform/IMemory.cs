namespace Vectorized.Storage.Platform;

/// <summary>The machine's memory as this process sees it. Any thread.</summary>
public interface IMemory
{
    /// <summary>Bytes of the process that are in main memory now: what a limit is measured against.</summary>
    long ResidentBytes { get; }

    /// <summary>Bytes there are for the process: the machine's, or its control group's where that has fewer.</summary>
    long MachineBytes { get; }

    /// <summary>What the managed heap has of the machine, used or not, as of its last collection.</summary>
    long ManagedBytes { get; }

    /// <summary>Collects the managed heap and gives what it keeps free back to the machine. All threads pause for it.</summary>
    void CollectGarbage();
}
