using System.Collections.Immutable;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// How long something took, by bucket. One thread records, without a lock or an allocation; any thread reads, approximately.
/// </summary>
internal sealed class TimeHistogram
{
    private static readonly long[] _boundNanos =
    [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
        500_000_000, 1_000_000_000, 2_500_000_000, 10_000_000_000, 60_000_000_000,
    ];

    private static readonly ImmutableArray<double> _boundSeconds = [.. _boundNanos.Select(n => n / 1e9)];

    private readonly long[] _counts = new long[_boundNanos.Length + 1];
    private long _sumNanos;

    internal void Record(long nanos)
    {
        int bucket = 0;
        while (bucket < _boundNanos.Length && nanos > _boundNanos[bucket])
        {
            bucket++;
        }

        Volatile.Write(ref _counts[bucket], _counts[bucket] + 1);
        Volatile.Write(ref _sumNanos, _sumNanos + nanos);
    }

    internal TimeDistribution Read()
    {
        var counts = new long[_counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = Volatile.Read(ref _counts[i]);
        }

        return new TimeDistribution(_boundSeconds, [.. counts], Volatile.Read(ref _sumNanos) / 1e9);
    }
}

/// <summary>Durations by bucket.</summary>
/// <param name="BoundSeconds">Ascending; a bucket holds what is not above its bound and above the one before.</param>
/// <param name="Counts">By bucket, and last what is above all bounds.</param>
/// <param name="SumSeconds">All of them together.</param>
public sealed record TimeDistribution(ImmutableArray<double> BoundSeconds, ImmutableArray<long> Counts, double SumSeconds);
