namespace Vectorized.Storage.Checkpoints;

/// <summary>Another writer has taken over: nothing of this one's is committed any more, and it must stop.</summary>
public sealed class FencedException(long term, string hostName, long sequence)
    : Exception($"fenced by writer term {term} on host \"{hostName}\" (manifest {sequence})")
{
    /// <summary>The term that won.</summary>
    public long Term { get; } = term;

    public string HostName { get; } = hostName;

    public long Sequence { get; } = sequence;
}
