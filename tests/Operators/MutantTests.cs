using Vectorized.Engine.Binding;
using Vectorized.Engine.Dataflow;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;
using Vectorized.Tests.Operators.Aggregates;
using Vectorized.Tests.Operators.Joins;
using Vectorized.Tests.Operators.Ordering;
using Vectorized.Tests.Operators.Time;

namespace Vectorized.Tests.Operators;

/// <summary>Each planted bug must be caught by the differential tests: a table of mutants, all of which have to die.</summary>
public class MutantTests
{
    private static readonly Dictionary<string, Action<int>> _mutants = new()
    {
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
        ["top-n: partitions are mixed"] = seed => TopNOperatorTests.RunHistory(
            3, 0, true, "keyed", seed, true, mutateNode: n => n with { PartitionColumns = [] }),
        ["top-n: shifted row numbers are not taken back"] = seed => TopNOperatorTests.RunHistory(
            5, 4, true, "keyed", seed, false, mutateOutput: MutantOperator.LosesRetractions),
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
