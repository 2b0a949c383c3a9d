using System.Text;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Formats;

public sealed class CsvDecoderTests
{
    [Theory]
    [InlineData("1,x,2.5\n", "1|x|2.5")]
    [InlineData("1,x,2.5\r\n", "1|x|2.5")]
    [InlineData("1,,2.5", "1|NULL|2.5")]
    [InlineData("1,\"\",", "1||NULL")]
    [InlineData("1,\"a,\"\"b\"\"\nc\",3\n", "1|a,\"b\"\nc|3")]
    [InlineData("1, x ,3", "1| x |3")]
    [InlineData("1,a\"b,c\"d,3", "1|ab,cd|3")]
    public void Csv_Accepted_GivesTheRow(string record, string expected) => Assert.Equal(expected, Row(record, []));

    [Theory]
    [InlineData("1,x", "2 fields where 3 are expected")]
    [InlineData("1,x,2,3", "more than the 3 fields")]
    [InlineData("y,x,2", "field \"a\": invalid input syntax for type integer: \"y\"")]
    [InlineData("1,\"x,2", "field \"b\": a quote is not closed")]
    public void Csv_Malformed_HasItsReason(string record, string reason)
    {
        string row = Row(record, []);
        Assert.StartsWith("!", row);
        Assert.Contains(reason, row);
    }

    [Fact]
    public void Csv_Delimiter_IsAnOption()
    {
        Assert.Equal("1|x|3", Row("1;x;3", new() { ["delimiter"] = ";" }));
        Assert.Equal("1|x|3", Row("1\tx\t3", new() { ["delimiter"] = "\\t", ["without_header"] = "true" }));
        Assert.Throws<SqlException>(() => Row("", new() { ["delimiter"] = ";;" }));
        Assert.Throws<SqlException>(() => Row("", new() { ["quote"] = "'" }));
    }

    [Fact]
    public void FindRecord_NewlineInsideQuotes_IsNoEnd()
    {
        var decoder = RecordFormats.Create("CSV", new Dictionary<string, string>(), DecoderHarness.Columns("a varchar"));
        Assert.Equal(6, decoder.FindRecord("\"x\ny\"\nz"u8));
        Assert.Equal(0, decoder.FindRecord("\"x\ny\nz"u8));
        Assert.Equal(1, decoder.FindRecord("\n"u8));
        Assert.Equal(Encoding.UTF8.GetByteCount("ä\n"), decoder.FindRecord(Encoding.UTF8.GetBytes("ä\nb")));
    }

    private static string Row(string record, Dictionary<string, string> options)
    {
        var columns = DecoderHarness.Columns("a int, b varchar, c float8");
        var row = DecoderHarness.DecodeOne(RecordFormats.Create("CSV", options, columns), columns, record);
        return string.Join('|', row.Select(v => v ?? "NULL"));
    }
}
