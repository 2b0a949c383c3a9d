namespace Vectorized.Fuzz.Simulation.Files;

/// <summary>
/// What the device does to one process: points are calls with an effect (create, write, cut, sync, move, delete, sync of a directory),
/// counted from 0. Drawn from the seed before the process starts; one owner at a time.
/// </summary>
internal sealed class FaultPlan
{
    private long _deathPoints;

    /// <summary>The point at which the process is killed; negative: none.</summary>
    internal long DiesAt { get; init; } = -1;

    /// <summary>Counts only points of this kind for <see cref="DiesAt"/>; null: all.</summary>
    internal string? DiesAtKind { get; init; }

    /// <summary>It is killed once the point's effect has happened.</summary>
    internal bool DiesAfterEffect { get; init; }

    /// <summary>The point that fails with an error; negative: none.</summary>
    internal long FailsAt { get; init; } = -1;

    /// <summary>The read that fails with an error; negative: none.</summary>
    internal long ReadFailsAt { get; init; } = -1;

    /// <summary>One read in so many gives less than was asked for; 0: none.</summary>
    internal int ShortReads { get; init; }

    /// <summary>Points passed.</summary>
    internal long Points { get; private set; }

    internal long Reads { get; set; }

    /// <summary>An error was given: what follows from it is no finding.</summary>
    internal bool HasFailed { get; set; }

    /// <summary>Passes a point: whether the process dies there.</summary>
    internal bool Passes(string kind, out long number)
    {
        number = Points++;
        return (DiesAtKind is null || DiesAtKind == kind) && _deathPoints++ == DiesAt;
    }

    public override string ToString() => string.Join(", ", Parts().DefaultIfEmpty("no faults"));

    private IEnumerable<string> Parts()
    {
        if (DiesAt >= 0)
        {
            yield return $"dies at {DiesAtKind ?? "point"} {DiesAt} {(DiesAfterEffect ? "after" : "before")} its effect";
        }

        if (FailsAt >= 0)
        {
            yield return $"point {FailsAt} fails";
        }

        if (ReadFailsAt >= 0)
        {
            yield return $"read {ReadFailsAt} fails";
        }

        if (ShortReads > 0)
        {
            yield return $"one read in {ShortReads} is short";
        }
    }
}
