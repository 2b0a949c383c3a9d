using Vectorized.Engine.Binding;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Aggregates;

/// <summary>Every aggregate against recomputation from all rows, at every tick of random histories.</summary>
public class AggregateOperatorTests
{
    private static readonly SqlType[] _types =
    [
        SqlType.Int32, SqlType.Varchar, SqlType.Int64, SqlType.Float64, SqlType.NumericOf(10, 2), SqlType.Numeric,
        SqlType.Boolean, SqlType.Int16, SqlType.NumericOf(30, 3), SqlType.Jsonb, SqlType.Varchar, SqlType.Interval,
        SqlType.Int32,
    ];

    public static TheoryData<string, int[], bool> Cases()
    {
        var cases = new TheoryData<string, int[], bool>();
        foreach (string family in (string[])["linear", "extremes", "distinct", "ordered", "percentiles", "jsonb", "bits", "variance", "none"])
        {
            foreach (int[] group in (int[][])[[], [0], [1, 0]])
            {
                if (family != "none" || group.Length > 0)
                {
                    cases.Add(family, group, false);
                    cases.Add(family, group, true);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Aggregate_RandomHistory_MatchesRecomputation(string family, int[] group, bool appendOnly)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            RunHistory(family, group, appendOnly, (seed * 17) + group.Length);
        }
    }

    [Theory]
    [InlineData("extremes", true)]
    [InlineData("distinct", true)]
    [InlineData("distinct", false)]
    public void Aggregate_WithStateAsFirstStored_MatchesRecomputation(string family, bool appendOnly)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            RunHistory(family, [1, 0], appendOnly, seed * 19, mutateNode: n => n with { StateRevision = 0 });
        }
    }

