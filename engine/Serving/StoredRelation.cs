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
    /// <summary>Its secondary indexes.</summary>
    internal IReadOnlyList<StoredIndex> Indexes { get; init; } = [];

    /// <summary>The arrangements by part that can be probed by these columns, and the number of the index in each.</summary>
    internal (Arrangement[] Arrangements, int Index) FindIndex(IReadOnlyList<int> columns)
    {
        var own = Arrangements[0].Spec.Indexes ?? [];
        for (int i = 0; i < own.Count; i++)
        {
            if (own[i].SequenceEqual(columns))
            {
                return (Arrangements, i);
            }
        }

        var index = Indexes.FirstOrDefault(i => i.Definition.Columns.SequenceEqual(columns));
        return index is not null ? (index.Arrangements, 0) : throw new Types.SqlException(
            Types.SqlState.InternalError, $"\"{Relation.Name}\" has no index on columns {string.Join(",", columns)}");
    }

    /// <summary>Its rows are in memory; indexes may come later.</summary>
    internal bool IsLoaded
    {
        get
        {
            foreach (var arrangement in Arrangements)
            {
                if (arrangement.Stored is not null)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Why it can't be read: its view has failed; null when all is well.</summary>
    internal string? Suspended { get; init; }

    /// <summary>Of a view: what went wrong in it.</summary>
    internal ViewFailure? Failure { get; init; }

    /// <summary>Rows are here as of this tick and later: the table was altered then. 0: as of any.</summary>
    internal long FromTick { get; init; }
}
