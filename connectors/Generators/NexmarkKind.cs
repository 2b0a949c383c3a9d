namespace Vectorized.Connectors.Generators;

/// <summary>The three kinds of Nexmark events; the numbers are the `event_type` of the combined stream.</summary>
public enum NexmarkKind
{
    Person = 0,
    Auction = 1,
    Bid = 2,
}
