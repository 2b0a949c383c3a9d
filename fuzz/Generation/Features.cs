namespace Vectorized.Fuzz.Generation;

/// <summary>
/// Which constructs a case may use. Each schema draws its own subset (swarm testing; Groce et al. 2012): what always stands
/// beside everything else hides bugs that need its absence.
/// </summary>
[Flags]
internal enum Features : uint
{
    None = 0,
    Subqueries = 1 << 0,
    Correlation = 1 << 1,
    OuterJoins = 1 << 2,
    Lateral = 1 << 3,
    UsingJoins = 1 << 4,
    Aggregates = 1 << 5,
    SetOperations = 1 << 6,
    Distinct = 1 << 7,
    CommonTables = 1 << 8,
    Limits = 1 << 9,
    Functions = 1 << 10,
    Arrays = 1 << 11,
    TableFunctions = 1 << 12,
    Boundaries = 1 << 13,
    Windows = 1 << 14,
    GroupingSets = 1 << 15,
    OrderedSets = 1 << 16,
    Intervals = 1 << 17,
    Jsonb = 1 << 18,

    /// <summary>WITH RECURSIVE: in queries, not in views.</summary>
    Recursion = 1 << 19,

    /// <summary>What the engine has.</summary>
    Landed = Subqueries | Correlation | OuterJoins | Lateral | UsingJoins | Aggregates | SetOperations | Distinct | CommonTables
        | Limits | Functions | Arrays | TableFunctions | Boundaries | Intervals | GroupingSets | OrderedSets | Windows
        | Jsonb | Recursion,

    /// <summary>What a view may have.</summary>
    InViews = Landed & ~Recursion,
}

internal static class FeatureDraw
{
    /// <summary>Everything that has landed a third of the time, else each with probability 3/4.</summary>
    internal static Features Draw(Dice dice, Features from = Features.Landed)
    {
        if (dice.Chance(0.33))
        {
            return from;
        }

        var drawn = Features.None;
        foreach (var feature in Enum.GetValues<Features>())
        {
            if (feature is not (Features.Landed or Features.InViews) && (from & feature) != 0 && dice.Chance(0.75))
            {
                drawn |= feature;
            }
        }

        return drawn;
    }

    internal static bool Has(this Features features, Features one) => (features & one) != 0;
}
