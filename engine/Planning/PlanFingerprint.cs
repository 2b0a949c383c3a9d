using System.Security.Cryptography;
using System.Text;
using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// A plan's canonical text: equal fingerprints, same rows from the same inputs. Names of columns and estimates are left
/// out; an input stands by the hash of its own text, so the text is as long as one node. The dataflow shares
/// operators across views by it.
/// </summary>
public static class PlanFingerprint
{
    public static string Of(PlanNode node) => Of(node, Of);

    internal static string Of(PlanNode node, Func<PlanNode, string> ofInput)
    {
        string text = $"{Describe(node)}|{node.Properties.Kind}{(node.Properties.Closed ? "!" : "")}"
            + $"|{string.Join(',', node.Columns.Select(c => c.Type))}|{string.Join(',', node.Inputs.Select(ofInput))}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The node's own parameters, without its inputs.</summary>
    private static string Describe(PlanNode node) => node switch
    {
        ScanNode n => $"scan {n.RelationId} {List(n.RelationColumns)}",
        IndexLookupNode n => $"lookup {n.RelationId} {List(n.RelationColumns)} {List(n.IndexColumns)} {Rows(n.Keys)}",
        ValuesNode n => $"values {n.Rows.Count} {Rows(n.Rows)}",
        SystemScanNode n => $"system {n.Schema}.{n.Relation} {List(n.RelationColumns)}",
        ProjectNode n => $"project {string.Join(", ", n.Expressions)}",
        FilterNode n => $"filter {n.Predicate}",
        TemporalFilterNode n => $"temporal {n.Predicate}",
        WindowCloseNode n => $"close {Describe(n.Closing)}",
        AggregateNode n => $"aggregate {List(n.GroupColumns)} {string.Join(", ", n.Aggregates.Select(Describe))} {n.EmitEmpty}",
        JoinNode n => $"{(n.AsOfNow ? "temporal " : "")}join {n.Kind} "
            + $"{List(n.LeftKeys)} {List(n.RightKeys)} {List(n.NullSafe)} {n.Residual}",
        TopNNode n => $"topn {List(n.PartitionColumns)} {List(n.Order)} {n.Limit} {n.Offset} {n.EmitRowNumber}",
        WindowNode n => $"window {List(n.PartitionColumns)} {List(n.Order)} {List(n.Calls)} {n.Limit} {n.IsRising}",
        UnionAllNode => "union",
        RecursiveNode n => $"recursive {n.WorkingTable} {n.Distinct}",
        WorkingTableNode n => $"working table {n.Number} {List(n.Positions)}",
        SessionNode n => $"session {List(n.PartitionColumns)} {n.TimeColumn} {n.GapMicros}",
        SessionAggregateNode n => $"session aggregate {List(n.PartitionColumns)} {n.TimeColumn} {n.GapMicros} {List(n.GroupColumns)}"
            + $" {string.Join(", ", n.Aggregates.Select(Describe))}",
        HopNode n => $"hop {n.TimeColumn} {n.SlideMicros} {n.SizeMicros} {n.OffsetMicros}",
        PaneNode n => $"pane {n.TimeColumn} {n.PaneMicros} {n.OffsetMicros}",
        TableFunctionNode n => $"function {n.Function} {string.Join(", ", n.Arguments)} {n.WithOrdinality}",
        MaterializeNode n => $"materialize {n.RelationId}",
        _ => throw new Types.SqlException(Types.SqlState.InternalError, $"{node.GetType().Name} has no fingerprint"),
    };

    internal static string Describe(WindowClosing closing) =>
        $"{closing.Column} " + string.Join(';', closing.Watermark.Select(t => $"{t.RelationId} {List(t.Steps)}"));

    internal static string Describe(AggregateCall call) =>
        $"{call.Kind}({(call.Distinct ? "distinct " : "")}{call.Argument}:{call.ArgumentType},{call.Argument2}"
        + $" order {List(call.OrderBy ?? [])}) filter {call.Filter} as {call.ResultType}"
        + (call.Fractions is null ? "" : $" at {List(call.Fractions)}");

    private static string List<T>(IEnumerable<T> items) => $"[{string.Join(',', items)}]";

    private static string Rows(IReadOnlyList<IReadOnlyList<ScalarExpression>> rows) =>
        string.Join(';', rows.Select(r => string.Join(',', r)));
}

/// <summary>Makes equal sub-plans one object within a statement.</summary>
internal sealed class PlanInterner
{
    private readonly Dictionary<PlanNode, string> _texts = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, PlanNode> _nodes = new(StringComparer.Ordinal);

    public PlanNode Intern(PlanNode node)
    {
        string text = Fingerprint(node);
        if (_nodes.TryGetValue(text, out var known))
        {
            return known;
        }

        _nodes.Add(text, node);
        return node;
    }

    private string Fingerprint(PlanNode node)
    {
        if (!_texts.TryGetValue(node, out string? text))
        {
            text = PlanFingerprint.Of(node, Fingerprint);
            _texts.Add(node, text);
        }

        return text;
    }
}
