namespace Vectorized.Storage.Objects;

/// <summary>How often a <see cref="FaultyObjectStore"/> misbehaves, in calls of a thousand.</summary>
public sealed record FaultRates
{
    /// <summary>500: nothing happens.</summary>
    public int Unavailable { get; init; }

    /// <summary>503 SlowDown: nothing happens. Comes in bursts.</summary>
    public int Throttled { get; init; }

    /// <summary>No answer, and nothing happened.</summary>
    public int TimeOutBefore { get; init; }

    /// <summary>No answer, though it happened.</summary>
    public int TimeOutAfter { get; init; }

    /// <summary>No answer; it happens some calls later.</summary>
    public int TimeOutLate { get; init; }

    /// <summary>A put arrives twice; the second one's answer is given.</summary>
    public int Twice { get; init; }

    /// <summary>409 to a conditional put.</summary>
    public int Conflict { get; init; }

    /// <summary>What was read is short.</summary>
    public int Truncated { get; init; }

    /// <summary>A bit of what was read is turned over.</summary>
    public int BitFlipped { get; init; }

    /// <summary>A listing shows an earlier time.</summary>
    public int StaleListing { get; init; }

    /// <summary>A call takes up to a second.</summary>
    public int Slow { get; init; }

    /// <summary>A bad day: everything, and not rarely.</summary>
    public static FaultRates Bad { get; } = new()
    {
        Unavailable = 20,
        Throttled = 20,
        TimeOutBefore = 20,
        TimeOutAfter = 30,
        TimeOutLate = 20,
        Twice = 20,
        Conflict = 20,
        Truncated = 4,
        BitFlipped = 4,
        StaleListing = 300,
        Slow = 20,
    };
}
