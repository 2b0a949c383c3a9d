namespace Vectorized.Engine.Catalog;

/// <summary>Why a materialized view (or sink) stands still, from the tick it stopped in until it is resumed or dropped.</summary>
/// <param name="RootId">The view whose failure it was: itself, or one it reads.</param>
/// <param name="Reason">For people; it continues `... is suspended: `.</param>
/// <param name="IsEmpty">Its rows are gone, too: their memory was needed.</param>
public sealed record Suspension(int RootId, string Reason, bool IsEmpty);
