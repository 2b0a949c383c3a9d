namespace Vectorized.Pgwire;

/// <summary>Where stored verifiers come from. Any thread; fast (it is asked within a handshake).</summary>
public interface IVerifierStore
{
    /// <summary>The user's verifier, or null for a user without password or an unknown one.</summary>
    ScramVerifier? Find(string user);
}

/// <summary>One password for every user: the --password of a small deployment.</summary>
public sealed class SharedPassword(ScramVerifier verifier) : IVerifierStore
{
    public ScramVerifier? Find(string user) => verifier;
}
