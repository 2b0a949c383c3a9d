using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Planning;

/// <summary>
/// The inputs of a group of inner joins that, joined by conditions of the group, are the input of an aggregate that is an input, too:
/// then what <see cref="ExtremeRanking"/> ranks is that join. Inputs that the rest of the group joins by nothing but the ranking's
/// groups keep or drop these whole: where they leave fewer rows they are joined below the ranking.
/// </summary>
internal sealed class RankedJoin
{
    private readonly ColumnPool _pool;
    private readonly List<LogicalNode> _inputs;
    private readonly Dictionary<LogicalNode, int> _chosen = new(ReferenceEqualityComparer.Instance);
    private Dictionary<int, ScalarExpression> _map = [];

    private RankedJoin(List<LogicalNode> inputs, List<ScalarExpression> conditions, ColumnPool pool)
    {
        _pool = pool;
        _inputs = inputs;
        Rest = [.. conditions];
    }

    /// <summary>The join.</summary>
    internal LogicalNode Relation { get; private set; } = LogicalValues.OneRow;

    /// <summary>Places of its inputs in the group.</summary>
    internal IReadOnlyCollection<int> Inputs => _chosen.Values;

    /// <summary>The group's conditions without the join's.</summary>
    internal List<ScalarExpression> Rest { get; }

    /// <summary>Null: the group has not all of the aggregate's inputs, or not all of their conditions.</summary>
    internal static RankedJoin? Find(
        RankedPair.Extreme extreme, List<LogicalNode> inputs, List<ScalarExpression> conditions, ColumnPool pool)
    {
        var below = StrippedPlan.Of(extreme.Aggregate.Input, pool).Base;
        if (!ExtremeRanking.IsInner(below))
        {
            return null;
        }

        var leaves = new List<LogicalNode>();
        var needed = new List<ScalarExpression>();
        ExtremeRanking.Flatten(below, leaves, needed);
        var found = new RankedJoin([.. inputs.Select(i => ReferenceEquals(i, extreme.Node) ? LogicalValues.OneRow : i)], conditions, pool);
        return found.Choose(leaves, 0, needed) ? found.Made(below) : null;
    }

    /// <summary>
    /// Conditions between the aggregate and a column that others equate with one of the relation's, as conditions between the aggregate
    /// and the relation.
    /// </summary>
    internal static List<ScalarExpression> Rekeyed(List<ScalarExpression> conditions, LogicalNode extreme, LogicalNode relation)
    {
        var same = new Dictionary<int, int>();
        foreach (var (a, b, _) in conditions.Select(Equality).OfType<(ColumnExpression, ColumnExpression, CallExpression)>())
        {
            (int other, int own) = relation.Columns.Contains(b.Index) ? (a.Index, b.Index) : (b.Index, a.Index);
            if (relation.Columns.Contains(own) && !relation.Columns.Contains(other) && !extreme.Columns.Contains(other))
            {
                same.TryAdd(other, own);
            }
        }

        return conditions.ConvertAll(condition =>
        {
            if (Equality(condition) is not var (a, b, call))
            {
                return condition;
            }

            var (ofExtreme, other) = extreme.Columns.Contains(a.Index) ? (a, b) : (b, a);
            return extreme.Columns.Contains(ofExtreme.Index) && same.TryGetValue(other.Index, out int own)
                ? call with { Arguments = [ofExtreme, other with { Index = own }] } : condition;
        });
    }

    /// <summary>A condition that equates two columns of one type.</summary>
    private static (ColumnExpression A, ColumnExpression B, CallExpression Call)? Equality(ScalarExpression condition) =>
        condition is CallExpression { Function.Name: "=", Arguments: [ColumnExpression a, ColumnExpression b] } call
            && a.Type.Equals(b.Type) ? (a, b, call) : null;

    /// <summary>Finds an input for each of the aggregate's from the given one on, so that all conditions are there.</summary>
    private bool Choose(List<LogicalNode> leaves, int next, List<ScalarExpression> needed)
    {
        if (next == leaves.Count)
        {
            return TakeConditions(needed);
        }

        var before = _map;
        for (int i = 0; i < _inputs.Count; i++)
        {
            if (_chosen.ContainsValue(i) || PlanMatch.Find(leaves[next], _inputs[i], _pool) is not { } match)
            {
                continue;
            }

            _map = before.Concat(match).ToDictionary(p => p.Key, p => p.Value);
            _chosen.Add(leaves[next], i);
            if (Choose(leaves, next + 1, needed))
            {
                return true;
            }

            _chosen.Remove(leaves[next]);
        }

        _map = before;
        return false;
    }

    private bool TakeConditions(List<ScalarExpression> needed)
    {
        var rest = Rest.ToList();
        foreach (var condition in needed)
        {
            var mapped = ExpressionTree.Substitute(condition, _map);
            var turned = mapped is CallExpression { Function.Name: "=", Arguments: [var a, var b] } call && a.Type.Equals(b.Type)
                ? call with { Arguments = [b, a] } : mapped;
            int at = ExpressionTree.IsVolatile(mapped) ? -1 : rest.FindIndex(
                c => ExpressionComparer.Instance.Equals(c, mapped) || ExpressionComparer.Instance.Equals(c, turned));
            if (at < 0)
            {
                return false;
            }

            rest.RemoveAt(at);
        }

        Rest.Clear();
        Rest.AddRange(rest);
        return true;
    }

    private RankedJoin Made(LogicalNode below)
    {
        Relation = Mirror(below);
        return this;
    }

    /// <summary>The aggregate's join over the group's inputs.</summary>
    private LogicalNode Mirror(LogicalNode node) => node is LogicalJoin join && ExtremeRanking.IsInner(node)
        ? new LogicalJoin(
            Mirror(join.Left), Mirror(join.Right), JoinKind.Inner, [.. join.Conditions.Select(c => ExpressionTree.Substitute(c, _map))])
        : _inputs[_chosen[node]];
}
