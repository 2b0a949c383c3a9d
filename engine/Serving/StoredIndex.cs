using Vectorized.Engine.Catalog;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Serving;

/// <summary>
/// A secondary index: the relation's rows arranged by the index's columns, kept by an operator of its own that hangs on the
/// relation's output. Built and taken down on the main lane; readers use the arrangements under their pin.
/// </summary>
internal sealed class StoredIndex
{
    private readonly RelationOutput _relation;
    private readonly Operator[] _operators;

    private StoredIndex(RelationOutput relation, CatalogIndex definition, Arrangement[] arrangements, Operator[] operators)
    {
        _relation = relation;
        _operators = operators;
        Definition = definition;
        Arrangements = arrangements;
    }

    internal CatalogIndex Definition { get; }

    internal Arrangement[] Arrangements { get; }

    /// <summary>
    /// Arranges the rows that are there, in a tick of its own, then follows the relation's changes. Without the first where
    /// <paramref name="isLoaded"/>: its rows come from a checkpoint.
    /// </summary>
    internal static StoredIndex Build(MainLane lane, StoredRelation stored, CatalogIndex definition, bool isLoaded)
    {
        using var scope = lane.Graph.Open($"i{definition.Id}");
        var relation = lane.Graph.Relation(stored.Relation.Id);
        var model = stored.Arrangements[0].Spec;
        var spec = model with { Name = definition.Name, Indexes = [[.. definition.Columns]], IsLookedUp = false };
        int partCount = lane.Graph.Parts.Length;
        var arrangements = new Arrangement[partCount];
        var operators = new Operator[partCount];
        for (int part = 0; part < partCount; part++)
        {
            arrangements[part] = new Arrangement(spec, lane.Graph.Parts[part].State);
            var context = lane.Graph.Parts[part].Context;
            operators[part] = new MaterializeOperator(context, arrangements[part]);
            operators[part] = lane.Graph.Hook?.Index(operators[part], context) ?? operators[part];
        }

        if (!isLoaded)
        {
            Fill(lane, stored, operators);
        }

        var index = new StoredIndex(relation, definition, arrangements, operators);
        index.Attach();
        return index;
    }

    private static void Fill(MainLane lane, StoredRelation stored, Operator[] operators)
    {
        long asOf = lane.CurrentTick;
        lane.BeginInternalTick();
        int[] columns = [.. Enumerable.Range(0, stored.Arrangements[0].Spec.Columns.Count)];
        for (int part = 0; part < operators.Length; part++)
        {
            var context = lane.Graph.Parts[part].Context;
            var scan = stored.Arrangements[part].Scan(asOf, columns);
            var batch = context.Batches.Take(0, 0);
            while (scan.Next(batch, context.TickArena))
            {
                operators[part].Push(0, batch);
                batch = context.Batches.Take(0, 0);
            }

            operators[part].EndTick(0);
        }
    }

    /// <summary>Follows the relation again after <see cref="Detach"/>, with nothing in between.</summary>
    internal void Attach()
    {
        for (int part = 0; part < _operators.Length; part++)
        {
            _relation.Operators[part].ConnectTo(_operators[part], 0);
        }
    }

    /// <summary>Stops following the relation; the arrangements stay for readers that still hold them.</summary>
    internal void Detach()
    {
        for (int part = 0; part < _operators.Length; part++)
        {
            _relation.Operators[part].Disconnect(_operators[part]);
        }
    }
}
