namespace Vectorized.Engine.Operators;

/// <summary>
/// The main lane's ticks (before, after] whose changes a view that is being built takes in one step: rows kept elsewhere are met as
/// of the first by changes that come before theirs, as of the second by those that come after. Both are pinned.
/// </summary>
internal readonly record struct TicksElsewhere(long Before, long After);
