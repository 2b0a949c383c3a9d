using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// When a row with window functions can change no more, as its order column's watermark W passes: no row comes or goes below
/// W, so what a row sees behind it stays as it is, and what it sees ahead of it stays once that is below W, too.
/// A row with the order value v is final when v + Span &lt; W and Rows more rows of its partition are below W.
/// </summary>
/// <param name="Span">How far ahead RANGE frames look, in the order column's unit; never negative.</param>
/// <param name="Rows">How many rows ahead lead() and ROWS frames look.</param>
internal readonly record struct WindowFinality(long Span, long Rows)
{
    /// <summary>Null where it depends on the end of the partition, or the rows are not ordered by a rising column first.</summary>
    public static WindowFinality? Of(WindowNode node)
    {
        if (node.Order.Count == 0 || node.Order[0].Descending)
        {
            return null;
        }

        var all = new WindowFinality(0, 0);
        foreach (var call in node.Calls)
        {
            if (Of(call, node) is not { } one)
            {
                return null;
            }

            all = new WindowFinality(Math.Max(all.Span, one.Span), Math.Max(all.Rows, one.Rows));
        }

        return all;
    }

    private static WindowFinality? Of(WindowCall call, WindowNode node) => call.Kind switch
    {
        WindowFunctionKind.RowNumber or WindowFunctionKind.Rank or WindowFunctionKind.DenseRank => default(WindowFinality),
        WindowFunctionKind.PercentRank or WindowFunctionKind.CumeDist or WindowFunctionKind.Ntile => null,
        WindowFunctionKind.Lag => Offset(-call.Count, call),
        WindowFunctionKind.Lead => Offset(call.Count, call),
        _ => Frame(call.Frame, node),
    };

    private static WindowFinality? Offset(long? ahead, WindowCall call) =>
        ahead is not { } rows || (rows > 0 && call.IgnoreNulls) ? null : new WindowFinality(0, Math.Max(rows, 0));

    /// <summary>A frame's start lies before its end, or the frame is empty and stays so.</summary>
    private static WindowFinality? Frame(WindowFrame frame, WindowNode node) => frame.End.Unit switch
    {
        FrameBoundUnit.Rows => new WindowFinality(0, Math.Max(frame.End.Distance, 0)),
        FrameBoundUnit.Groups when frame.End.Distance <= 0 => default(WindowFinality),
        FrameBoundUnit.Value when node.Input is ProjectNode p => Distance(p, node.Order[0].Column, frame.End.Column),
        _ => null,
    };

    /// <summary>How far the bounding value is from the order value, both computed from one column by adding.</summary>
    private static WindowFinality? Distance(ProjectNode project, int order, int bound)
    {
        if (MonotoneSteps.Of(project.Expressions[order]) is not { } from
            || MonotoneSteps.Of(project.Expressions[bound]) is not { } to || from.Column != to.Column
            || to.Steps.Count < from.Steps.Count || !to.Steps.Take(from.Steps.Count).SequenceEqual(from.Steps)
            || project.Columns[order].Type.Id == TypeId.Date)
        {
            return null;
        }

        var further = to.Steps.Skip(from.Steps.Count).ToList();
        return further.TrueForAll(s => s.Kind == WatermarkStepKind.Add)
            ? new WindowFinality(Math.Max(further.Sum(s => s.A), 0), 0) : null;
    }
}
