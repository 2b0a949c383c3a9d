using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Fuzz.Mutants;

/// <summary>The planted bugs; the fuzzers have to catch every one.</summary>
internal static class MutantList
{
    internal static readonly IReadOnlyList<Mutant> All =
        [.. Joins(), .. Sharing(), .. Aggregates(), .. Ordering(), .. Plumbing(), .. Queries(), .. Errors(), .. Times()];

    private static Func<Operator, OperatorContext, PlanNode, Operator> Edge(Func<Func<Batch, int, long>> weights) =>
        (upstream, context, _) => SpoiledOperator.Behind(upstream, context, weights());

    private static Func<PlanNode, PlanNode> On<T>(Func<T, PlanNode> change)
        where T : PlanNode => node => node is T typed ? change(typed) : node;

    private static PlanNode AppendOnly(PlanNode input) =>
        input with { Properties = input.Properties with { Kind = StreamKind.AppendOnly } };

    private static ConstantExpression Number(long value) => new(Datum.OfInt64(value), SqlType.Int64);

    private static IEnumerable<Mutant> Joins()
    {
        yield return new Mutant("join: a retraction of the left is lost")
        {
            AtInput = (n, i) => n is JoinNode && i == 0,
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
        yield return new Mutant("join: a retraction of the right is lost")
        {
            AtInput = (n, i) => n is JoinNode && i == 1,
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
        yield return new Mutant("join: NULL matches NULL")
        {
            Changes = On<JoinNode>(n => n with { NullSafe = [.. n.NullSafe.Select(_ => true)] }),
        };
        yield return new Mutant("join: IS NOT DISTINCT FROM as =")
        {
            Changes = On<JoinNode>(n => n with { NullSafe = [.. n.NullSafe.Select(_ => false)] }),
        };
        yield return new Mutant("join: wrong side of the stamp")
        {
            AtInput = (n, i) => n is JoinNode && i == 0,
            Spoils = (upstream, context, _) =>
            {
                var late = new LateStampOperator(context);
                upstream.ConnectTo(late, 0);
                return late;
            },
        };
        yield return new Mutant("join: residual forgotten") { Changes = On<JoinNode>(n => n with { Residual = null }) };
        yield return new Mutant("join: outer rows forgotten")
        {
            Changes = On<JoinNode>(n => n.Kind is JoinKind.Left or JoinKind.Right or JoinKind.Full
                ? n with { Kind = JoinKind.Inner } : n),
        };
        yield return new Mutant("join: FULL as LEFT")
        {
            Changes = On<JoinNode>(n => n.Kind == JoinKind.Full ? n with { Kind = JoinKind.Left } : n),
        };
        yield return new Mutant("join: anti for semi")
        {
            Changes = On<JoinNode>(n => n.Kind == JoinKind.Semi ? n with { Kind = JoinKind.Anti } : n),
        };
        yield return new Mutant("join: weights forgotten")
        {
            AtInput = (n, i) => n is JoinNode && i == 1,
            Spoils = Edge(SpoiledOperator.ForgetsWeights),
        };
        yield return new Mutant("join: extended rows are not taken back")
        {
            AtOutput = (n, _) => n is JoinNode { Kind: JoinKind.Left },
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
        yield return new Mutant("join: an arrangement shared that has another key") { SharesArrangements = true };
        yield return new Mutant("join: a key inferred that is none")
        {
            Changes = On<JoinNode>(n => n.Left.Columns.Count > 0 && n.Left.Properties.Key is null or { Count: > 1 }
                ? n with { Left = n.Left with { Properties = n.Left.Properties with { Key = [0] } } } : n),
        };
    }

    private static IEnumerable<Mutant> Sharing()
    {
        yield return new Mutant("sharing: another view's arrangement by another key")
        {
            AtSharing = s => s.Identify = (plan, _) => PlanFingerprint.Of(plan),
        };
        yield return new Mutant("sharing: another view's arrangement of other rows")
        {
            AtSharing = s => s.Identify = (plan, keys) =>
                $"{string.Join(' ', plan.Columns.Select(c => c.Type))} by {string.Join(',', keys)}",
        };
        yield return new Mutant("sharing: old rows meet the other side twice")
        {
            AtSharing = s => s.Rule = (kind, left, right) =>
                JoinSharing.For(kind, left, right) with { LeftIsQuiet = false, RightIsQuiet = false },
        };
        yield return new Mutant("sharing: rows without a partner do not come")
        {
            AtSharing = s => s.Rule = (kind, left, right) => kind == JoinKind.Left
                ? JoinSharing.For(JoinKind.Inner, left, false) : JoinSharing.For(kind, left, right),
        };
    }

    private static IEnumerable<Mutant> Aggregates()
    {
        yield return new Mutant("aggregate: a retraction is lost")
        {
            AtInput = (n, _) => n is AggregateNode,
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
        yield return new Mutant("aggregate: deletions not expected")
        {
            Changes = On<AggregateNode>(n => n with { Input = AppendOnly(n.Input) }),
        };
        yield return new Mutant("aggregate: weights forgotten")
        {
            AtInput = (n, _) => n is AggregateNode,
            Spoils = Edge(SpoiledOperator.ForgetsWeights),
        };
        yield return new Mutant("aggregate: FILTER ignored")
        {
            Changes = On<AggregateNode>(n => n with { Aggregates = [.. n.Aggregates.Select(a => a with { Filter = -1 })] }),
        };
        yield return new Mutant("aggregate: no row over no input") { Changes = On<AggregateNode>(n => n with { EmitEmpty = false }) };
        yield return new Mutant("aggregate: NULL is no group")
        {
            AtInput = (n, _) => n is AggregateNode { GroupColumns.Count: > 0 },
            Spoils = (upstream, context, node) =>
                SpoiledOperator.Behind(upstream, context, SpoiledOperator.LosesNulls(((AggregateNode)node).GroupColumns[0])),
        };
        yield return new Mutant("aggregate: the old row is not taken back")
        {
            AtOutput = (n, _) => n is AggregateNode,
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
    }

    private static IEnumerable<Mutant> Ordering()
    {
        yield return new Mutant("top-n: one row too many")
        {
            Changes = On<TopNNode>(n => n.Limit is ConstantExpression c ? n with { Limit = Number((long)c.Value.Raw + 1) } : n),
        };
        yield return new Mutant("top-n: offset one too small")
        {
            Changes = On<TopNNode>(n => n.Offset is ConstantExpression c && c.Value.Raw > 0
                ? n with { Offset = Number((long)c.Value.Raw - 1) } : n),
        };
        yield return new Mutant("top-n: rows below the cut forgotten")
        {
            Changes = On<TopNNode>(n => n with { Input = AppendOnly(n.Input) }),
        };
        yield return new Mutant("top-n: NULLs at the wrong end")
        {
            Changes = On<TopNNode>(n => n with { Order = [.. n.Order.Select(k => k with { NullsFirst = !k.NullsFirst })] }),
        };
        yield return new Mutant("top-n: partitions mixed")
        {
            Changes = On<TopNNode>(n => n with { PartitionColumns = [] }),
        };
    }

    private static IEnumerable<Mutant> Plumbing()
    {
        yield return new Mutant("backfill: a row twice")
        {
            AtOutput = (n, _) => n is ScanNode,
            Spoils = Edge(SpoiledOperator.DoublesFirst),
        };
        yield return new Mutant("backfill: a row lost")
        {
            AtOutput = (n, _) => n is ScanNode,
            Spoils = Edge(SpoiledOperator.LosesOne),
        };
        yield return new Mutant("index: stale after deletions") { AtIndex = true };
        yield return new Mutant("workers: rows of the second part lost")
        {
            AtOutput = (n, context) => n is JoinNode or AggregateNode && context.Part == 1,
            Spoils = Edge(SpoiledOperator.LosesOne),
        };
        yield return new Mutant("union: a retraction is lost")
        {
            AtOutput = (n, _) => n is UnionAllNode,
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
        yield return new Mutant("projection: a retraction is lost")
        {
            AtOutput = (n, _) => n is ProjectNode,
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
    }

    private static IEnumerable<Mutant> Queries()
    {
        yield return new Mutant("query: NULL matches NULL", inQueries: true)
        {
            Changes = On<JoinNode>(n => n with { NullSafe = [.. n.NullSafe.Select(_ => true)] }),
        };
        yield return new Mutant("query: residual forgotten", inQueries: true) { Changes = On<JoinNode>(n => n with { Residual = null }) };
        yield return new Mutant("query: outer rows forgotten", inQueries: true)
        {
            Changes = On<JoinNode>(n => n.Kind == JoinKind.Left ? n with { Kind = JoinKind.Inner } : n),
        };
        yield return new Mutant("query: anti for semi", inQueries: true)
        {
            Changes = On<JoinNode>(n => n.Kind == JoinKind.Semi ? n with { Kind = JoinKind.Anti } : n),
        };
        yield return new Mutant("query: one row too many", inQueries: true)
        {
            Changes = On<TopNNode>(n => n.Limit is ConstantExpression c ? n with { Limit = Number((long)c.Value.Raw + 1) } : n),
        };
        yield return new Mutant("query: NULLs at the wrong end", inQueries: true)
        {
            Changes = On<TopNNode>(n => n with { Order = [.. n.Order.Select(k => k with { NullsFirst = !k.NullsFirst })] }),
        };
        yield return new Mutant("query: order turned", inQueries: true)
        {
            Changes = On<TopNNode>(n => n with { Order = [.. n.Order.Select(k => k with { Descending = !k.Descending })] }),
        };
        yield return new Mutant("query: FILTER ignored", inQueries: true)
        {
            Changes = On<AggregateNode>(n => n with { Aggregates = [.. n.Aggregates.Select(a => a with { Filter = -1 })] }),
        };
        yield return new Mutant("query: a row lost", inQueries: true)
        {
            AtOutput = (n, _) => n is ProjectNode,
            Spoils = Edge(SpoiledOperator.LosesOne),
        };
    }

    private static IEnumerable<Mutant> Errors()
    {
        yield return new Mutant("errors: the report of a mended row stays") { SpoilsReports = SpoiledOperator.LosesRetractions };
        yield return new Mutant("errors: a report is made once for equal rows") { SpoilsReports = SpoiledOperator.ForgetsWeights };
        yield return new Mutant("errors: a failing row is left out, not NULL")
        {
            ChangesMode = m => m == OnError.Null ? OnError.Quarantine : m,
        };
        yield return new Mutant("errors: a failing row is NULL, not left out")
        {
            ChangesMode = m => m == OnError.Quarantine ? OnError.Null : m,
        };
    }

    private static IEnumerable<Mutant> Times()
    {
        yield return new Mutant("window close: a minute too early")
        {
            InTime = true,
            Changes = On<WindowCloseNode>(n => n with { Closing = Moved(n.Closing, 60_000_000) }),
        };
        yield return new Mutant("window close: a minute too late")
        {
            InTime = true,
            Changes = On<WindowCloseNode>(n => n with { Closing = Moved(n.Closing, -60_000_000) }),
        };
        yield return new Mutant("window close: one row ahead too few")
        {
            InTime = true,
            Changes = On<WindowNode>(n => n.Input is not WindowCloseNode ? n : n with
            {
                Calls = [.. n.Calls.SkipLast(1), n.Calls[^1] with { Count = n.Calls[^1].Count - 1 }],
            }),
        };
        yield return new Mutant("temporal filter: what has had its time stays")
        {
            InTime = true,
            AtOutput = (n, _) => n is TemporalFilterNode,
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
        yield return new Mutant("temporal filter: a row that is deleted comes back")
        {
            InTime = true,
            AtInput = (n, _) => n is TemporalFilterNode,
            Spoils = Edge(SpoiledOperator.LosesRetractions),
        };
    }

    private static WindowClosing Moved(WindowClosing closing, long by) => closing with
    {
        Watermark = [.. closing.Watermark.Select(t => t.Then(new WatermarkStep(WatermarkStepKind.Add, by)))],
    };
}
