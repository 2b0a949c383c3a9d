using System.Text;
using Vectorized.Connectors;
using Vectorized.Connectors.Generators;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Connectors;

public class DatagenConnectorTests
{
    private static readonly ISourceConnector _connector = new SourceConnectors().AddBuiltin().Find("datagen");

    private static SourceDefinition Define(string options, params SourceColumn[] columns) =>
        _connector.Define(
            SourceTesting.Definition("connector = datagen\n" + options, columns), SourceTesting.Environment(new ManualClock()));

    private static List<string> Rows(SourceDefinition definition, TimeSpan time, SplitPositions? start = null)
    {
        var clock = new ManualClock();
        using var reader = _connector.Open(definition, SourceTesting.Environment(clock), start ?? [], null);
        clock.Advance(time);
        return SourceTesting.Drain(reader, Texts);
    }

    private static IEnumerable<string> Texts(SourceChunk chunk)
    {
        var batch = chunk.Rows.Batch;
        return Enumerable.Range(0, batch.RowCount).Select(row => string.Join('|', Enumerable.Range(0, batch.ColumnCount).Select(c =>
            batch[c].Type.Id switch
            {
                TypeId.Varchar => Encoding.ASCII.GetString(batch[c].Bytes(row)),
                TypeId.Int16 => batch[c].Value<short>(row).ToString(),
                TypeId.Int32 => batch[c].Value<int>(row).ToString(),
                TypeId.Float32 => batch[c].Value<float>(row).ToString(),
                TypeId.Float64 => batch[c].Value<double>(row).ToString(),
                _ => batch[c].Value<long>(row).ToString(),
            }))).ToArray();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Sequence_OverSplits_GivesEachValueOnceAndEnds(int splits)
    {
        var definition = Define(
            $"""
            fields.v1.kind = sequence
            fields.v1.start = 1
            fields.v1.end = 100
            fields.v2.kind = sequence
            fields.v2.start = 0.5
            fields.v2.end = 1000
            datagen.rows.per.second = 30
            datagen.split.num = {splits}
            """,
            new SourceColumn("v1", SqlType.Int32), new SourceColumn("v2", SqlType.Float64));
        var expected = Enumerable.Range(1, 100).Select(i => $"{i}|{i - 0.5}");
        Assert.Equal(expected.Order(), Rows(definition, TimeSpan.FromMinutes(1)).Order());
    }

    [Fact]
    public void TryRead_Paced_StartsWithASecondsRowsThenEvenly()
    {
        var definition = Define("datagen.rows.per.second = 15", new SourceColumn("v", SqlType.Int64));
        Assert.Equal(15, Rows(definition, TimeSpan.Zero).Count);
        Assert.Equal(30, Rows(definition, TimeSpan.FromSeconds(1)).Count);
        Assert.Equal(45, Rows(definition, TimeSpan.FromSeconds(2)).Count);
        var clock = new ManualClock();
        using var reader = _connector.Open(definition, SourceTesting.Environment(clock), [], null);
        Assert.Equal(15, SourceTesting.Drain(reader, Texts).Count);
        for (int i = 0; i < 10; i++)
        {
            clock.Advance(TimeSpan.FromTicks((reader.NextDueNanos!.Value - clock.MonotonicNanos + 99) / 100));
            Assert.Single(SourceTesting.Drain(reader, Texts));
        }
    }

    [Fact]
    public void Random_SameDefinition_SameRowsAtAnyResumption()
    {
        var definition = Define(
            """
            fields.i.min = -5
            fields.i.max = 5
            fields.f.min = 1
            fields.f.max = 2
            fields.t.length = 20
            fields.at.max_past = 2h 37min
            fields.at.max_past_mode = relative
            datagen.rows.per.second = 100
            """,
            new SourceColumn("i", SqlType.Int16), new SourceColumn("f", SqlType.Float32), new SourceColumn("t", SqlType.Varchar),
            new SourceColumn("at", SqlType.Timestamp));
        var rows = Rows(definition, TimeSpan.FromSeconds(9));
        Assert.Equal(1000, rows.Count);
        Assert.Equal(rows[400..500], Rows(definition, TimeSpan.Zero, new SplitPositions { ["0"] = 400 }));
        Assert.Equal(11, rows.Select(row => row.Split('|')[0]).Distinct().Count());
        Assert.All(rows, row => Assert.Matches("^-?[0-5][|]1[.][0-9]+[|][A-Za-z0-9]{20}[|][0-9]{16}$", row));
        long created = new ManualClock().WallMicros;
        long oldest = created - (157 * 60_000_000L);
        Assert.All(rows, row => Assert.InRange(long.Parse(row.Split('|')[3]), oldest, created + 10_000_000));
    }

    [Fact]
    public void Nested_StructsAndLists_HoldTheirMembers()
    {
        var row = SqlType.StructOf(new StructFields([("v2", SqlType.Int32), ("at", SqlType.Timestamp)]));
        var definition = Define(
            """
            fields.v1.length = 2
            fields.v1._.v2.kind = sequence
            fields.v1._.v2.start = 1
            fields.v1._.v2.end = 200
            fields.c1.length = 3
            fields.c1._.length = 1
            datagen.rows.per.second = 10
            """,
            new SourceColumn("v1", SqlType.ListOf(row)), new SourceColumn("c1", SqlType.ListOf(SqlType.Varchar)));
        var clock = new ManualClock();
        using var reader = _connector.Open(definition, SourceTesting.Environment(clock), [], null);
        clock.Advance(TimeSpan.FromMinutes(1));
        var rows = SourceTesting.Drain(reader, chunk => Enumerable.Range(0, chunk.Rows.Batch.RowCount).Select(i =>
        {
            var list = new PackedList(row, chunk.Rows.Batch[0].Bytes(i));
            var first = new PackedStruct(row.Fields!, list.Bytes(0));
            var second = new PackedStruct(row.Fields!, list.Bytes(1));
            Assert.Equal(3, new PackedList(SqlType.Varchar, chunk.Rows.Batch[1].Bytes(i)).Count);
            return ((int)first.Raw(0), (int)second.Raw(0));
        }).ToArray());
        Assert.Equal(Enumerable.Range(0, 100).Select(i => ((2 * i) + 1, (2 * i) + 2)), rows);
    }

    [Fact]
    public void Random_TwoColumnsWithoutSeed_Differ()
    {
        var definition = Define("", new SourceColumn("a", SqlType.Int64), new SourceColumn("b", SqlType.Int64));
        Assert.Contains(Rows(definition, TimeSpan.Zero), row => row.Split('|')[0] != row.Split('|')[1]);
    }

    [Theory]
    [InlineData("fields.v.kind = sequenz", "22023", "fields.v.kind")]
    [InlineData("fields.v.start = 1\nfields.v.kind = sequence\nfields.v.end = 0", "22023", "fields.v.end")]
    [InlineData("fields.w.kind = sequence", "22023", "fields.w.kind")]
    [InlineData("fields.v.min = x", "22023", "fields.v.min")]
    [InlineData("datagen.rows.per.second = 0", "22023", "datagen.rows.per.second")]
    public void Define_WrongOption_SaysWhich(string options, string state, string named)
    {
        var error = Assert.Throws<SqlException>(() => Define(options, new SourceColumn("v", SqlType.Int32)));
        Assert.Equal(state, error.SqlState);
        Assert.Contains(named, error.Message);
    }

    [Fact]
    public void Define_TypeItCannotMake_IsRefusedByName()
    {
        var error = Assert.Throws<SqlException>(() => Define("", new SourceColumn("v", SqlType.Jsonb)));
        Assert.Equal(SqlState.FeatureNotSupported, error.SqlState);
        Assert.Contains("jsonb", error.Message);
    }

    [Theory]
    [InlineData("1d", 86_400_000_000L)]
    [InlineData("2h 37min", 9_420_000_000L)]
    [InlineData("500ms", 500_000L)]
    [InlineData("1 week 1 s", 604_801_000_000L)]
    public void Durations_Parse_SumsItsParts(string text, long micros) => Assert.Equal(micros, Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 parsec")]
    [InlineData("99999999999999999999s")]
    public void Durations_ParseNonsense_IsNull(string text) => Assert.Null(Durations.Parse(text));
}
