using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>
/// What a writing statement comes to: ordered changes of its table (weight -1 deletes by key, +1 writes), how many rows the
/// command tag counts, and RETURNING's rows. Owned by whoever takes the parts.
/// </summary>
internal sealed record ResolvedWrite(OwnedBatch Changes, long AffectedRows, OwnedBatch? Returned);
