using System.Globalization;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// The aggregates of one query level, and the columns their arguments need below the aggregation. Equal ones are
/// computed once.
/// </summary>
internal sealed class AggregateCollector(
    ColumnPool pool, ExpressionBinder arguments, IReadOnlySet<int> input, SubqueryList below)
{
    private readonly Dictionary<string, int> _computed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);

    /// <summary>Binds arguments, filters and orders: no aggregates inside, subqueries below the aggregation.</summary>
    public ExpressionBinder Arguments { get; } = arguments;

    /// <summary>Columns to compute below the aggregation.</summary>
    public List<ProjectItem> Computed { get; } = [];

    public List<LogicalAggregateItem> Items { get; } = [];

    /// <summary>The calls of GROUPING: result column, arguments, position.</summary>
    public List<(int Id, IReadOnlyList<ScalarExpression> Arguments, int Position)> Groupings { get; } = [];

    public bool IsEmpty => Items.Count == 0 && Groupings.Count == 0;

    /// <summary>
    /// Whether the expression uses columns, but none of this level or of its subqueries: then its aggregate is an outer level's.
    /// </summary>
    public bool IsOuter(ScalarExpression value) =>
        ExpressionTree.Columns(value) is { Count: > 0 } used && !used.Overlaps(input) && !below.Provides(used);

    /// <summary>The column that holds the expression below the aggregation.</summary>
    public int ColumnFor(ScalarExpression value, string name)
    {
        if (value is ColumnExpression column && input.Contains(column.Index))
        {
            return column.Index;
        }

        string text = ExpressionText.Print(value);
        if (!_computed.TryGetValue(text, out int id))
        {
            id = pool.Add(name, value.Type);
            _computed.Add(text, id);
            Computed.Add(new ProjectItem(id, value));
        }

        return id;
    }

    public ColumnExpression AddGrouping(IReadOnlyList<ScalarExpression> callArguments, int position)
    {
        int id = pool.Add("grouping", SqlType.Int32);
        Groupings.Add((id, callArguments, position));
        return pool.Reference(id);
    }

    /// <summary>The result column of an aggregate; its Id is ignored.</summary>
    public ColumnExpression Add(LogicalAggregateItem item, string name)
    {
        string order = string.Join(',', item.OrderBy.Select(k => $"{k.Column}{k.Descending}{k.NullsFirst}"));
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{item.Kind}|{item.Argument}|{item.Argument2}|{item.Filter}|{item.Distinct}|{order}|{item.ResultType}"
            + $"|{(item.Fractions is null ? "" : string.Join(',', item.Fractions))}");
        if (!_byText.TryGetValue(text, out int id))
        {
            id = pool.Add(name, item.ResultType);
            _byText.Add(text, id);
            Items.Add(item with { Id = id });
        }

        return pool.Reference(id);
    }
}

/// <summary>row_number() of one query level: its rank column, partition and order, all as expressions.</summary>
internal sealed record WindowItem(
    int Id, IReadOnlyList<ScalarExpression> Partition,
    IReadOnlyList<(ScalarExpression Value, bool Descending, bool NullsFirst)> Order);

/// <summary>The window functions of one query level, and its WINDOW clause.</summary>
internal sealed class WindowCollector(IReadOnlyDictionary<string, Sql.WindowSpecification> named)
{
    public IReadOnlyDictionary<string, Sql.WindowSpecification> Named { get; } = named;

    public List<WindowItem> Items { get; } = [];
}
