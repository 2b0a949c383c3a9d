using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Subqueries of one clause on their way into its plan: each becomes a dependent join, in the order they were met, below
/// whatever uses their columns.
/// </summary>
internal sealed class SubqueryList
{
    private readonly List<(LogicalNode Plan, JoinKind Kind, IReadOnlyList<ScalarExpression> Conditions)> _items = [];

    /// <summary>The plan the clause reads, where it is known: tells which operands can be NULL.</summary>
    public LogicalNode? Input { get; init; }

    public int Count => _items.Count;

    /// <summary>Whether any of the columns is a subquery's result.</summary>
    public bool Provides(IReadOnlySet<int> columns) => _items.Exists(i => i.Plan.Columns.Any(columns.Contains));

    /// <summary>Exactly one row for each outer row: its columns can be used.</summary>
    public void AddOneRow(LogicalNode plan) => _items.Add((plan, JoinKind.Inner, []));

    /// <summary>Keeps the outer rows that have a partner, or none.</summary>
    public void AddTest(LogicalNode plan, bool negated, IReadOnlyList<ScalarExpression> conditions) =>
        _items.Add((plan, negated ? JoinKind.Anti : JoinKind.Semi, conditions));

    /// <summary>
    /// Rewrites the outer sides of the tests for an input that is now an aggregation, and the subqueries themselves, which
    /// may name its columns.
    /// </summary>
    public void Rewrite(Func<ScalarExpression, ScalarExpression> rewrite, Func<LogicalNode, LogicalNode> subquery)
    {
        for (int i = 0; i < _items.Count; i++)
        {
            var (plan, kind, conditions) = _items[i];
            _items[i] = (subquery(plan), kind, [.. conditions.Select(rewrite)]);
        }
    }

    public LogicalNode Attach(LogicalNode plan)
    {
        foreach (var (right, kind, conditions) in _items)
        {
            plan = new LogicalJoin(plan, right, kind, conditions, dependent: true);
        }

        _items.Clear();
        return plan;
    }
}
