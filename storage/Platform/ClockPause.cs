namespace Vectorized.Storage.Platform;

/// <summary>Waiting on a thread of one's own.</summary>
public static class ClockPause
{
    /// <summary>Blocks the calling thread for a while. Never on a pool thread.</summary>
    public static void Pause(this IClock clock, TimeSpan time) => clock.Delay(time).AsTask().GetAwaiter().GetResult();
}
