using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Joins;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Joins over stored relations read rows that are kept already: the relation's own, where the join's key is its key, else an
/// arrangement shared by all views that join the same plan by the same key.
/// </summary>
internal sealed partial class GraphBuilder
{
    /// <summary>Rows that can stand for a join's side: whose, which of the columns, by which index.</summary>
    private sealed record CompleteSide(RelationOutput Relation, int[] Columns, int Index)
    {
        internal StoredSide At(int part) => new(Relation.Slot(part), Index, Columns);
    }

    private Stage BuildJoin(JoinNode node, ViewInstance view)
    {
        // What a watermark closes is forgotten, and a temporal join meets rows as they come: they keep their own.
        var sharing = node.AsOfNow || node.Closing is not null ? default : graph.Shared.Rule(
            node.Kind, CanComplete(node.Left, node.LeftKeys), CanComplete(node.Right, node.RightKeys));
        var left = sharing.Left ? Complete(node.Left, node.LeftKeys, view) : null;
        var right = sharing.Right ? Complete(node.Right, node.RightKeys, view) : null;
        var leftStage = JoinInput(node, 0, left, sharing.LeftIsQuiet, view);
        var rightStage = JoinInput(node, 1, right, sharing.RightIsQuiet, view);
        var operators = new Operator[graph.Parts.Length];
        for (int part = 0; part < operators.Length; part++)
        {
            operators[part] = _factory.CreateJoin(
                node, graph.Parts[part].Context, [leftStage.Operators[part], rightStage.Operators[part]], o => Register(view, o, node),
                left?.At(part), right?.At(part));
        }

        return new Stage(
            operators,
            Math.Max(leftStage.Level, rightStage.Level),
            PartitioningRules.Produced(node, [leftStage.Partitioning, rightStage.Partitioning]));
    }

    private Stage JoinInput(JoinNode node, int input, CompleteSide? complete, bool isQuiet, ViewInstance view) =>
        complete is null ? Exchanged(node, input, BuildNode(node.Inputs[input], view), view)
            : BuildScan(node.Inputs[input], complete.Relation, complete.Columns, view, isQuiet);

    /// <summary>Whether kept rows can stand for a join's side.</summary>
    private bool CanComplete(PlanNode plan, IReadOnlyList<int> keys) => keys.Count > 0 && JoinSharing.Serves(plan)
        // What fails on a row is the view's own affair where it keeps its failing rows.
        && (errors is null || plan is ScanNode)
        && graph.Relation(JoinSharing.Scan(plan).RelationId).Arrangements is not null;

    private CompleteSide Complete(PlanNode plan, IReadOnlyList<int> keys, ViewInstance view)
    {
        if (plan is ScanNode scan && Own(scan, keys) is { } own)
        {
            return own;
        }

        string identity = graph.Shared.Identify(plan, keys);
        var shared = graph.Shared.Find(identity) ?? BuildShared(identity, plan, keys, view);
        if (!view.Shared.Contains(shared))
        {
            graph.Shared.Take(shared, view);
        }

        return new CompleteSide(shared.Output, [.. Enumerable.Range(0, plan.Columns.Count)], 0);
    }

    private CompleteSide? Own(ScanNode scan, IReadOnlyList<int> keys)
    {
        var relation = graph.Relation(scan.RelationId);
        int[] columns = [.. keys.Select(k => scan.RelationColumns[k])];
        var indexes = relation.Arrangements![0].Spec.Indexes ?? [];
        for (int i = 0; i < indexes.Count; i++)
        {
            if (indexes[i].SequenceEqual(columns)
                && (graph.Parts.Length == 1 || relation.Partitioning.Satisfies(Partitioning.Hash(columns))))
            {
                return new CompleteSide(relation, [.. scan.RelationColumns], i);
            }
        }

        return null;
    }

    /// <summary>Builds what no view has kept so far; it is filled and attached before the view is.</summary>
    private SharedArrangement BuildShared(string identity, PlanNode plan, IReadOnlyList<int> keys, ViewInstance view)
    {
        using var scope = graph.Open(SharedArrangements.ScopeOf(identity));
        var owner = new ViewInstance(graph.Shared.NextId(), $"join side of {view.Name}");
        owner.Failure.Memory = new Budget.ViewMemory(owner.Name, graph.Budget);
        try
        {
            return BuildSharedInto(identity, plan, keys, owner);
        }
        catch
        {
            graph.Detach(owner);
            throw;
        }
    }

    private SharedArrangement BuildSharedInto(string identity, PlanNode plan, IReadOnlyList<int> keys, ViewInstance owner)
    {
        var stage = new GraphBuilder(graph).BuildNode(plan, owner);
        stage = Exchanged(Partitioning.Hash(keys), stage, owner);
        var spec = new ArrangementSpec(
            owner.Name, [.. plan.Columns.Select(c => c.Type)], plan.Properties.Key,
            plan.Properties.Kind == StreamKind.AppendOnly, [keys], graph.Parts[0].Context.HashSeed);
        var operators = new ArrangeOperator[graph.Parts.Length];
        for (int part = 0; part < operators.Length; part++)
        {
            operators[part] = new ArrangeOperator(graph.Parts[part].Context, new Arrangement(spec, graph.Parts[part].State));
            stage.Operators[part].ConnectTo(operators[part], 0);
            Register(owner, operators[part]);
        }

        owner.Output = new RelationOutput
        {
            RelationId = owner.RelationId,
            Name = owner.Name,
            ColumnTypes = spec.Columns,
            Operators = [.. operators],
            Level = stage.Level,
            Partitioning = graph.Parts.Length == 1 ? stage.Partitioning : Partitioning.Hash(keys),
            Arrangements = [.. operators.Select(o => o.Arrangement)],
        };
        var shared = new SharedArrangement(identity, owner, owner.Output);
        graph.Shared.Add(shared);
        return shared;
    }
}
