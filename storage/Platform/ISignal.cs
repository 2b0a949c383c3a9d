namespace Vectorized.Storage.Platform;

/// <summary>
/// Where a thread waits until another tells it something. Set before or during a wait lets one wait go on; set several times
/// before, too. Whoever waits is to look for itself whether what it waits for has come. Made by <see cref="IThreads"/>.
/// </summary>
public interface ISignal : IDisposable
{
    /// <summary>Any thread; never blocks.</summary>
    void Set();

    /// <summary>Waits until it is set.</summary>
    void Wait();

    /// <summary>Waits until it is set or the time is over (false).</summary>
    bool Wait(TimeSpan timeMax);
}
