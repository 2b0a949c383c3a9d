namespace Vectorized.Engine.Binding;

/// <summary>A term of a window's order.</summary>
internal readonly record struct WindowOrder(ScalarExpression Value, bool Descending, bool NullsFirst);

/// <summary>
/// A window function of one query level, all as expressions: its column, what it is (columns still -1), the window's
/// partition and order, and by name of the call's parts what they compute.
/// </summary>
internal sealed record WindowItem(
    int Id, WindowCall Call, IReadOnlyList<ScalarExpression> Partition, IReadOnlyList<WindowOrder> Order)
{
    public ScalarExpression? Argument { get; init; }

    public ScalarExpression? Argument2 { get; init; }

    public ScalarExpression? Default { get; init; }

    public ScalarExpression? Filter { get; init; }

    /// <summary>For a frame bounded by values: the order value as they are compared, and the bounding values.</summary>
    public ScalarExpression? FrameOrder { get; init; }

    public ScalarExpression? FrameStart { get; init; }

    public ScalarExpression? FrameEnd { get; init; }

    /// <summary>Equal texts: functions of one window node.</summary>
    public string WindowText => string.Join(',', Partition.Select(ExpressionText.Print).Order(StringComparer.Ordinal))
        + '|' + string.Join(',', Order.Select(o => $"{ExpressionText.Print(o.Value)} {o.Descending} {o.NullsFirst}"));

    public WindowItem Map(Func<ScalarExpression, ScalarExpression> map)
    {
        ScalarExpression? Optional(ScalarExpression? e) => e is null ? null : map(e);
        return this with
        {
            Partition = [.. Partition.Select(map)],
            Order = [.. Order.Select(o => o with { Value = map(o.Value) })],
            Argument = Optional(Argument),
            Argument2 = Optional(Argument2),
            Default = Optional(Default),
            Filter = Optional(Filter),
            FrameOrder = Optional(FrameOrder),
            FrameStart = Optional(FrameStart),
            FrameEnd = Optional(FrameEnd),
        };
    }
}

/// <summary>The window functions of one query level, and its WINDOW clause. Equal calls are computed once.</summary>
internal sealed class WindowCollector(IReadOnlyDictionary<string, Sql.WindowSpecification> named)
{
    private readonly List<WindowItem> _items = [];
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Sql.WindowSpecification> Named { get; } = named;

    /// <summary>The result columns.</summary>
    public IEnumerable<int> Columns => _items.Select(i => i.Id);

    /// <summary>The result column of a function; its Id is ignored.</summary>
    public ColumnExpression Add(WindowItem item, string name, ColumnPool pool)
    {
        ScalarExpression?[] parts = [
            item.Argument, item.Argument2, item.Default, item.Filter, item.FrameOrder, item.FrameStart, item.FrameEnd];
        bool isVolatile = parts.Any(p => p is not null && ExpressionTree.IsVolatile(p));
        string text = $"{item.WindowText}|{item.Call}|"
            + string.Join('|', parts.Select(p => p is null ? "" : ExpressionText.Print(p)));
        if (isVolatile || !_byText.TryGetValue(text, out int id))
        {
            id = pool.Add(name, item.Call.ResultType);
            _byText[text] = id;
            _items.Add(item with { Id = id });
        }

        return pool.Reference(id);
    }

    public void Rewrite(Func<ScalarExpression, ScalarExpression> rewrite)
    {
        for (int i = 0; i < _items.Count; i++)
        {
            _items[i] = _items[i].Map(rewrite);
        }
    }

    /// <summary>The plan with the functions' columns: a node for each window, in the order they were met.</summary>
    public LogicalNode Attach(LogicalNode plan, ColumnPool pool)
    {
        foreach (var window in _items.GroupBy(i => i.WindowText, StringComparer.Ordinal))
        {
            plan = Attach(plan, [.. window], pool);
        }

        return plan;
    }

    private static LogicalNode Attach(LogicalNode plan, List<WindowItem> items, ColumnPool pool)
    {
        var computed = new Dictionary<string, int>(StringComparer.Ordinal);
        var more = new List<ProjectItem>();
        int Column(ScalarExpression? value)
        {
            if (value is null)
            {
                return -1;
            }

            if (value is ColumnExpression column && plan.Columns.Contains(column.Index))
            {
                return column.Index;
            }

            string text = ExpressionText.Print(value);
            if (ExpressionTree.IsVolatile(value) || !computed.TryGetValue(text, out int id))
            {
                id = pool.Add("window", value.Type);
                computed[text] = id;
                more.Add(new ProjectItem(id, value));
            }

            return id;
        }

        int[] partition = [.. items[0].Partition.Select(Column).Distinct()];
        LogicalSortKey[] order = [
            .. items[0].Order.Select(o => new LogicalSortKey(Column(o.Value), o.Descending, o.NullsFirst))];
        var functions = items.ConvertAll(i => new LogicalWindowItem(i.Id, i.Call with
        {
            Argument = Column(i.Argument),
            Argument2 = Column(i.Argument2),
            Default = Column(i.Default),
            Filter = Column(i.Filter),
            Frame = i.Call.Frame with
            {
                Start = i.Call.Frame.Start with { Column = Column(i.FrameStart) },
                End = i.Call.Frame.End with { Column = Column(i.FrameEnd) },
                OrderColumn = Column(i.FrameOrder),
            },
        }));
        var input = LogicalProject.Extend(plan, pool, more);
        return functions is [{ Call.Kind: WindowFunctionKind.RowNumber } rank]
            ? new LogicalTopN(input, partition, order, null, null, rank.Id)
            : new LogicalWindow(input, partition, order, functions);
    }
}
