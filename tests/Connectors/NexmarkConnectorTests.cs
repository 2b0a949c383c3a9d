using Vectorized.Connectors;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Connectors;

public class NexmarkConnectorTests
{
    private static readonly ISourceConnector _connector = new SourceConnectors().AddBuiltin().Find("nexmark");

    private static SourceDefinition Define(string options, params SourceColumn[] columns) =>
        _connector.Define(SourceTesting.Definition("connector = nexmark\n" + options, columns), SourceTesting.Environment());

    private static ISourceReader Open(
        SourceDefinition definition, ManualClock clock, SplitPositions? start = null, SplitPositions? end = null) =>
        _connector.Open(definition, SourceTesting.Environment(clock), start ?? [], end);

    [Fact]
    public void Define_WithoutColumns_CompletesThem()
    {
        var definition = Define("nexmark.table.type = Bid");
        Assert.Equal(NexmarkSchema.Bid.Select(c => c.Name), definition.Columns.Select(c => c.Name));
    }

    [Theory]
    [InlineData("nexmark.table.type = Bids", "22023", "nexmark.table.type")]
    [InlineData("nexmark.table.type = Bid\nnexmark.split.num = 0", "22023", "nexmark.split.num")]
    [InlineData("nexmark.table.type = Bid\nnexmark.slpit.num = 2", "22023", "nexmark.slpit.num")]
    [InlineData("nexmark.table.type = Bid\nnexmark.out.of.order.group.size = 1000", "0A000", "out.of.order")]
    public void Define_WrongOption_SaysWhich(string options, string state, string named)
    {
        var error = Assert.Throws<SqlException>(() => Define(options));
        Assert.Equal(state, error.SqlState);
        Assert.Contains(named, error.Message);
    }

    [Fact]
    public void Define_MisspeltOption_SuggestsTheRightOne()
    {
        var error = Assert.Throws<SqlException>(() => Define("nexmark.table.type = Bid\nnexmark.slpit.num = 2"));
        Assert.Contains("\"nexmark.split.num\"", error.Hint);
    }

    [Fact]
    public void Define_UnknownOrMistypedColumn_SaysWhatThereIs()
    {
        var unknown = Assert.Throws<SqlException>(() => Define("nexmark.table.type = Bid", new SourceColumn("auktion", SqlType.Int64)));
        Assert.Equal(SqlState.UndefinedColumn, unknown.SqlState);
        Assert.Contains("auction bigint", unknown.Hint);
        var mistyped = Assert.Throws<SqlException>(() => Define("nexmark.table.type = Bid", new SourceColumn("price", SqlType.Varchar)));
        Assert.Equal(SqlState.DatatypeMismatch, mistyped.SqlState);
    }

    [Fact]
    public void Open_ColumnsInOtherOrder_AreMatchedByName()
    {
        var definition = Define(
            "nexmark.table.type = Bid\nnexmark.event.num = 1000\nnexmark.min.event.gap.in.ns = 0",
            new SourceColumn("price", SqlType.Int64), new SourceColumn("auction", SqlType.Int64));
        using var reader = Open(definition, new ManualClock());
        var prices = SourceTesting.Drain(reader, chunk => SourceTesting.Longs(chunk, 0));
        using var expected = new NexmarkGenerator(new NexmarkOptions()).Generate(NexmarkKind.Bid, 0, 1000);
        Assert.Equal(expected.Batch[2].Values<long>().ToArray(), prices);
        Assert.Equal(SourceReadStatus.Ended, reader.TryRead(1, out _));
        Assert.Null(reader.NextDueNanos);
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(3, 100)]
    [InlineData(5, 4096)]
    public void Open_Splits_TogetherGiveAllEventsOnce(int splits, int rowsMax)
    {
        var definition = Define(
            $"nexmark.table.type = Auction\nnexmark.split.num = {splits}\nnexmark.event.num = 5321\nnexmark.min.event.gap.in.ns = 0");
        using var reader = Open(definition, new ManualClock());
        var ids = SourceTesting.Drain(reader, chunk => SourceTesting.Longs(chunk), rowsMax);
        int expected = new NexmarkGenerator(new NexmarkOptions()).CountRows(NexmarkKind.Auction, 0, 5321);
        Assert.Equal(Enumerable.Range(1000, expected).Select(id => (long)id), ids.Order());
    }

    [Fact]
    public void Open_WithoutTableType_AllEventsInOneStream()
    {
        var definition = Define("nexmark.event.num = 1000\nnexmark.min.event.gap.in.ns = 0");
        Assert.Equal(["event_type", "person", "auction", "bid"], definition.Columns.Select(c => c.Name));
        using var reader = Open(definition, new ManualClock());
        var bidType = definition.Columns[3].Type.Fields!;
        var types = new List<long>();
        var prices = new List<long>();
        SourceTesting.Drain<int>(
            reader,
            chunk =>
            {
                var batch = chunk.Rows.Batch;
                for (int row = 0; row < batch.RowCount; row++)
                {
                    long type = batch[0].Value<long>(row);
                    types.Add(type);
                    Assert.Equal([type == 0, type == 1, type == 2], Enumerable.Range(1, 3).Select(c => batch[c].IsValid(row)));
                    if (type == 2)
                    {
                        prices.Add((long)new PackedStruct(bidType, batch[3].Bytes(row)).Raw(2));
                    }
                }

                return [];
            },
            77);
        long[] round = [0, 1, 1, 1, .. Enumerable.Repeat(2L, 46)];
        Assert.Equal(Enumerable.Repeat(round, 20).SelectMany(r => r), types);
        using var expected = new NexmarkGenerator(new NexmarkOptions()).Generate(NexmarkKind.Bid, 0, 1000);
        Assert.Equal(expected.Batch[2].Values<long>().ToArray(), prices);
    }

