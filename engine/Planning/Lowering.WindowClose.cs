using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>EMIT ON WINDOW CLOSE at the root of a view.</summary>
internal sealed partial class Lowering
{
    /// <summary>
    /// EMIT ON WINDOW CLOSE of the whole query: waits for the first of the result's columns that has a watermark. Rows with window
    /// functions that look so many rows ahead wait for those rows instead.
    /// </summary>
    public PlanNode WindowClose(PlanNode input) =>
        Watermarks.First(input, Enumerable.Range(0, input.Columns.Count)) is { } closing ? Closed(input, closing)
            : ClosedAhead(input) ?? throw new SqlException(
                SqlState.FeatureNotSupported, "EMIT ON WINDOW CLOSE needs a column with a watermark in the result",
                hint: "Declare WATERMARK FOR on the source, and group by its windows or keep its column; order window functions "
                    + "by it, and let them end so many rows ahead.");

    private static WindowCloseNode Closed(PlanNode input, WindowClosing closing) => new(input, closing)
    {
        Columns = input.Columns,
        Properties = input.Properties with { Kind = StreamKind.AppendOnly },
        RowEstimate = input.RowEstimate,
    };

    /// <summary>
    /// Window functions that look some rows ahead: with C = close(A), which only grows and in the order's own order,
    ///   close(window(A)) = sigma [k rows follow in C] window(C)
    /// and that k rows follow is lead(order column, k) not being NULL (no closed row has NULL there). What passes the filter
    /// never changes. Null where the plan is another.
    /// </summary>
    private PlanNode? ClosedAhead(PlanNode node) => node switch
    {
        ProjectNode p when ClosedAhead(p.Input) is { } below => AppendOnly(p with { Input = below }),
        FilterNode f when ClosedAhead(f.Input) is { } below => AppendOnly(f with { Input = below }),
        WindowNode w when WindowFinality.Of(w) is { Rows: > 0, Span: 0 } final
            && Watermarks.First(w.Input, [w.Order[0].Column]) is { } closing => Ahead(w, closing, final.Rows),
        _ => null,
    };

    private PlanNode AppendOnly(PlanNode node) =>
        _interner.Intern(node with { Properties = node.Properties with { Kind = StreamKind.AppendOnly } });

    private PlanNode Ahead(WindowNode window, WindowClosing closing, long rows)
    {
        var type = window.Input.Columns[closing.Column].Type;
        var follows = new WindowCall(WindowFunctionKind.Lead, type, WindowFrame.Default)
        {
            Argument = closing.Column,
            ArgumentType = type,
            Count = rows,
        };
        var extended = window with
        {
            Input = _interner.Intern(Closed(window.Input, closing)),
            Calls = [.. window.Calls, follows],
            Columns = [.. window.Columns, new PlanColumn("follows", type)],
        };
        int last = window.Columns.Count;
        var filter = new FilterNode(_interner.Intern(extended), new NullTestExpression(new ColumnExpression(last, type), true))
        {
            Columns = extended.Columns,
            Properties = extended.Properties,
            RowEstimate = extended.RowEstimate,
        };
        var project = new ProjectNode(
            AppendOnly(filter), [.. window.Columns.Select((c, i) => new ColumnExpression(i, c.Type))])
        {
            Columns = window.Columns,
            Properties = window.Properties,
            RowEstimate = window.RowEstimate,
        };
        return AppendOnly(project);
    }
}
