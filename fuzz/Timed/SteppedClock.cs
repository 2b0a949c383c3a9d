using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Timed;

/// <summary>A clock that stands still until it is moved. Threads: any.</summary>
internal sealed class SteppedClock(long startMicros) : IClock
{
    private long _passedMicros;

    public long WallMicros => startMicros + Volatile.Read(ref _passedMicros);

    public long MonotonicNanos => Volatile.Read(ref _passedMicros) * 1000;

    internal void Advance(long micros) => Interlocked.Add(ref _passedMicros, micros);

    /// <summary>Only those who wait for time to pass ask for it; here it passes between statements.</summary>
    public ValueTask Delay(TimeSpan delay, CancellationToken cancellation = default) =>
        new(Task.Delay(Timeout.Infinite, cancellation));
}