    [Fact]
    public void Open_AtAPosition_ContinuesExactlyThere()
    {
        var definition = Define(
            "nexmark.table.type = Bid\nnexmark.split.num = 2\nnexmark.event.num = 9000\nnexmark.min.event.gap.in.ns = 0");
        using var whole = Open(definition, new ManualClock());
        var expected = SourceTesting.Drain(whole, chunk => SourceTesting.Longs(chunk, 2)).Order();

        var prices = new List<long>();
        var positions = new SplitPositions();
        SourceReadStatus status;
        do
        {
            using var reader = Open(definition, new ManualClock(), new SplitPositions(positions));
            status = reader.TryRead(333, out var chunk);
            if (chunk is not null)
            {
                prices.AddRange(SourceTesting.Longs(chunk, 2));
                positions[chunk.Split] = chunk.Position;
                chunk.Dispose();
            }
        }
        while (status == SourceReadStatus.Data);

        Assert.Equal(expected, prices.Order());
    }

    [Fact]
    public void Open_Bounded_GivesExactlyTheRowsBetweenAndEnds()
    {
        var definition = Define("nexmark.table.type = Bid\nnexmark.split.num = 2");
        var start = new SplitPositions { ["0"] = 120, ["1"] = 50 };
        var end = new SplitPositions { ["0"] = 777 };
        using var reader = Open(definition, new ManualClock(), start, end);
        var prices = SourceTesting.Drain(reader, chunk => SourceTesting.Longs(chunk, 2), 50);
        using var expected = new NexmarkGenerator(new NexmarkOptions()).Generate(NexmarkKind.Bid, 120, 777, 0, 2);
        Assert.Equal(expected.Batch[2].Values<long>().ToArray(), prices);
        Assert.Equal(SourceReadStatus.Ended, reader.TryRead(50, out _));
    }

    [Fact]
    public void TryRead_Paced_GivesWhatIsDueAndSaysWhenNext()
    {
        var clock = new ManualClock();
        using var reader = Open(Define("nexmark.table.type = Bid\nnexmark.min.event.gap.in.ns = 1000000"), clock);
        Assert.Equal(SourceReadStatus.Empty, reader.TryRead(4096, out _));
        // The first bid is event 4.
        Assert.Equal(4_000_000, reader.NextDueNanos - clock.MonotonicNanos);
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(100, reader.Lag);
        var bids = SourceTesting.Drain(reader, chunk => SourceTesting.Longs(chunk));
        Assert.Equal(92, bids.Count);
        Assert.Equal(0, reader.Lag);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(4_000_000, reader.NextDueNanos - clock.MonotonicNanos);
    }

    [Fact]
    public void TryRead_WithinTheGrain_GivesNothingNew()
    {
        var clock = new ManualClock();
        using var reader = Open(Define("nexmark.table.type = Bid\nnexmark.min.event.gap.in.ns = 1000"), clock);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        // 1,001 events are due as of now; they come in one round, whatever the chunks.
        int rows = SourceTesting.Drain(reader, chunk => SourceTesting.Longs(chunk), 100).Count;
        Assert.Equal(new NexmarkGenerator(new NexmarkOptions()).CountRows(NexmarkKind.Bid, 0, 1001), rows);
        clock.Advance(TimeSpan.FromMicroseconds(400));
        Assert.Equal(SourceReadStatus.Empty, reader.TryRead(100, out _));
        Assert.Equal(600_000, reader.NextDueNanos - clock.MonotonicNanos);
        clock.Advance(TimeSpan.FromMicroseconds(600));
        Assert.Equal(SourceReadStatus.Data, reader.TryRead(100, out var chunk));
        chunk!.Dispose();
    }

    [Fact]
    public void TryRead_WithStartTime_CountsFromThere()
    {
        var clock = new ManualClock();
        long start = (clock.WallMicros / 1000) + 50;
        var definition = Define(
            $"nexmark.table.type = Bid\nnexmark.min.event.gap.in.ns = 1000000\nnexmark.start.time = {start}\nnexmark.base.time = {start}\n"
            + "nexmark.event.time.gap.in.ns = 1000000");
        using var reader = Open(definition, clock);
        Assert.Equal(SourceReadStatus.Empty, reader.TryRead(100, out _));
        Assert.Equal(54_000_000, reader.NextDueNanos - clock.MonotonicNanos);
        clock.Advance(TimeSpan.FromMilliseconds(149));
        Assert.Equal(SourceReadStatus.Data, reader.TryRead(4096, out var chunk));
        using (chunk)
        {
            // Each is stamped with the time at which it was due, the first four milliseconds after the start.
            long[] times = [.. SourceTesting.Longs(chunk!, 5)];
            Assert.Equal((start + 4) * 1000, times[0]);
            Assert.Equal((start + 99) * 1000, times[^1]);
            Assert.Equal((start + 4) * 1000, chunk!.ArrivalMicros);
        }

        // Opened again later, the same events are due at the same times.
        using var again = Open(definition, clock, new SplitPositions { ["0"] = 100 });
        Assert.Equal(SourceReadStatus.Empty, again.TryRead(100, out _));
        Assert.Equal(5_000_000, again.NextDueNanos - clock.MonotonicNanos);
    }

    [Fact]
    public void TryRead_SmallRowsMax_IsNeverExceeded()
    {
        var definition = Define("nexmark.table.type = Bid\nnexmark.event.num = 5000\nnexmark.min.event.gap.in.ns = 0");
        using var reader = Open(definition, new ManualClock());
        while (reader.TryRead(100, out var chunk) == SourceReadStatus.Data)
        {
            Assert.InRange(chunk!.Rows.Batch.RowCount, 1, 100);
            chunk.Dispose();
        }
    }
}
