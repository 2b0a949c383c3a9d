using System.Text;
using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A plan as EXPLAIN shows it: one line a node, inputs indented, columns by name, then what is proven: [append-only], the
/// key. A sub-plan used more than once is printed once and then named.
/// </summary>
public static class PlanText
{
    public static string Print(PlanNode root) => Print(root, static _ => []);

    /// <summary>The same with lines below each node, such as what it has done.</summary>
    public static string Print(PlanNode root, Func<PlanNode, IEnumerable<string>> below)
    {
        var uses = new Dictionary<PlanNode, int>(ReferenceEqualityComparer.Instance);
        foreach (var input in PlanWalk.Nodes(root).SelectMany(n => n.Inputs))
        {
            uses[input] = uses.GetValueOrDefault(input) + 1;
        }

        var text = new StringBuilder();
        var labels = new Dictionary<PlanNode, int>(ReferenceEqualityComparer.Instance);
        Append(text, root, 0, uses, labels, below);
        return text.ToString();
    }

    private static void Append(
        StringBuilder text, PlanNode node, int depth, Dictionary<PlanNode, int> uses, Dictionary<PlanNode, int> labels,
        Func<PlanNode, IEnumerable<string>> below)
    {
        text.Append(' ', depth * 2);
        if (labels.TryGetValue(node, out int label))
        {
            text.Append(Shared(label)).Append('\n');
            return;
        }

        if (uses.GetValueOrDefault(node) > 1)
        {
            labels.Add(node, labels.Count + 1);
            text.Append(Shared(labels.Count)).Append(": ");
        }

        text.Append(Describe(node)).Append(Properties(node)).Append('\n');
        foreach (string line in below(node))
        {
            text.Append(' ', (depth * 2) + 4).Append(line).Append('\n');
        }

        foreach (var input in node.Inputs)
        {
            Append(text, input, depth + 1, uses, labels, below);
        }
    }

    private static string Shared(int label) => $"shared {label}";

    private static string Properties(PlanNode node)
    {
        var p = node.Properties;
        string kind = p.Closed ? "" : p.Kind switch
        {
            StreamKind.AppendOnly => "  [append-only]",
            StreamKind.General => "  [general]",
            StreamKind.Upsert => "  [upsert]",
            _ => "  [ordered]",
        };
        string key = p.Key is null ? "" : p.Key.Count == 0 ? "  one row" : $"  key ({Names(node, p.Key)})";
        return kind + key;
    }

    private static string Describe(PlanNode node) => node switch
    {
        ScanNode n => $"Scan {n.RelationName} ({string.Join(", ", n.Columns.Select(c => c.Name))})",
        SystemScanNode n => $"SystemScan {n.Schema}.{n.Relation} ({string.Join(", ", n.Columns.Select(c => c.Name))})",
        IndexLookupNode n => $"IndexLookup {n.RelationName} ({string.Join(", ", n.Columns.Select(c => c.Name))})"
            + $" columns {string.Join(", ", n.IndexColumns)} = {Rows(n.Keys)}",
        ValuesNode n => n.Columns.Count == 0 ? $"Values {n.Rows.Count} row{(n.Rows.Count == 1 ? "" : "s")}"
            : $"Values {Rows(n.Rows)}",
        ProjectNode n => $"Project {string.Join(", ", n.Expressions.Select((e, i) => Item(e, n, i)))}",
        FilterNode n => $"Filter {Show(n.Predicate, n.Input.Columns)}",
        TemporalFilterNode n => $"TemporalFilter {Show(n.Predicate, n.Input.Columns)}",
        WindowCloseNode n => $"WindowClose {n.Columns[n.Closing.Column].Name}",
        AggregateNode n => Aggregate(n),
        JoinNode n => Join(n),
        TopNNode n => TopN(n),
        WindowNode n => WindowText.Describe(n),
        UnionAllNode => "UnionAll",
        RecursiveNode n => $"Recursive {(n.Distinct ? "distinct" : "all")} round {n.WorkingTable}",
        WorkingTableNode n => $"WorkingTable round {n.Number} ({string.Join(", ", n.Columns.Select(c => c.Name))})",
        HopNode n => Hop(n),
        SessionNode n => $"Session{(n.PartitionColumns.Count == 0 ? "" : $" by {Names(n.Input, n.PartitionColumns)}")}"
            + $" {n.Input.Columns[n.TimeColumn].Name} gap {n.GapMicros / 1000} ms{(n.Closing is null ? "" : " closing")}",
        SessionAggregateNode n => SessionAggregate(n),
        PaneNode n => $"Panes {n.Columns[n.TimeColumn].Name} of {n.PaneMicros / 1000} ms",
        TableFunctionNode n =>
            $"TableFunction {n.Function}({string.Join(", ", n.Arguments.Select(a => Show(a, n.Input?.Columns ?? [])))})"
            + (n.WithOrdinality ? " with ordinality" : ""),
        MaterializeNode n => $"Materialize {n.RelationName} ({string.Join(", ", n.Columns.Select(c => c.Name))})",
        SinkNode n => $"Sink {n.SinkName} ({string.Join(", ", n.Columns.Select(c => c.Name))})"
            + (n.InsertsOnly ? " insertions only" : ""),
        _ => node.GetType().Name,
    };

