using Vectorized.Connectors;
using Vectorized.Connectors.Generators.Tpch;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;
using Vectorized.Tests.Connectors;

namespace Vectorized.Tests.Tpch;

public sealed class TpchConnectorTests
{
    private static readonly ISourceConnector _connector = new SourceConnectors().AddBuiltin().Find("tpch");

    private static SourceDefinition Define(string options, params SourceColumn[] columns) =>
        _connector.Define(SourceTesting.Definition("connector = tpch\n" + options, columns), SourceTesting.Environment());

    [Fact]
    public void Define_WithoutColumns_CompletesThem() => Assert.Equal(
        TpchSchema.Of(TpchTable.PartSupp).Select(c => c.Name), Define("tpch.table = partsupp").Columns.Select(c => c.Name));

    [Theory]
    [InlineData("tpch.scale = 1", "22023", "tpch.table")]
    [InlineData("tpch.table = lines", "22023", "tpch.table")]
    [InlineData("tpch.table = part\ntpch.scale = 0", "22023", "tpch.scale")]
    [InlineData("tpch.table = part\ntpch.size = 2", "22023", "tpch.size")]
    public void Define_WrongOption_SaysWhich(string options, string state, string named)
    {
        var error = Assert.Throws<SqlException>(() => Define(options));
        Assert.Equal(state, error.SqlState);
        Assert.Contains(named, error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4096)]
    public void Open_LineItems_GivesAllRowsInAnyPieces(int rowsMax)
    {
        var definition = Define(
            "tpch.table = lineitem\ntpch.scale = 0.001",
            new SourceColumn("l_shipdate", SqlType.Date), new SourceColumn("l_orderkey", SqlType.Int64));
        using var reader = _connector.Open(definition, SourceTesting.Environment(), [], null);
        var keys = SourceTesting.Drain(reader, chunk => SourceTesting.Longs(chunk, 1), rowsMax);
        using var expected = new TpchGenerator(new TpchScale(0.001m)).Generate(TpchTable.LineItem, 0, 1500);
        Assert.Equal(expected.Batch[0].Values<long>().ToArray(), keys);
        Assert.Equal(SourceReadStatus.Ended, reader.TryRead(1, out _));
    }
}
