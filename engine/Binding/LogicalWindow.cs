namespace Vectorized.Engine.Binding;

/// <summary>A window function's result column and what it is.</summary>
internal sealed record LogicalWindowItem(int Id, WindowCall Call);

/// <summary>Only rows are wanted whose row_number, rank or dense_rank (an item's column) is at most Last.</summary>
internal readonly record struct LogicalRankLimit(int Item, long Last);

/// <summary>
/// Window functions over one partitioning and order, each with a frame of its own: every input row with the results
/// appended.
/// </summary>
internal sealed class LogicalWindow : LogicalNode
{
    public LogicalWindow(
        LogicalNode input, IReadOnlyList<int> partition, IReadOnlyList<LogicalSortKey> order,
        IReadOnlyList<LogicalWindowItem> items, LogicalRankLimit? limit = null)
    {
        Input = input;
        Partition = partition;
        Order = order;
        Items = items;
        Limit = limit;
        Columns = [.. input.Columns, .. items.Select(i => i.Id)];
    }

    public LogicalNode Input { get; }

    public IReadOnlyList<int> Partition { get; }

    public IReadOnlyList<LogicalSortKey> Order { get; }

    public IReadOnlyList<LogicalWindowItem> Items { get; }

    public LogicalRankLimit? Limit { get; }

    public override IReadOnlyList<int> Columns { get; }

    public override IReadOnlyList<LogicalNode> Inputs => [Input];

    /// <summary>The input columns the node itself reads.</summary>
    public IEnumerable<int> UsedColumns =>
        [.. Partition, .. Order.Select(k => k.Column), .. Items.SelectMany(i => i.Call.UsedColumns())];

    public override LogicalNode WithInputs(IReadOnlyList<LogicalNode> inputs) =>
        new LogicalWindow(inputs[0], Partition, Order, Items, Limit);

    /// <summary>The same over other columns: those it reads and those it makes mapped.</summary>
    public LogicalWindow Mapped(Func<int, int> use, Func<int, int> produce) => new(
        Input, [.. Partition.Select(use)], [.. Order.Select(k => k with { Column = use(k.Column) })],
        [.. Items.Select(i => new LogicalWindowItem(produce(i.Id), i.Call.MapColumns(use)))],
        Limit is { } limit ? limit with { Item = produce(limit.Item) } : null);
}