    private static string Rows(IReadOnlyList<IReadOnlyList<ScalarExpression>> rows) =>
        string.Join("; ", rows.Take(10).Select(r => string.Join(", ", r.Select(e => Show(e, []))))) + (
            rows.Count > 10 ? "; ..." : "");

    private static string Hop(HopNode n)
    {
        string offset = n.OffsetMicros == 0 ? "" : $" offset {n.OffsetMicros / 1000} ms";
        string time = n.Input.Columns[n.TimeColumn].Name;
        return n.SlideMicros == n.SizeMicros
            ? $"Tumble {time} size {n.SizeMicros / 1000} ms{offset}"
            : $"Hop {time} slide {n.SlideMicros / 1000} ms size {n.SizeMicros / 1000} ms{offset}";
    }

    private static string Item(ScalarExpression e, ProjectNode n, int i)
    {
        string value = Show(e, n.Input.Columns);
        return value == n.Columns[i].Name ? value : $"{value} as {n.Columns[i].Name}";
    }

    private static string Aggregate(AggregateNode n)
    {
        string groups = n.GroupColumns.Count == 0 ? "" : $" by {Names(n.Input, n.GroupColumns)}";
        string calls = string.Join(", ", n.Aggregates.Select(a => Call(a, n.Input)));
        string kind = n.Aggregates.Count == 0 ? "Distinct" : "Aggregate";
        string closing = n.Closing is { } c ? $" closing {n.Input.Columns[n.GroupColumns[c.Column]].Name}" : "";
        return $"{kind}{groups}{(calls.Length == 0 ? "" : $" compute {calls}")}{closing}";
    }

    private static string SessionAggregate(SessionAggregateNode n)
    {
        string partition = n.PartitionColumns.Count == 0 ? "" : $" by {Names(n.Input, n.PartitionColumns)}";
        string calls = n.Aggregates.Count == 0 ? "" : $" compute {string.Join(", ", n.Aggregates.Select(a => Call(a, n.Input)))}";
        return $"SessionAggregate{partition} {n.Input.Columns[n.TimeColumn].Name} gap {n.GapMicros / 1000} ms{calls}";
    }

    private static string Call(AggregateCall call, PlanNode input)
    {
        string Name(int column) => input.Columns[column].Name;
        string argument = call.Argument < 0 ? "*" : (call.Distinct ? "distinct " : "") + Name(call.Argument);
        string second = call.Argument2 < 0 ? "" : $", {Name(call.Argument2)}";
        string order = call.OrderBy is { Count: > 0 } keys ? $" order by {Order(keys, input)}" : "";
        string filter = call.Filter < 0 ? "" : $" filter {Name(call.Filter)}";
        string name = call.Kind == AggregateKind.CountStar ? "count" : Snake(call.Kind.ToString());
        string at = call.Fractions is null ? "" : string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $" at {string.Join(", ", call.Fractions)}");
        return $"{name}({argument}{second}{order}{at}){filter}";
    }

    private static string Join(JoinNode n)
    {
        var keys = n.LeftKeys.Select((l, i) =>
            $"{n.Left.Columns[l].Name} {(n.NullSafe[i] ? "is not distinct from" : "=")} {n.Right.Columns[n.RightKeys[i]].Name}");
        string on = n.LeftKeys.Count == 0 ? "" : $" on {string.Join(" and ", keys)}";
        string where = n.Residual is null ? "" : $" where {Show(n.Residual, [.. n.Left.Columns, .. n.Right.Columns])}";
        string closing = n.Closing is { } c ? $" closing {n.Left.Columns[n.LeftKeys[c.Column]].Name}" : "";
        return $"{(n.AsOfNow ? "Temporal" : "")}{n.Kind}Join{on}{where}{closing}";
    }

    private static string TopN(TopNNode n)
    {
        string partition = n.PartitionColumns.Count == 0 ? "" : $" by {Names(n.Input, n.PartitionColumns)}";
        string order = n.Order.Count == 0 ? "" : $" order {Order(n.Order, n.Input)}";
        string limit = n.Limit is null ? "" : $" limit {Show(n.Limit, [])}";
        string offset = n.Offset is null ? "" : $" offset {Show(n.Offset, [])}";
        string name = n.Limit is null && n.Offset is null && !n.EmitRowNumber ? "Sort" : n.Limit is null
            && n.Offset is null ? "Rank" : "TopN";
        return $"{name}{partition}{order}{limit}{offset}{(n.EmitRowNumber ? " numbered" : "")}";
    }

    internal static string Order(IEnumerable<SortKey> keys, PlanNode input) => string.Join(", ", keys.Select(k =>
        input.Columns[k.Column].Name + (k.Descending ? " desc" : "")
        + (k.NullsFirst == k.Descending ? "" : k.NullsFirst ? " nulls first" : " nulls last")));

    internal static string Names(PlanNode node, IEnumerable<int> columns) =>
        string.Join(", ", columns.Select(c => node.Columns[c].Name));

    private static string Show(ScalarExpression e, IReadOnlyList<PlanColumn> columns) =>
        ExpressionDisplay.Show(e, columns);

    internal static string Snake(string name) =>
        string.Concat(name.Select(
            (c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