    internal static IReadOnlyList<AggregateCall> Calls(string family)
    {
        static SqlType Sum(SqlType type) => type.Id switch
        {
            TypeId.Int16 or TypeId.Int32 => SqlType.Int64,
            TypeId.Int64 => SqlType.NumericOf(38, 0),
            TypeId.Float64 => SqlType.Float64,
            _ => type.NumericForm == NumericForm.Free ? SqlType.Numeric : SqlType.NumericOf(38, type.Scale),
        };
        static SqlType Average(SqlType type) => type.Id == TypeId.Float64 ? SqlType.Float64 : SqlType.Numeric;
        AggregateCall Of(AggregateKind kind, int argument, SqlType? result = null, bool distinct = false, int filter = -1) =>
            new(kind, argument, _types[argument], result ?? _types[argument], distinct, filter);
        AggregateCall Star(int filter = -1) => new(AggregateKind.CountStar, -1, SqlType.Unknown, SqlType.Int64, false, filter);
        AggregateCall Percentile(AggregateKind kind, int argument, bool descending, double?[]? fractions, int filter = -1) => new(
            kind, argument, _types[argument], fractions?.Length > 1 ? SqlType.ListOf(_types[argument]) : _types[argument], false,
            filter, -1, [new(argument, descending, descending)], fractions);
        SortKey[] order = [new(2, true, true), new(7, false, false)];
        return family switch
        {
            "linear" =>
            [
                Star(), Star(6), Of(AggregateKind.Count, 1, SqlType.Int64), Of(AggregateKind.Count, 2, SqlType.Int64, filter: 6),
                .. new[] { 0, 2, 3, 4, 5, 7, 8 }.Select(c => Of(AggregateKind.Sum, c, Sum(_types[c]))),
                .. new[] { 0, 2, 3, 4, 5, 7 }.Select(c => Of(AggregateKind.Avg, c, Average(_types[c]), filter: c == 4 ? 6 : -1)),
            ],
            "extremes" =>
            [
                .. new[] { 0, 1, 2, 3, 4, 5, 7, 8 }.Select(c => Of(AggregateKind.Min, c)),
                .. new[] { 0, 1, 2, 3, 4, 5, 7, 8 }.Select(c => Of(AggregateKind.Max, c, filter: c == 2 ? 6 : -1)),
            ],
            "distinct" =>
            [
                Of(AggregateKind.Count, 1, SqlType.Int64, true), Of(AggregateKind.Count, 1, SqlType.Int64, true, 6),
                Of(AggregateKind.Count, 2, SqlType.Int64, true), Of(AggregateKind.Sum, 2, Sum(_types[2]), true, 6),
                Of(AggregateKind.Avg, 4, SqlType.Numeric, true), Of(AggregateKind.Sum, 3, SqlType.Float64, true),
                Of(AggregateKind.BitXor, 7, distinct: true), Of(AggregateKind.Max, 2, distinct: true), Star(),
            ],
            "ordered" =>
            [
                new(AggregateKind.StringAgg, 1, _types[1], SqlType.Varchar, false, -1, 1, order),
                new(AggregateKind.StringAgg, 1, _types[1], SqlType.Varchar, true, 6, -1, [new(1, true, false)]),
                new(AggregateKind.ArrayAgg, 2, _types[2], SqlType.ListOf(SqlType.Int64), false, -1, -1, order),
                new(AggregateKind.ArrayAgg, 1, _types[1], SqlType.ListOf(SqlType.Varchar), true, -1, -1, null),
                new(AggregateKind.FirstValue, 1, _types[1], _types[1], false, 6, -1, order),
                new(AggregateKind.LastValue, 4, _types[4], _types[4], false, -1, -1, order),
            ],
            "percentiles" =>
            [
                Percentile(AggregateKind.PercentileCont, 3, false, [0.5]), Percentile(AggregateKind.PercentileCont, 3, true, [0.3], 6),
                Percentile(AggregateKind.PercentileCont, 3, false, [0, null, 0.77, 1]), Percentile(AggregateKind.PercentileCont, 11, false, [0.4]),
                Percentile(AggregateKind.PercentileDisc, 2, false, [0.4]), Percentile(AggregateKind.Mode, 5, false, null), Percentile(AggregateKind.PercentileDisc, 1, false, [0.25]),
                Percentile(AggregateKind.PercentileDisc, 1, true, [1, 0.5, 0], 6), Percentile(AggregateKind.PercentileDisc, 4, true, [0.9]),
                Percentile(AggregateKind.ApproxPercentile, 3, false, [0.6]),
                Percentile(AggregateKind.Mode, 1, false, null), Percentile(AggregateKind.Mode, 7, true, null, 6),
                Percentile(AggregateKind.Mode, 2, false, null), Percentile(AggregateKind.Mode, 8, true, null),
            ],
            "jsonb" =>
            [
                new(AggregateKind.JsonbAgg, 9, _types[9], SqlType.Jsonb, false, -1, -1, order),
                new(AggregateKind.JsonbAgg, 9, _types[9], SqlType.Jsonb, true, 6, -1, null),
                new(AggregateKind.JsonbObjectAgg, 10, _types[10], SqlType.Jsonb, false, -1, 9, order),
                new(AggregateKind.JsonbObjectAgg, 10, _types[10], SqlType.Jsonb, false, 6, 9, null),
            ],
            "bits" =>
            [
                .. new[] { 0, 2, 7 }.SelectMany(c => new[]
                {
                    Of(AggregateKind.BitAnd, c), Of(AggregateKind.BitOr, c, filter: 6), Of(AggregateKind.BitXor, c),
                }),
                Of(AggregateKind.BoolAnd, 6), Of(AggregateKind.BoolOr, 6),
            ],
            "variance" =>
            [
                .. new[] { 0, 2, 3, 4, 7 }.SelectMany(c => new[]
                {
                    Of(AggregateKind.VarPop, c, Average(_types[c])), Of(AggregateKind.VarSamp, c, Average(_types[c])),
                    Of(AggregateKind.StddevPop, c, Average(_types[c])), Of(AggregateKind.StddevSamp, c, Average(_types[c]), true),
                    Of(AggregateKind.Sum, c, Sum(_types[c])),
                }),
            ],
            _ => [],
        };
    }

    internal static Row RandomRow(Random random, bool specials, bool isWild, int keys = 2)
    {
        object? Maybe(object value) => random.Next(7) == 0 ? null : value;
        return Rows.New(
            _types,
            Maybe(random.Next(3)),
            Maybe(random.Next(3) switch { 0 => "a", 1 => "b\0c", _ => "text that does not fit twelve bytes" }),
            Maybe((long)random.Next(-3, 6) * 1_000_000_000_000),
            Maybe(random.Next(specials ? 12 : 9) switch
            {
                0 when isWild => 1e300,
                1 when isWild => -1e300,
                2 when isWild => 1e-300,
                9 => double.NaN,
                10 => double.PositiveInfinity,
                11 => double.NegativeInfinity,
                _ => random.Next(-5, 5) * 0.1,
            }),
            Maybe(random.Next(-500, 500)),
            Maybe(Datum.OfRaw(SqlType.Numeric, FreeNumeric.FromInt64(random.Next(-99, 99), random.Next(6)).Bits)),
            Maybe(random.Next(2) == 0),
            Maybe(random.Next(-4, 9)),
            Maybe(random.NextInt64() >> random.Next(0, 40)),
            Maybe(random.Next(4) switch { 0 => "1", 1 => "\"a string longer than twelve\"", 2 => "{\"k\": [1, null]}", _ => "null" }),
            random.Next(3) switch { 0 => "a", 1 => "b\"c", _ => "a key that does not fit twelve bytes" },
            Maybe(Datum.OfRaw(SqlType.Interval, new IntervalValue(0, random.Next(3), random.Next(5) * 1_000_000L).Bits)),
            random.Next(keys));
    }

