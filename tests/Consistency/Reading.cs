namespace Vectorized.Tests.Consistency;

/// <summary>What one read of the consistency views showed; all columns of one statement, so of one epoch.</summary>
internal sealed record Reading
{
    /// <summary>Rows in accepted, rows by frontier, sums of credits and debits, rows of both outer joins.</summary>
    internal required long Accepted { get; init; }

    internal required long Frontier { get; init; }

    internal required long Credits { get; init; }

    internal required long Debits { get; init; }

    internal required long OuterJoin { get; init; }

    internal required long OuterJoinNulls { get; init; }

    internal long OuterJoinWithTime { get; init; }

    internal long OuterJoinWithTimeNulls { get; init; }

    /// <summary>sum(balance) over the inner join, null when it has no row.</summary>
    internal required long? InnerTotal { get; init; }

    internal required long FullTotal { get; init; }

    /// <summary>Balances by account, when this read fetched them.</summary>
    internal IReadOnlyDictionary<int, long>? Balances { get; init; }

    /// <summary>Which session read, and between which instants (any monotonic unit).</summary>
    internal int Session { get; init; }

    internal long Started { get; init; }

    internal long Finished { get; init; }
}
