using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving;

/// <summary>
/// A relation whose rows can be read: its catalog entry and its arrangements by part. Immutable; readers take the set of
/// all from <see cref="Database.Stored"/> under their pin.
/// </summary>
internal sealed record StoredRelation(CatalogRelation Relation, Arrangement[] Arrangements, Partitioning Partitioning)
{
    /// <summary>Why it can't be read: its view has failed; null when all is well.</summary>
    internal string? Suspended { get; init; }
}
