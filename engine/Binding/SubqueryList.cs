using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Binding;

/// <summary>
/// Subqueries of one clause on their way into its plan: each becomes a dependent join, in the order they were met, below
/// whatever uses their columns.
/// </summary>
internal sealed class SubqueryList
{
    private readonly List<Item> _items = [];
    private ColumnPool? _pool;

    /// <summary>A dependent join with the plan or, where there is none, a column computed of what stands so far.</summary>
    private readonly record struct Item(
        LogicalNode? Plan, JoinKind Kind, IReadOnlyList<ScalarExpression> Conditions, ProjectItem Computed = default);

    /// <summary>The plan the clause reads, where it is known: tells which operands can be NULL.</summary>
    public LogicalNode? Input { get; init; }

    public int Count => _items.Count;

    /// <summary>Whether any of the columns is a subquery's result.</summary>
    public bool Provides(IReadOnlySet<int> columns) => _items.Exists(
        i => i.Plan is { } plan ? plan.Columns.Any(columns.Contains) : columns.Contains(i.Computed.Id));

    /// <summary>Exactly one row for each outer row: its columns can be used.</summary>
    public void AddOneRow(LogicalNode plan) => _items.Add(new Item(plan, JoinKind.Inner, []));

    /// <summary>A column of its own for a value of the outer row that subqueries added later name.</summary>
    public ColumnExpression AddComputed(ColumnPool pool, ScalarExpression value)
    {
        _pool = pool;
        int id = pool.Add("operand", value.Type);
        _items.Add(new Item(null, JoinKind.Inner, [], new ProjectItem(id, value)));
        return pool.Reference(id);
    }

    /// <summary>Keeps the outer rows that have a partner, or none.</summary>
    public void AddTest(LogicalNode plan, bool negated, IReadOnlyList<ScalarExpression> conditions) =>
        _items.Add(new Item(plan, negated ? JoinKind.Anti : JoinKind.Semi, conditions));

    /// <summary>
    /// Rewrites the outer sides of the tests for an input that is now an aggregation, and the subqueries themselves, which
    /// may name its columns.
    /// </summary>
    public void Rewrite(Func<ScalarExpression, ScalarExpression> rewrite, Func<LogicalNode, LogicalNode> subquery)
    {
        for (int i = 0; i < _items.Count; i++)
        {
            var (plan, kind, conditions, computed) = _items[i];
            _items[i] = plan is null
                ? new Item(null, kind, [], computed with { Value = rewrite(computed.Value) })
                : new Item(subquery(plan), kind, [.. conditions.Select(rewrite)]);
        }
    }

    /// <summary>The plan with what is not attached yet.</summary>
    public LogicalNode Attach(LogicalNode plan) => Attach(plan, []);

    /// <summary>The plan with the subqueries that need none of the columns, which are not there yet; the others stay.</summary>
    public LogicalNode Attach(LogicalNode plan, IEnumerable<int> missing)
    {
        var later = missing.ToHashSet();
        var waiting = new List<Item>();
        foreach (var item in _items)
        {
            if (later.Count > 0 && Needs(item, later))
            {
                later.UnionWith(item.Plan?.Columns ?? [item.Computed.Id]);
                waiting.Add(item);
                continue;
            }

            plan = item.Plan is null
                ? LogicalProject.Extend(plan, _pool!, [item.Computed])
                : new LogicalJoin(plan, item.Plan, item.Kind, item.Conditions, dependent: true);
        }

        _items.Clear();
        _items.AddRange(waiting);
        return plan;
    }

    private static bool Needs(Item item, HashSet<int> columns) => item.Plan is null
        ? columns.Overlaps(ExpressionTree.Columns(item.Computed.Value))
        : columns.Overlaps(LogicalTree.FreeColumns(item.Plan)) || item.Conditions.Any(c => columns.Overlaps(ExpressionTree.Columns(c)));
}
