using Vectorized.Engine.Binding;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;
using Vectorized.Tests.Operators.Aggregates;
using Vectorized.Tests.Operators.Joins;
using Vectorized.Tests.Operators.Ordering;
using Vectorized.Tests.Operators.Time;
using Vectorized.Tests.Operators.Windows;

namespace Vectorized.Tests.Operators;

/// <summary>Each planted bug must be caught by the differential tests: a table of mutants, all of which have to die.</summary>
public class MutantTests
{
    private static readonly Dictionary<string, Action<int>> _mutants = new()
    {
        ["sink: a retraction is lost"] = seed => SinkOperatorTests.RunHistory(
            "keyed", seed, mutateInput: MutantOperator.LosesRetractions),
        ["sink: a repeated row leaves once"] = seed => SinkOperatorTests.RunHistory(
            "bag", seed, mutateInput: MutantOperator.ForgetsWeights),
        ["join: a retraction of the left is lost"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Inner, "one", false, seed, mutateLeft: MutantOperator.LosesRetractions),
        ["join: a retraction of the last partner is lost"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Left, "one", false, seed, mutateRight: MutantOperator.LosesRetractions),
        ["join: NULL matches NULL"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Inner, "one", false, seed, mutateNode: n => n with { NullSafe = [true] }),
        ["join: NULL-safe key does not match NULL"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Inner, "safe", false, seed, mutateNode: n => n with { NullSafe = [false] }),
        ["join: one strict key of two matches NULL"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Full, "mixed", false, seed, mutateNode: n => n with { NullSafe = [true, true] }),
        ["join: the left meets the right after the tick"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Inner, "one", false, seed, mutateLeft: c => new LateStampOperator(c)),
        ["join: the residual is forgotten"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Left, "one residual", false, seed, mutateNode: n => n with { Residual = null }),
        ["join: weights are forgotten"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Inner, "two", false, seed, mutateRight: MutantOperator.ForgetsWeights),
        ["join: outer rows of the wrong side"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Full, "one", false, seed, mutateNode: n => n with { Kind = JoinKind.Left }),
        ["join: anti for semi"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Semi, "one residual", false, seed, mutateNode: n => n with { Kind = JoinKind.Anti }),
        ["join: NULL-extended rows are not taken back"] = seed => JoinOperatorTests.RunHistory(
            JoinKind.Left, "one residual", false, seed, mutateOutput: MutantOperator.LosesRetractions),
        ["closed join: right anti for right semi"] = seed => ClosedJoinOperatorTests.Run(
            JoinKind.RightSemi, "one", true, seed, true, mutateNode: n => n with { Kind = JoinKind.RightAnti }),
        ["closed join: the residual does not decide who has a partner"] = seed => ClosedJoinOperatorTests.Run(
            JoinKind.RightAnti, "one", true, seed, true, mutateNode: n => n with { Residual = null }),
        ["closed join: NULL is a partner"] = seed => ClosedJoinOperatorTests.Run(
            JoinKind.RightSemi, "one", false, seed, true, mutateNode: n => n with { NullSafe = [true] }),
        ["shared arrangement: rows that are there already meet the others twice"] = seed => RunShared(
            seed, shared => shared.Rule = (kind, left, right) =>
                JoinSharing.For(kind, left, right) with { LeftIsQuiet = false, RightIsQuiet = false }),
        ["shared arrangement: rows without a partner do not come"] = seed => RunShared(
            seed, shared => shared.Rule = (kind, left, right) => kind == JoinKind.Left
                ? JoinSharing.For(JoinKind.Inner, left, false) : JoinSharing.For(kind, left, right)),
        ["shared arrangement: one kept by another key is taken"] = seed => RunShared(
            seed, shared => shared.Identify = (plan, _) => PlanFingerprint.Of(plan)),
        ["shared arrangement: one of other rows is taken"] = seed => RunShared(
            seed, shared => shared.Identify = (plan, keys) => $"{plan.Columns.Count} {string.Join(',', keys)}"),
        ["aggregate: min is not looked up again after a deletion"] = seed => AggregateOperatorTests.RunHistory(
            "extremes", [0], false, seed, mutateNode: n => n with { Input = AppendOnly(n.Input) }),
        ["aggregate: DISTINCT forgets deletions"] = seed => AggregateOperatorTests.RunHistory(
            "distinct", [0], false, seed, mutateNode: n => n with { Input = AppendOnly(n.Input) }),
        ["aggregate: bits of deleted rows stay"] = seed => AggregateOperatorTests.RunHistory(
            "bits", [0], false, seed, mutateNode: n => n with { Input = AppendOnly(n.Input) }),
        ["aggregate: a retraction is lost"] = seed => AggregateOperatorTests.RunHistory(
            "linear", [0], false, seed, mutateInput: MutantOperator.LosesRetractions),
        ["aggregate: weights are forgotten"] = seed => AggregateOperatorTests.RunHistory(
            "linear", [0], false, seed, mutateInput: MutantOperator.ForgetsWeights),
        ["aggregate: the old row is not taken back"] = seed => AggregateOperatorTests.RunHistory(
            "linear", [0], false, seed, mutateOutput: MutantOperator.LosesRetractions),
        ["aggregate: NULL is no group"] = seed => AggregateOperatorTests.RunHistory(
            "linear", [0], false, seed, mutateInput: c => MutantOperator.LosesNulls(c, 0)),
        ["aggregate: no row over no input"] = seed => AggregateOperatorTests.RunHistory(
            "linear", [], false, seed, mutateNode: n => n with { EmitEmpty = false }),
        ["aggregate: FILTER is ignored"] = seed => AggregateOperatorTests.RunHistory(
            "linear", [0], false, seed,
            mutateNode: n => n with { Aggregates = [.. n.Aggregates.Select(a => a with { Filter = -1 })] }),
        ["aggregate: the order of string_agg is turned"] = seed => AggregateOperatorTests.RunHistory(
            "ordered", [0], false, seed,
            mutateNode: n => n with
            {
                Aggregates = [.. n.Aggregates.Select(a => a with
                {
                    OrderBy = a.OrderBy?.Select(k => k with { Descending = !k.Descending }).ToArray(),
                })],
            }),
        ["aggregate: a percentile's rank is off by one"] = seed => AggregateOperatorTests.RunHistory(
            "percentiles", [0], false, seed,
            mutateNode: n => n with
            {
                Aggregates = [.. n.Aggregates.Select(a => a with { Fractions = a.Fractions?.Select(f => f * 0.9).ToArray() })],
            }),
        ["aggregate: percentile_disc interpolates"] = seed => AggregateOperatorTests.RunHistory(
            "percentiles", [0], false, seed,
            mutateNode: n => n with
            {
                Aggregates = [.. n.Aggregates.Select(a => a.Kind == AggregateKind.PercentileDisc && a.Argument == 2
                    ? a with { Kind = AggregateKind.ApproxPercentile } : a)],
            }),
        ["aggregate: mode forgets retractions"] = seed => AggregateOperatorTests.RunHistory(
            "percentiles", [0], false, seed, mutateInput: MutantOperator.LosesRetractions),
        ["aggregate: mode counts a repeated row once"] = seed => AggregateOperatorTests.RunHistory(
            "percentiles", [0], false, seed, mutateInput: MutantOperator.ForgetsWeights),
        ["aggregate: jsonb_object_agg keeps the first of a key"] = seed => AggregateOperatorTests.RunHistory(
            "jsonb", [0], false, seed,
            mutateNode: n => n with
            {
                Aggregates = [.. n.Aggregates.Select(a => a with
                {
                    OrderBy = a.OrderBy?.Select(k => k with { Descending = !k.Descending }).ToArray(),
                })],
            }),
        ["aggregate: jsonb_agg drops NULLs"] = seed => AggregateOperatorTests.RunHistory(
            "jsonb", [0], false, seed, mutateInput: c => MutantOperator.LosesNulls(c, 9)),
        ["top-n: a limit one too large"] = seed => TopNOperatorTests.RunHistory(
            3, 0, false, "bag", seed, true, mutateNode: n => n with { Limit = TestExpressions.Constant(4) }),
        ["top-n: an offset one too small"] = seed => TopNOperatorTests.RunHistory(
            5, 4, false, "bag", seed, false, mutateNode: n => n with { Offset = TestExpressions.Constant(3) }),
        ["top-n: ties broken the wrong way"] = seed => TopNOperatorTests.RunHistory(
            3, 0, false, "keyed", seed, false,
            mutateNode: n => n with { Order = [.. n.Order, new SortKey(3, Descending: true, NullsFirst: false)] }),
        ["top-n: NULLs at the wrong end"] = seed => TopNOperatorTests.RunHistory(
            2, 1, false, "bag", seed, true,
            mutateNode: n => n with { Order = [.. n.Order.Select(k => k with { NullsFirst = !k.NullsFirst })] }),
        ["top-n: rows below the cut are forgotten though rows may leave"] = seed => TopNOperatorTests.RunHistory(
            3, 0, false, "bag", seed, true, mutateNode: n => n with { Input = AppendOnly(n.Input) }),
        ["top-1: rows below are forgotten though rows may leave"] = seed => TopNOperatorTests.RunHistory(
            1, 0, false, "bag", seed, true, mutateNode: n => n with { Input = AppendOnly(n.Input) }),
        ["top-few: a limit one too large"] = seed => TopNOperatorTests.RunHistory(
            3, 0, false, "append-only", seed, true, mutateNode: n => n with { Limit = TestExpressions.Constant(4) }),
        ["top-few: rows are forgotten though rows may leave"] = seed => TopNOperatorTests.RunHistory(
            3, 0, true, "keyed", seed, true, mutateNode: n => n with { Input = AppendOnly(n.Input) }),
        ["top-few: ties broken the wrong way"] = seed => TopNOperatorTests.RunHistory(
            3, 0, true, "append-only keyed", seed, false,
            mutateNode: n => n with { Order = [.. n.Order, new SortKey(3, Descending: true, NullsFirst: false)] }),
        ["top-few: what is shifted is not taken back"] = seed => TopNOperatorTests.RunHistory(
            5, 0, true, "append-only", seed, true, mutateOutput: MutantOperator.LosesRetractions),
        ["top-few: a repeated row takes one place"] = seed => TopNOperatorTests.RunHistory(
            3, 0, true, "append-only", seed, true, mutateInput: MutantOperator.ForgetsWeights),
        ["first rank: rows beyond it are forgotten though rows may leave"] = seed => WindowOperatorTests.RunHistory(
            "rank alone", "bag", seed, mutateNode: n => n with { IsRising = true }, limit: (0, 1)),
        ["leaders: one partition's rule out another's"] = seed => FirstRankOperatorTests.RunHistory(
            "append-only", "one", seed, before: (context, node) => new LeadersOperator(context, node with { PartitionColumns = [] })),
        ["leaders: the last for the first"] = seed => FirstRankOperatorTests.RunHistory(
            "append-only", "one", seed, before: (context, node) => new LeadersOperator(
                context, node with { Order = [.. node.Order.Select(k => k with { Descending = !k.Descending })] })),
        ["first rank: only one of equal rows stays"] = seed => FirstRankOperatorTests.RunHistory(
            "append-only", "one", seed, mutateInput: MutantOperator.ForgetsWeights),
        ["first rank: what a better row displaces is not taken back"] = seed => FirstRankOperatorTests.RunHistory(
            "append-only", "two", seed, mutateOutput: MutantOperator.LosesRetractions),
        ["first rank: a row that has risen stays as it was"] = seed => FirstRankOperatorTests.RunHistory(
            "rising", "one", seed, mutateInput: MutantOperator.LosesRetractions),
        ["first rank: the least for the greatest"] = seed => FirstRankOperatorTests.RunHistory(
            "append-only", "one", seed, mutateNode: n => n with { Order = [.. n.Order.Select(k => k with { Descending = !k.Descending })] }),
        ["first rank: NULLs at the wrong end"] = seed => FirstRankOperatorTests.RunHistory(
            "append-only", "two", seed, mutateNode: n => n with { Order = [.. n.Order.Select(k => k with { NullsFirst = !k.NullsFirst })] }),
        ["first rank: a partition is forgotten while rows may come"] = seed => FirstRankClosingTests.RunHistory(seed, watermarkIsEarly: 2),
        ["first rank: partitions are mixed"] = seed => FirstRankOperatorTests.RunHistory(
            "rising", "one", seed + 1, mutateNode: n => n with { PartitionColumns = [] }),
        ["top-n: partitions are mixed"] = seed => TopNOperatorTests.RunHistory(
            3, 0, true, "keyed", seed, true, mutateNode: n => n with { PartitionColumns = [] }),
        ["top-n: shifted row numbers are not taken back"] = seed => TopNOperatorTests.RunHistory(
            5, 4, true, "keyed", seed, false, mutateOutput: MutantOperator.LosesRetractions),
        ["panes: longer than what the bounds of windows divide"] = seed => PaneOperatorTests.RunHistory(
            4, 10, 3, 3, seed, mutateNode: n => n with { PaneMicros = 4 }),
        ["panes: shifted against the windows"] = seed => PaneOperatorTests.RunHistory(
            4, 10, 3, 3, seed, mutateNode: n => n with { OffsetMicros = n.OffsetMicros + 1 }),
        ["panes: weights are forgotten"] = seed => PaneOperatorTests.RunHistory(
            2, 10, 0, 3, seed, mutateInput: MutantOperator.ForgetsWeights),
        ["temporal filter: the boundary is off by one"] = seed => TemporalFilterOperatorTests.RunHistory(
            "last day", false, seed, mutate: p => TemporalPredicates.WithComparison(p, ">", ">=")),
        ["temporal filter: the included end is left out"] = seed => TemporalFilterOperatorTests.RunHistory(
            "between", false, seed, mutate: p => TemporalPredicates.WithComparison(p, "<=", "<")),
        ["temporal filter: what has run out is not taken back"] = seed => TemporalFilterOperatorTests.RunHistory(
            "last day", true, seed, mutateOutput: MutantOperator.LosesRetractions),
        ["temporal filter: a retraction while a row waits is lost"] = seed => TemporalFilterOperatorTests.RunHistory(
            "come by now", false, seed, mutateInput: MutantOperator.LosesRetractions),
        ["temporal filter: a row that waits counts once"] = seed => TemporalFilterOperatorTests.RunHistory(
            "come by now", false, seed, mutateInput: MutantOperator.ForgetsWeights),
        ["temporal filter: AND for OR"] = seed => TemporalFilterOperatorTests.RunHistory(
            "or a number", false, seed, mutate: p => new LogicalExpression(true, ((LogicalExpression)p).Terms)),
        ["window close: the watermark is too early"] = seed => WindowCloseOperatorTests.RunHistory(seed, watermarkIsEarly: 1),
        ["window close: the watermark is too late"] = seed => WindowCloseOperatorTests.RunHistory(seed, watermarkIsEarly: -1),
        ["window close: a retraction of a row held back is lost"] = seed => WindowCloseOperatorTests.RunHistory(
            seed, mutateInput: MutantOperator.LosesRetractions),
        ["window close: rows without a time are emitted"] = seed => WindowCloseOperatorTests.RunHistory(
            seed, mutateInput: c => new NullsAsZeroOperator(c, 0)),
        ["closing aggregate: a group is closed while changes may come"] = seed =>
            ClosingAggregateTests.RunHistory(seed, appendOnly: false, watermarkIsEarly: 2),
        ["session: rows exactly a gap apart are joined"] = seed => SessionOperatorTests.RunHistory(
            seed, mutateNode: n => n with { GapMicros = n.GapMicros + 1 }),
        ["session: partitions are mixed"] = seed => SessionOperatorTests.RunHistory(
            seed, mutateNode: n => n with { PartitionColumns = [] }),
        ["session: a deletion does not part a session"] = seed => SessionOperatorTests.RunHistory(
            seed, mutateInput: MutantOperator.LosesRetractions),
        ["session: rows of a joined session keep their old window"] = seed => SessionOperatorTests.RunHistory(
            seed, mutateOutput: MutantOperator.LosesRetractions),
        ["session: a session is closed while rows may come"] = seed => SessionOperatorTests.RunClosing(seed, watermarkIsEarly: 4),
        ["session aggregate: rows exactly a gap apart are joined"] = seed => SessionAggregateOperatorTests.RunHistory(
            seed, 40, 3, mutateNode: n => n with { GapMicros = n.GapMicros + 1 }),
        ["session aggregate: partitions are divided"] = seed => SessionAggregateOperatorTests.RunHistory(
            seed, 4000, 0, mutateNode: n => n with { PartitionColumns = [0, 3] }),
        ["session aggregate: weights are forgotten"] = seed => SessionAggregateOperatorTests.RunHistory(
            seed, 40, 3, mutateInput: MutantOperator.ForgetsWeights),
        ["session aggregate: a session that has grown or joined stays as it was"] = seed => SessionAggregateOperatorTests.RunHistory(
            seed, 4000, 0, mutateOutput: MutantOperator.LosesRetractions),
        ["session aggregate: rows are a tick late"] = seed => SessionAggregateOperatorTests.RunHistory(
            seed, 0, 12, mutateInput: c => new TickLateOperator(c)),
        ["temporal join: a change of the right side is lost"] = seed => TemporalJoinOperatorTests.RunHistory(
            JoinKind.Left, false, seed, mutateRight: MutantOperator.LosesRetractions),
        ["temporal join: the left meets the right before the tick"] = seed => TemporalJoinOperatorTests.RunHistory(
            JoinKind.Inner, true, seed, mutateRight: c => new TickLateOperator(c)),
        ["temporal join: what a row was output with is not taken back"] = seed => TemporalJoinOperatorTests.RunHistory(
            JoinKind.Left, false, seed, mutateOutput: MutantOperator.LosesRetractions),
        ["temporal join: the residual is forgotten"] = seed => TemporalJoinOperatorTests.RunHistory(
            JoinKind.Left, true, seed, mutateNode: n => n with { Residual = null }),
        ["temporal join: it follows the right side as a join does"] = seed => TemporalJoinOperatorTests.RunHistory(
            JoinKind.Inner, true, seed, mutateNode: n => n with { AsOfNow = false }),
        ["closing join: rows are forgotten while partners may come"] = seed =>
            ClosingJoinTests.RunHistory(JoinKind.Inner, false, seed, watermarkIsEarly: 3),
        ["temporal filter: a month is 30 days"] = seed => TemporalFilterOperatorTests.RunHistory(
            "last month", false, seed, mutate: TemporalPredicates.WithMonthsOf30Days),
        ["window: a frame one row too long"] = seed => WindowOperatorTests.RunHistory(
            "rows", "keyed", seed, mutateNode: n => WindowMutants.Frames(n, f => f with { Start = FrameBound.Rows(-3) })),
        ["window: a frame one row too short"] = seed => WindowOperatorTests.RunHistory(
            "rows behind", "bag", seed, mutateNode: n => WindowMutants.Frames(n, f => f with { End = FrameBound.Rows(2) })),
        ["window: peers are ignored"] = seed => WindowOperatorTests.RunHistory(
            "running", "keyed", seed, mutateNode: n => WindowMutants.Frames(n, f => f with { End = FrameBound.Rows(0) })),
        ["window: a value on the bound does not count"] = seed => WindowOperatorTests.RunHistory(
            "values", "keyed", seed,
            mutateNode: n => WindowMutants.Frames(n, f => f with { End = f.End with { Column = WindowCases.Order } })),
        ["window: nothing is excluded"] = seed => WindowOperatorTests.RunHistory(
            "without itself", "keyed", seed,
            mutateNode: n => WindowMutants.Frames(n, f => f with { Exclusion = FrameExclusion.None })),
        ["window: ties are excluded with the row"] = seed => WindowOperatorTests.RunHistory(
            "without ties", "bag", seed,
            mutateNode: n => WindowMutants.Frames(n, f => f with { Exclusion = FrameExclusion.Group })),
        ["window: FILTER is ignored"] = seed => WindowOperatorTests.RunHistory(
            "whole", "keyed", seed, mutateNode: n => WindowMutants.Calls(n, c => c with { Filter = -1 })),
        ["window: NULLs are not passed over"] = seed => WindowOperatorTests.RunHistory(
            "running rows", "keyed", seed, mutateNode: n => WindowMutants.Calls(n, c => c with { IgnoreNulls = false })),
        ["window: lag looks one row too far"] = seed => WindowOperatorTests.RunHistory(
            "offsets", "keyed", seed, mutateNode: n => WindowMutants.Calls(n, c => c with { Count = c.Count + 1 })),
        ["window: the default is forgotten"] = seed => WindowOperatorTests.RunHistory(
            "offsets", "bag", seed, mutateNode: n => WindowMutants.Calls(n, c => c with { Default = -1 })),
        ["window: rank counts as dense_rank"] = seed => WindowOperatorTests.RunHistory(
            "rank alone", "keyed", seed,
            mutateNode: n => WindowMutants.Calls(n, c => c with { Kind = WindowFunctionKind.DenseRank })),
        ["window: NULLs at the wrong end"] = seed => WindowOperatorTests.RunHistory(
            "running", "keyed", seed,
            mutateNode: n => n with { Order = [.. n.Order.Select(k => k with { NullsFirst = !k.NullsFirst })] }),
        ["window: ties broken the wrong way"] = seed => WindowOperatorTests.RunHistory(
            "rows", "keyed", seed,
            mutateNode: n => n with { Order = [.. n.Order, new SortKey(WindowCases.Key, Descending: true, NullsFirst: false)] }),
        ["window: partitions are mixed"] = seed => WindowOperatorTests.RunHistory(
            "several frames", "keyed", seed, mutateNode: n => n with { PartitionColumns = [] }),
        ["window: a retraction is lost"] = seed => WindowOperatorTests.RunHistory(
            "running numbers", "bag", seed, mutateInput: MutantOperator.LosesRetractions),
        ["window: a rank too many"] = seed => WindowOperatorTests.RunHistory(
            "first ranks", "keyed", seed, mutateNode: n => n with { Limit = new RankLimit(1, 3) }, limit: (1, 2)),
        ["window: rows beyond the first ranks are forgotten though rows may leave"] = seed => WindowOperatorTests.RunHistory(
            "first ranks", "bag", seed, mutateNode: n => n with { Limit = new RankLimit(1, 2), Input = AppendOnly(n.Input) }, limit: (1, 2)),
        ["window: results that changed are not taken back"] = seed => WindowOperatorTests.RunHistory(
            "ranks", "keyed", seed, mutateOutput: MutantOperator.LosesRetractions),
        ["window: weights are forgotten"] = seed => WindowOperatorTests.RunHistory(
            "numbers", "bag", seed, mutateInput: MutantOperator.ForgetsWeights),
    };

    public static TheoryData<string> Names() => new(_mutants.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Mutant_InTheDataflow_IsCaught(string name)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            try
            {
                _mutants[name](seed * 2);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or SqlException or KeyNotFoundException)
            {
                return;
            }
        }

        Assert.Fail($"nobody noticed: {name}");
    }

    private static ScanNode AppendOnly(PlanNode input) =>
        (ScanNode)input with { Properties = input.Properties with { Kind = StreamKind.AppendOnly } };

    private static void RunShared(int seed, Action<SharedArrangements> mutate) =>
        SharedAcrossViewsTests.Run(seed, workers: 1, mutate).GetAwaiter().GetResult();
}
