using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Objects;

/// <summary>A clock on which waiting takes no time: it moves on by what was waited for.</summary>
internal sealed class SteppingClock : IClock
{
    private long _nanos = 1;

    public long MonotonicNanos => Interlocked.Add(ref _nanos, 1_000);

    public long WallMicros => 1_700_000_000_000_000 + (MonotonicNanos / 1_000);

    public ValueTask Delay(TimeSpan delay, CancellationToken cancellation = default)
    {
        Interlocked.Add(ref _nanos, (long)delay.TotalNanoseconds);
        return ValueTask.CompletedTask;
    }
}
