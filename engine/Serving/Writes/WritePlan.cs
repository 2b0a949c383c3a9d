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

/// <summary>
/// A bound INSERT, UPDATE or DELETE. Returning are expressions over one row of the table (the new one, or the deleted one).
/// </summary>
internal sealed record WritePlan(WriteKind Kind, CatalogRelation Table, PlanNode Source, ConflictBehaviour OnConflict)
{
    internal IReadOnlyList<ScalarExpression> Returning { get; init; } = [];

    internal IReadOnlyList<ResultColumn>? ReturningColumns { get; init; }

    /// <summary>Ids of the relations the source reads.</summary>
    internal IReadOnlySet<int> Reads { get; } = RelationsOf(Source);

    private static HashSet<int> RelationsOf(PlanNode plan)
    {
        var relations = new HashSet<int>();
        Collect(plan, relations);
        return relations;
    }

    private static void Collect(PlanNode node, HashSet<int> relations)
    {
        if (node is ScanNode scan)
        {
            relations.Add(scan.RelationId);
        }
        else if (node is IndexLookupNode lookup)
        {
            relations.Add(lookup.RelationId);
        }

        foreach (var input in node.Inputs)
        {
            Collect(input, relations);
        }
    }
}