    internal static void RunHistory(
        string family, int[] group, bool appendOnly, int seed, Func<AggregateNode, AggregateNode>? mutateNode = null,
        Func<OperatorContext, Operator>? mutateInput = null, Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var random = new Random(seed);
        // Half of the histories have a key: rows are updated under it, and it breaks ties.
        int[]? key = seed % 4 >= 2 ? [12] : null;
        int keys = key is null ? 2 : appendOnly ? 1000 : 30;
        var history = new RandomHistory(random, _types, r => RandomRow(r, family == "linear", family != "variance", keys), appendOnly)
        {
            Key = key,
        };
        var calls = Calls(family);
        var kind = appendOnly ? StreamKind.AppendOnly : StreamKind.General;
        var node = new AggregateNode(PlanNodes.Scan(_types, kind, key), group, calls)
        {
            Columns = PlanNodes.Columns([.. group.Select(c => _types[c]), .. calls.Select(c => c.ResultType)]),
            Properties = new StreamProperties(StreamKind.General, [.. Enumerable.Range(0, group.Length)]),
        };
        using var harness = new OperatorHarness();
        var input = harness.Mutated(harness.AddInput(_types), mutateInput);
        var aggregate = harness.Create(new OperatorFactory(), mutateNode?.Invoke(node) ?? node, input);
        harness.Watch(harness.Mutated(aggregate, mutateOutput));
        for (int tick = 0; tick < 22; tick++)
        {
            harness.BeginTick();
            // The first tick is empty: an aggregation without groups shows its row nevertheless.
            for (int i = tick == 0 ? 0 : random.Next(4); i > 0; i--)
            {
                harness.Push(0, history.NextBatch(12));
            }

            harness.EndTick();
            var expected = NaiveAggregate.Run(history.Content, group, calls, emitEmpty: true, key);
            Check(harness.Total, expected, calls, group.Length, $"seed {seed}, tick {tick}, {aggregate.Form}");
        }

        Assert.Contains(appendOnly ? "append-only" : "general", aggregate.Form);
        if (appendOnly && family == "extremes" && mutateNode is null)
        {
            Assert.DoesNotContain("ordered", aggregate.Form);
        }
    }

    private static void Check(
        ZSet actual, List<Row> expected, IReadOnlyList<AggregateCall> calls, int keyColumns, string where)
    {
        Assert.True(actual.Count == expected.Count && actual.Values.All(w => w == 1), $"{where}: {actual.Count} rows for {expected.Count}");
        var byKey = actual.Keys.ToDictionary(r => r.Pick(Enumerable.Range(0, keyColumns)));
        foreach (var row in expected)
        {
            var found = byKey[row.Pick(Enumerable.Range(0, keyColumns))];
            for (int i = keyColumns; i < row.Values.Length; i++)
            {
                bool byValue = calls[i - keyColumns].Kind == AggregateKind.Avg;
                Assert.True(Same(found[i], row[i], byValue), $"{where}, column {i}: {found} for {row}");
            }
        }
    }

    /// <summary>Equal; a numeric by value; where the reference is a float and the result too, or a numeric, nearly equal.</summary>
    private static bool Same(Datum actual, Datum expected, bool byValue)
    {
        if (actual.IsNull || expected.IsNull)
        {
            return actual.IsNull && expected.IsNull;
        }

        if (expected.Type.Id == TypeId.List && expected.Type.Element!.Id == TypeId.Float64)
        {
            var left = new PackedList(SqlType.Float64, actual.AsSpan);
            var right = new PackedList(SqlType.Float64, expected.AsSpan);
            bool same = left.Count == right.Count;
            for (int i = 0; same && i < left.Count; i++)
            {
                same = Same(left[i], right[i], byValue);
            }

            return same;
        }

        if (expected.Type.Id == TypeId.Float64)
        {
            double value = actual.Type.Id == TypeId.Float64 ? actual.AsFloat64 : NumericForms.ToFloat64(FreeNumeric.FromBits(actual.Raw));
            double wanted = expected.AsFloat64;
            return value.Equals(wanted) || Math.Abs(value - wanted) <= 1e-9 * Math.Max(Math.Abs(value), Math.Abs(wanted)) + 1e-9;
        }

        return actual.Type.NumericForm == NumericForm.Free
            ? FreeNumeric.FromBits(actual.Raw) == FreeNumeric.FromBits(expected.Raw)
                && (byValue || FreeNumeric.FromBits(actual.Raw).Scale == FreeNumeric.FromBits(expected.Raw).Scale)
            : actual.Equals(expected);
    }
}
