using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>
/// How often and how long a transient failure is tried again: pauses double up to a bound, each drawn between nothing
/// and that length ("full jitter", Brooker 2015), so that many clients do not return together. Any thread.
/// </summary>
internal sealed class RetryPolicy(Host host, int attemptsMax = 8, int pauseMsMin = 50, int pauseMsMax = 5_000, int totalMsMax = 60_000)
{
    private readonly Lock _gate = new();

    /// <summary>Begins a call.</summary>
    internal Attempts Start() => new(this, host.Clock.MonotonicNanos);

    private TimeSpan Pause(int attempt)
    {
        double longest = Math.Min(pauseMsMax, pauseMsMin * Math.Pow(2, attempt - 1));
        lock (_gate)
        {
            return TimeSpan.FromMilliseconds(longest * (host.Random.NextUInt64() >> 11) * (1.0 / (1UL << 53)));
        }
    }

    /// <summary>One call's attempts.</summary>
    internal sealed class Attempts(RetryPolicy policy, long startedNanos)
    {
        private int _count;
        private bool _isUnknown;

        /// <summary>
        /// Waits until the next attempt; or raises, when the failure is final or it was tried often enough. If an
        /// attempt's outcome was unknown, so is the call's.
        /// </summary>
        internal void PauseOrThrow(ObjectStoreException e)
        {
            _count++;
            _isUnknown |= e.OutcomeIsUnknown;
            var (host, attemptsMax, totalMs) = policy.Bounds;
            bool isLate = host.Clock.MonotonicNanos - startedNanos > totalMs * 1_000_000L;
            if (!e.IsTransient || _count >= attemptsMax || isLate)
            {
                bool isUnknown = _isUnknown && e.Kind != ObjectErrorKind.PreconditionFailed;
                throw new ObjectStoreException(
                    e.Kind, _count > 1 ? $"{e.Message} ({_count} attempts)" : e.Message, e, isUnknown);
            }

            host.Clock.Pause(policy.Pause(_count));
        }
    }

    private (Host Host, int AttemptsMax, long TotalMsMax) Bounds => (host, attemptsMax, totalMsMax);
}
