using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Whether two logical plans give the same rows: the same relations under the same operators, whatever their columns are called.
/// Conservative: what it does not know differs. Nothing volatile is the same as anything.
/// </summary>
internal sealed class PlanMatch
{
    private readonly ColumnPool _pool;

    private PlanMatch(ColumnPool pool) => _pool = pool;

    /// <summary>By column of the pattern, the subject's column that has the same value.</summary>
    private Dictionary<int, ScalarExpression> Map { get; } = [];

    /// <summary>
    /// By column of the pattern and of everything in it the equal column of the subject; null: the plans differ, or the subject lacks
    /// a column.
    /// </summary>
    internal static IReadOnlyDictionary<int, ScalarExpression>? Find(LogicalNode pattern, LogicalNode subject, ColumnPool pool)
    {
        var match = new PlanMatch(pool);
        return match.Same(pattern, subject) ? match.Map : null;
    }

    private bool Same(LogicalNode a, LogicalNode b)
    {
        if (ReferenceEquals(a, b))
        {
            return a.Columns.All(id => Put(id, id));
        }

        return (a, b) switch
        {
            (LogicalScan x, LogicalScan y) => x.Relation.Id == y.Relation.Id && Columns(x, y),
            (LogicalFilter x, LogicalFilter y) => Same(x.Input, y.Input) && SameSet(x.Conjuncts, y.Conjuncts),
            (LogicalProject x, LogicalProject y) => Same(x.Input, y.Input) && Items(x, y),
            (LogicalAggregate x, LogicalAggregate y) => x.EmitEmpty == y.EmitEmpty && Same(x.Input, y.Input) && Groups(x, y)
                && x.Aggregates.All(i => Aggregate(i, y)),
            (LogicalHop x, LogicalHop y) => x.SlideMicros == y.SlideMicros && x.SizeMicros == y.SizeMicros
                && x.OffsetMicros == y.OffsetMicros && Same(x.Input, y.Input) && IsColumn(x.TimeColumn, y.TimeColumn)
                && Put(x.Start, y.Start) && Put(x.End, y.End),
            (LogicalJoin { Dependent: false } x, LogicalJoin { Dependent: false } y) => x.Kind == y.Kind
                && Same(x.Left, y.Left) && Same(x.Right, y.Right) && SameSet(x.Conditions, y.Conditions),
            _ => false,
        };
    }

    private bool Columns(LogicalScan a, LogicalScan b)
    {
        for (int i = 0; i < a.Columns.Count; i++)
        {
            int at = Enumerable.Range(0, b.Columns.Count).FirstOrDefault(k => b.RelationColumns[k] == a.RelationColumns[i], -1);
            if (at < 0 || !Put(a.Columns[i], b.Columns[at]))
            {
                return false;
            }
        }

        return true;
    }

    private bool Items(LogicalProject a, LogicalProject b)
    {
        foreach (var item in a.Items)
        {
            var value = Mapped(item.Value);
            int at = ExpressionTree.IsVolatile(value) ? -1
                : b.Items.ToList().FindIndex(i => ExpressionComparer.Instance.Equals(i.Value, value));
            if (at < 0 || !Put(item.Id, b.Items[at].Id))
            {
                return false;
            }
        }

        return true;
    }

    private bool Groups(LogicalAggregate a, LogicalAggregate b)
    {
        var groups = a.Groups.Distinct().Select(g => Map.TryGetValue(g, out var to) ? ((ColumnExpression)to).Index : -1).ToHashSet();
        return groups.SetEquals(b.Groups);
    }

    private bool Aggregate(LogicalAggregateItem item, LogicalAggregate b)
    {
        if (item.OrderBy.Count > 0)
        {
            return false;
        }

        var found = b.Aggregates.FirstOrDefault(i => i.Kind == item.Kind && i.Distinct == item.Distinct && i.OrderBy.Count == 0
            && i.ResultType.Equals(item.ResultType) && i.ArgumentType.Equals(item.ArgumentType)
            && (i.Fractions ?? []).SequenceEqual(item.Fractions ?? [])
            && IsColumn(item.Argument, i.Argument) && IsColumn(item.Argument2, i.Argument2) && IsColumn(item.Filter, i.Filter));
        return found is not null && Put(item.Id, found.Id);
    }

    /// <summary>Whether a column of the pattern (-1: none) is that of the subject.</summary>
    private bool IsColumn(int id, int subject) => id < 0 || subject < 0 ? id == subject
        : Map.TryGetValue(id, out var to) && ((ColumnExpression)to).Index == subject;

    /// <summary>The same conditions, in whatever order.</summary>
    private bool SameSet(IReadOnlyList<ScalarExpression> a, IReadOnlyList<ScalarExpression> b)
    {
        var left = b.ToList();
        foreach (var condition in a.Select(Mapped))
        {
            int at = ExpressionTree.IsVolatile(condition) ? -1 : left.FindIndex(c => ExpressionComparer.Instance.Equals(c, condition));
            if (at < 0)
            {
                return false;
            }

            left.RemoveAt(at);
        }

        return left.Count == 0;
    }

    private ScalarExpression Mapped(ScalarExpression e) => ExpressionTree.Substitute(e, Map);

    /// <summary>A column that several nodes pass on keeps its partner.</summary>
    private bool Put(int id, int subject)
    {
        if (Map.TryGetValue(id, out var known))
        {
            return ((ColumnExpression)known).Index == subject;
        }

        Map.Add(id, _pool.Reference(subject));
        return _pool.TypeOf(id).Equals(_pool.TypeOf(subject));
    }
}
