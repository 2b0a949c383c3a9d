namespace Vectorized.Storage.Platform;

/// <summary>Time. Wall time is microseconds since 1970-01-01 UTC; monotonic time is nanoseconds from an arbitrary start.</summary>
public interface IClock
{
    long WallMicros { get; }

    long MonotonicNanos { get; }

    /// <summary>Completes after the delay, or is cancelled.</summary>
    ValueTask Delay(TimeSpan delay, CancellationToken cancellation = default);
}
