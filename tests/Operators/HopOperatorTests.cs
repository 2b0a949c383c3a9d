using Vectorized.Engine.Columns;
using Vectorized.Engine.Operators;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Operators;

public class HopOperatorTests
{
    private static readonly SqlType[] _types = [SqlType.Timestamp, SqlType.Varchar];

    [Theory]
    [InlineData(2, 10, 0, 20)]
    [InlineData(10, 10, 3, 20)]
    [InlineData(10, 10, 3, 0)]
    [InlineData(7, 3, 1, 20)]
    public void Hop_RandomTimes_MatchesDefinition(long slide, long size, long offset, int nullOneIn)
    {
        var random = new Random(11);
        using var harness = Start(slide, size, offset);
        var expected = new ZSet();
        for (int tick = 0; tick < 4; tick++)
        {
            harness.BeginTick();
            var rows = new List<(Row, long)>();
            for (int i = 0; i < 700; i++)
            {
                object? time = nullOneIn > 0 && random.Next(nullOneIn) == 0 ? null : random.NextInt64(-100, 100);
                var row = Rows.New(_types, time, "text of row number " + random.Next(5));
                long weight = random.Next(1, 4) * (random.Next(2) == 0 ? 1 : -1);
                rows.Add((row, weight));
                expected.Add(Windows(row, weight, slide, size, offset));
            }

            harness.Push(0, rows);
            harness.EndTick();
        }

        Assert.True(harness.Total.SameAs(expected), harness.Total.Difference(expected));
    }

    [Fact]
    public void Hop_OutputOverOneVector_LeavesInVectors()
    {
        using var harness = Start(1, 10, 0);
        harness.BeginTick();
        harness.Push(0, Enumerable.Range(0, Batch.RowsMax).Select(i => (Rows.New(_types, (long)i, "x"), 1L)));
        harness.EndTick();
        Assert.Equal(10 * Batch.RowsMax, harness.LastDeltaRows);
    }

    private static OperatorHarness Start(long slide, long size, long offset)
    {
        var harness = new OperatorHarness();
        var input = harness.AddInput(_types);
        var columns = new PlanColumn[]
        {
            new("t", SqlType.Timestamp), new("s", SqlType.Varchar),
            new("window_start", SqlType.Timestamp), new("window_end", SqlType.Timestamp),
        };
        var properties = new StreamProperties(StreamKind.General, null);
        var scan = new ScanNode(1, "r", [0, 1]) { Columns = columns[..2], Properties = properties };
        var hop = new HopOperator(
            harness.Context, new HopNode(scan, 0, slide, size, offset) { Columns = columns, Properties = properties });
        input.ConnectTo(hop, 0);
        harness.Watch(hop);
        return harness;
    }

    private static ZSet Windows(Row row, long weight, long slide, long size, long offset)
    {
        var set = new ZSet();
        if (row[0].IsNull)
        {
            return set;
        }

        long time = row[0].AsInt64;
        for (long k = -1000; k <= 1000; k++)
        {
            long start = offset + (k * slide);
            if (start <= time && time < start + size)
            {
                var bounds = new Row(Datum.OfRaw(SqlType.Timestamp, start), Datum.OfRaw(SqlType.Timestamp, start + size));
                set.Change(row.Concat(bounds), weight);
            }
        }

        return set;
    }
}
