using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

public class TableFunctionOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64, SqlType.Int64];

    [Fact]
    public void Series_LateralOverDeltas_RepeatsRowsWithTheirWeights()
    {
        using var harness = Start(
            _types, "generate_series", [0, 1, 2], SqlType.Int64, withOrdinality: true);
        var random = new Random(4);
        var expected = new ZSet();
        for (int tick = 0; tick < 3; tick++)
        {
            harness.BeginTick();
            var rows = new List<(Row, long)>();
            for (int i = 0; i < 300; i++)
            {
                object?[] values = [random.Next(-5, 5), random.Next(8) == 0 ? null : random.Next(-40, 40), random.Next(1, 4) * (random.Next(2) == 0 ? 1 : -1)];
                var row = Rows.New(_types, values);
                long weight = random.Next(3) == 0 ? -2 : 1;
                rows.Add((row, weight));
                if (values[1] is int stop)
                {
                    int step = (int)values[2]!;
                    long ordinal = 0;
                    for (int at = (int)values[0]!; step > 0 ? at <= stop : at >= stop; at += step)
                    {
                        expected.Change(row.Concat(new Row(Datum.OfInt64(at), Datum.OfInt64(++ordinal))), weight);
                    }
                }
            }

            harness.Push(0, rows);
            harness.EndTick();
        }

        Assert.True(harness.Total.SameAs(expected), harness.Total.Difference(expected));
    }

    [Fact]
    public void Series_LongerThanAVector_LeavesInVectors()
    {
        using var harness = Start(_types, "range", [0, 1, 2], SqlType.Int64, withOrdinality: false);
        harness.BeginTick();
        harness.Push(0, [(Rows.New(_types, 0, 10_000, 1), 1)]);
        harness.EndTick();
        Assert.Equal(10_000, harness.LastDelta.Count);
    }

    [Fact]
    public void Series_ZeroStep_IsAnError()
    {
        using var harness = Start(_types, "generate_series", [0, 1, 2], SqlType.Int64, withOrdinality: false);
        harness.BeginTick();
        var error = Assert.Throws<SqlException>(() => harness.Push(0, [(Rows.New(_types, 0, 1, 0), 1)]));
        Assert.Equal("22023", error.SqlState);
    }

    [Fact]
    public void Unnest_Lists_GivesElementsAndNulls()
    {
        SqlType[] types = [SqlType.ListOf(SqlType.Varchar)];
        using var harness = Start(types, "unnest", [0], SqlType.Varchar, withOrdinality: false);
        var list = new PackedBuilder();
        list.Append(Datum.OfText("a"));
        list.AppendNull(SqlType.Varchar);
        list.Append(Datum.OfText("a longer one, beyond twelve bytes"));
        var row = new Row(Datum.OfBytes(types[0], list.ToList()));
        harness.BeginTick();
        harness.Push(0, [(row, 1), (new Row(Datum.Null(types[0])), 1)]);
        harness.EndTick();
        Assert.Equal(3, harness.Total.Count);
        Assert.Equal(1, harness.Total[row.Concat(new Row(Datum.Null(SqlType.Varchar)))]);
        Assert.Equal(1, harness.Total[row.Concat(new Row(Datum.OfText("a longer one, beyond twelve bytes")))]);
    }

    [Fact]
    public void Values_InAView_ComeOnce()
    {
        using var harness = new OperatorHarness();
        var node = new ValuesNode([[TestExpressions.Constant(1)], [TestExpressions.Constant(2)], [TestExpressions.Constant(2)]])
        {
            Columns = PlanNodes.Columns(SqlType.Int64),
            Properties = new StreamProperties(StreamKind.AppendOnly, null),
        };
        harness.Watch(harness.Create(new OperatorFactory(), node, harness.AddInput()));
        harness.BeginTick();
        harness.Inputs[0].Push(0, new Batch().Reset(1, 0));
        harness.EndTick();
        harness.BeginTick();
        harness.EndTick();
        Assert.Equal(2, harness.Total[Rows.New([SqlType.Int64], 2)]);
        Assert.Equal(2, harness.Total.Count);
    }

    private static OperatorHarness Start(
        SqlType[] types, string function, int[] arguments, SqlType type, bool withOrdinality)
    {
        var harness = new OperatorHarness();
        var node = new TableFunctionNode(
            PlanNodes.Scan(types), function, [.. arguments.Select(a => TestExpressions.Column(a, types[a]))], withOrdinality)
        {
            Columns = PlanNodes.Columns(withOrdinality ? [.. types, type, SqlType.Int64] : [.. types, type]),
            Properties = new StreamProperties(StreamKind.General, null),
        };
        harness.Watch(harness.Create(new OperatorFactory(), node, harness.AddInput(types)));
        return harness;
    }
}
