namespace Vectorized.Engine.Types;

/// <summary>What the text form of a value depends on beside the value: the session's time zone. Immutable.</summary>
public sealed record TextOptions
{
    public static readonly TextOptions Default = new();

    public ZoneRules Zone { get; init; } = ZoneRules.Utc;
}
