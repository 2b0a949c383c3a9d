using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators.Time;

/// <summary>
/// Temporal filters against their definition: after every tick the output is the rows for which the predicate, evaluated by
/// hand at the tick's now, is true. Histories have retractions, duplicates, NULLs, ties at the boundary, ticks without
/// input; time stands still, creeps and leaps.
/// </summary>
public class TemporalFilterOperatorTests
{
    private const long Day = Temporal.MicrosPerDay;
    private const long Hour = Day / 24;

    private static readonly SqlType[] _types = [SqlType.Timestamp, SqlType.Date, SqlType.Int64, SqlType.Varchar];

    public static TheoryData<string, bool> Cases()
    {
        var cases = new TheoryData<string, bool>();
        foreach (string predicate in TemporalPredicates.Names)
        {
            cases.Add(predicate, false);
            cases.Add(predicate, true);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TemporalFilter_RandomHistory_MatchesDefinition(string predicate, bool appendOnly)
    {
        for (int seed = 1; seed <= 12; seed++)
        {
            RunHistory(predicate, appendOnly, seed);
        }
    }

    internal static void RunHistory(
        string name, bool appendOnly, int seed, Func<ScalarExpression, ScalarExpression>? mutate = null,
        Func<OperatorContext, Operator>? mutateInput = null, Func<OperatorContext, Operator>? mutateOutput = null)
    {
        var random = new Random(seed);
        var (predicate, holds) = TemporalPredicates.Find(name);
        // The end of March of a leap year: months of 31, 29 and 31 days in reach.
        long now = (19_810 * Day) + random.NextInt64(3 * Day);
        long[] steps = [0, 1, 100_000, Hour / 2, 7 * Hour, Day, 3 * Day];
        var history = new RandomHistory(random, _types, r => MakeRow(r, now), appendOnly);
        using var harness = new OperatorHarness();
        var input = harness.Mutated(harness.AddInput(_types), mutateInput);
        var scan = PlanNodes.Scan(_types, appendOnly ? StreamKind.AppendOnly : StreamKind.General);
        var node = new TemporalFilterNode(scan, mutate?.Invoke(predicate) ?? predicate)
        {
            Columns = scan.Columns,
            Properties = new StreamProperties(StreamKind.General, null),
        };
        var filter = harness.Create(new OperatorFactory(), node, input);
        harness.Watch(harness.Mutated(filter, mutateOutput));
        for (int tick = 0; tick < 60; tick++)
        {
            harness.Context.Evaluation.NowMicros = now;
            harness.BeginTick();
            for (int i = random.Next(3); i > 0; i--)
            {
                harness.Push(0, history.NextBatch(random.Next(3) == 0 ? 20 : 3));
            }

            harness.EndTick();
            CheckTick(harness, history, holds, now, $"{name}, seed {seed}, tick {tick}, {filter.Form}");
            long due = harness.Context.DueTimes.NextMicros;
            long next = now + steps[random.Next(steps.Length)];
            CheckNothingDueBefore(history, holds, now, due);
            // Often exactly when something is due, or just before.
            now = due > now && due < now + (40 * Day) && random.Next(2) == 0 ? due - random.Next(2) : next;
        }
    }

    [Fact]
    public void TemporalFilter_SettledRows_AreNotKept()
    {
        var (predicate, _) = TemporalPredicates.Find("last day");
        using var harness = new OperatorHarness();
        var scan = PlanNodes.Scan(_types);
        var node = new TemporalFilterNode(scan, predicate) { Columns = scan.Columns, Properties = scan.Properties };
        var filter = harness.Create(new OperatorFactory(), node, harness.AddInput(_types));
        harness.Watch(filter);
        long now = 20_000 * Day;
        harness.Context.Evaluation.NowMicros = now;
        harness.BeginTick();
        harness.Push(0, Enumerable.Range(0, 10_000).Select(i => (Rows.New(_types, now - (i * Hour / 100), null, (long)i, "x"), 1L)));
        harness.EndTick();
        Assert.Equal(2400, filter.Counters.StateRows);
        Assert.Equal(2400, harness.Total.Count);
        harness.Context.Evaluation.NowMicros = now + (2 * Day);
        harness.BeginTick();
        harness.EndTick();
        Assert.Empty(harness.Total);
        // Rows that left are freed when the next tick begins.
        harness.BeginTick();
        harness.EndTick();
        Assert.Equal(0, filter.Counters.StateRows);
        Assert.Equal(long.MaxValue, harness.Context.DueTimes.NextMicros);
    }

    private static Row MakeRow(Random random, long now)
    {
        // Near the boundaries of the predicates' intervals, exactly on them now and then.
        long[] distances = [0, -Day, Day, -31 * Day, -30 * Day, -29 * Day, 2 * Hour, -(31 * Day) - Hour];
        long near = now + distances[random.Next(distances.Length)];
        long time = random.Next(4) switch
        {
            0 => near,
            1 => near + random.Next(-2, 3),
            2 => near / Day * Day,
            _ => near + random.NextInt64(-2 * Day, 2 * Day),
        };
        return Rows.New(
            _types, random.Next(12) == 0 ? null : time, random.Next(12) == 0 ? null : (time / Day) + random.Next(-1, 2),
            random.Next(3), random.Next(2) == 0 ? "a" : "a text beyond twelve bytes");
    }

    private static void CheckTick(OperatorHarness harness, RandomHistory history, Func<Row, long, bool> holds, long now, string where)
    {
        var expected = new ZSet();
        foreach (var (row, weight) in history.Content)
        {
            if (holds(row, now))
            {
                expected.Change(row, weight);
            }
        }

        Assert.True(harness.Total.SameAs(expected), $"{where}: off by {harness.Total.Difference(expected)}");
    }

    /// <summary>Sleeping until the due time must lose nothing: no row changes at any instant up to a grain before it.</summary>
    private static void CheckNothingDueBefore(RandomHistory history, Func<Row, long, bool> holds, long now, long due)
    {
        long end = Math.Min(due - DueGrain, now + (3 * Day));
        foreach (long instant in (long[])[end, now + ((end - now) / 2), now + ((end - now) / 7)])
        {
            if (instant > now)
            {
                Assert.All(history.Content.Keys, row => Assert.Equal(holds(row, now), holds(row, instant)));
            }
        }
    }

    private const long DueGrain = 100_000;
}
