namespace Vectorized.Engine.State;

/// <summary>
/// Which state a probe sees: dA meets B before t, dB meets A after t. Rows are visible if born at or before the tick
/// and not dead by it.
/// </summary>
internal readonly record struct Stamp(long Tick)
{
    /// <summary>The state the tick found.</summary>
    internal static Stamp Before(long tick) => new(tick - 1);

    /// <summary>The state the tick leaves, as far as it has been applied.</summary>
    internal static Stamp After(long tick) => new(tick);
}
