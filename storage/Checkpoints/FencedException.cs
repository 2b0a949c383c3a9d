namespace Vectorized.Storage.Checkpoints;

/// <summary>Another writer has taken over: nothing of this one's is committed any more, and it must stop.</summary>
/// <param name="term">The term that won.</param>
/// <param name="hostName">Whose it is.</param>
/// <param name="place">Where it was met: a manifest or a record of the log.</param>
/// <param name="consequence">What it means for what this one had acknowledged; a sentence, or empty.</param>
public sealed class FencedException(long term, string hostName, string place, string consequence = "")
    : Exception($"fenced by writer term {term} on host \"{hostName}\" ({place}){(consequence.Length > 0 ? ": " : "")}{consequence}")
{
    public long Term { get; } = term;

    public string HostName { get; } = hostName;

    public string Place { get; } = place;

    /// <summary>The same, said with what it means for what had been acknowledged.</summary>
    public FencedException With(string meaning) => new(Term, HostName, Place, meaning);
}
