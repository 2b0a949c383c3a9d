using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>What a writing statement does to its table.</summary>
internal enum WriteKind
{
    /// <summary>Source columns: the new row (all columns but the row id).</summary>
    Insert,

    /// <summary>Source columns: the old row (all columns), then the new row (all columns).</summary>
    Update,

    /// <summary>Source columns: the old row (all columns).</summary>
    Delete,
}

/// <summary>What an inserted row does to an existing one of the same primary key: the statement's word, else the table's.</summary>
internal enum InsertConflict
{
    Overwrite,
    DoNothing,
    UpdateIfNotNull,
    DoUpdate,
}

/// <summary>
/// A bound INSERT, UPDATE or DELETE. Returning are expressions over one row of the table (the new one, or the deleted one).
/// </summary>
internal sealed record WritePlan(WriteKind Kind, CatalogRelation Table, PlanNode Source, InsertConflict Conflict)
{
    /// <summary>ON CONFLICT DO UPDATE.</summary>
    internal BoundConflict? DoUpdate { get; init; }

    internal IReadOnlyList<ScalarExpression> Returning { get; init; } = [];

    internal IReadOnlyList<ResultColumn>? ReturningColumns { get; init; }

    /// <summary>RETURNING's values are the source's last columns (the statement joins other relations).</summary>
    internal bool ReturnsSourceColumns { get; init; }

    /// <summary>Ids of the relations the source reads.</summary>
    internal HashSet<int> Reads { get; } = PlanWalk.Relations(Source).ToHashSet();

    /// <summary>An INSERT that must look at existing rows to know what it writes.</summary>
    internal bool ReadsTarget => Kind == WriteKind.Insert && Table.PrimaryKey.Count > 0
        && (Conflict != InsertConflict.Overwrite || Table.VersionColumns.Count > 0);

    /// <summary>
    /// The statement decides by what it read: its targets must stand as they did then. (INSERT of literal rows is blind.)
    /// </summary>
    internal bool ChecksTargets => Kind != WriteKind.Insert || (Reads.Count > 0 && Table.PrimaryKey.Count > 0);

    /// <summary>Columns of the source rows that hold the target's key.</summary>
    internal int[] TargetKey => [.. Table.Key!];

    /// <summary>
    /// Whether the source reads and makes no more rows than so many, whatever they hold: look-ups by unique key, scans of
    /// small tables.
    /// </summary>
    internal bool IsShort(Func<int, double> rowCount, double rowsMax)
    {
        double rows = 1;
        foreach (var node in PlanWalk.Nodes(Source))
        {
            switch (node)
            {
                case ScanNode scan:
                    rows *= Math.Max(1, rowCount(scan.RelationId));
                    break;
                case IndexLookupNode lookup when lookup.RelationId == Table.Id && lookup.IndexColumns.SequenceEqual(Table.Key!):
                    rows *= Math.Max(1, lookup.Keys.Count);
                    break;
                case IndexLookupNode lookup:
                    rows *= Math.Max(1, rowCount(lookup.RelationId));
                    break;
                case ProjectNode or FilterNode or AggregateNode or JoinNode or TopNNode or UnionAllNode or ValuesNode:
                    break;
                default:
                    return false;
            }
        }

        return rows <= rowsMax;
    }
}
