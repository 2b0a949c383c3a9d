using System.Diagnostics;

namespace Vectorized.Storage.Platform;

/// <summary>The machine's clocks.</summary>
internal sealed class SystemClock : IClock
{
    public long WallMicros => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) / 10;

    public long MonotonicNanos => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    public ValueTask Delay(TimeSpan delay, CancellationToken cancellation = default) =>
        new(Task.Delay(delay, cancellation));
}
