using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>Windows as EXPLAIN shows them: frames are left out where they are the default or mean nothing.</summary>
internal static class WindowText
{
    public static string Describe(WindowNode n)
    {
        string partition = n.PartitionColumns.Count == 0 ? "" : $" by {PlanText.Names(n.Input, n.PartitionColumns)}";
        string order = n.Order.Count == 0 ? "" : $" order {PlanText.Order(n.Order, n.Input)}";
        return $"Window{partition}{order} compute {string.Join(", ", n.Calls.Select(c => Call(c, n.Input)))}"
            + (n.Limit is { } limit ? $" where {PlanText.Snake(n.Calls[limit.Call].Kind.ToString())} <= {limit.Last}" : "")
            + (n.Closing is { } c ? $" closing {n.Input.Columns[n.PartitionColumns[c.Column]].Name}" : "");
    }

    private static string Call(WindowCall call, PlanNode input)
    {
        string Name(int column) => input.Columns[column].Name;
        var arguments = new List<string>();
        if (call.Kind == WindowFunctionKind.Aggregate && call.Aggregate == AggregateKind.CountStar)
        {
            arguments.Add("*");
        }

        foreach (int column in (int[])[call.Argument, call.Argument2])
        {
            if (column >= 0)
            {
                arguments.Add(Name(column));
            }
        }

        if (call.Count is { } count)
        {
            arguments.Add($"{count}");
        }

        if (call.Default >= 0)
        {
            arguments.Add(Name(call.Default));
        }

        string name = call.Kind != WindowFunctionKind.Aggregate ? PlanText.Snake(call.Kind.ToString())
            : call.Aggregate == AggregateKind.CountStar ? "count" : PlanText.Snake(call.Aggregate.ToString());
        string nulls = call.IgnoreNulls ? " ignore nulls" : "";
        string filter = call.Filter < 0 ? "" : $" filter {Name(call.Filter)}";
        return $"{name}({string.Join(", ", arguments)}{nulls}){filter}{Frame(call, input)}";
    }

    private static string Frame(WindowCall call, PlanNode input)
    {
        var frame = call.Frame;
        if (call.Kind < WindowFunctionKind.FirstValue || frame == WindowFrame.Default)
        {
            return "";
        }

        string exclusion = frame.Exclusion == FrameExclusion.None ? ""
            : $" exclude {PlanText.Snake(frame.Exclusion.ToString()).Replace('_', ' ')}";
        return $" [{Bound(frame.Start, input)} .. {Bound(frame.End, input)}{exclusion}]";
    }

    private static string Bound(FrameBound bound, PlanNode input) => bound.Unit switch
    {
        FrameBoundUnit.Unbounded => "unbounded",
        FrameBoundUnit.Value => $"value {input.Columns[bound.Column].Name}",
        FrameBoundUnit.Rows => bound.Distance == 0 ? "row" : $"{bound.Distance:+0;-0} rows",
        _ => bound.Distance == 0 ? "peers" : $"{bound.Distance:+0;-0} groups",
    };
}
