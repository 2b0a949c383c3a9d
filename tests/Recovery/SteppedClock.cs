using Vectorized.Storage.Platform;

namespace Vectorized.Tests.Recovery;

/// <summary>The machine's clock, whose wall time is off by whole hours as a test says.</summary>
internal sealed class SteppedClock : IClock
{
    private const long HourMicros = 3_600_000_000;
    private long _hours;

    internal long Hours
    {
        set => Volatile.Write(ref _hours, value);
    }

    public long WallMicros => Host.System.Clock.WallMicros + (Volatile.Read(ref _hours) * HourMicros);

    public long MonotonicNanos => Host.System.Clock.MonotonicNanos;

    public ValueTask Delay(TimeSpan delay, CancellationToken cancellation = default) => Host.System.Clock.Delay(delay, cancellation);
}
