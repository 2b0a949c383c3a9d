using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Types;
using Vectorized.Tests.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Formats;

public sealed class JsonDecoderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("a int, b varchar", """{"a":1,"b":"x"}""", "1|x")]
    [InlineData("a int, b varchar", """ { "b" : "x" } """, "NULL|x")]
    [InlineData("a int, b varchar", """{"b":null,"a":2,"c":{"a":3},"d":[1,{"b":2}]}""", "2|NULL")]
    [InlineData("a int", """{"a":1,"a":2}""", "2")]
    [InlineData("firstname varchar", """{"firstName":"x"}""", "x")]
    [InlineData("firstname varchar", """{"firstname":"exact","firstName":"alike"}""", "exact")]
    [InlineData("firstname varchar", """{"firstName":"alike","firstname":"exact"}""", "exact")]
    [InlineData("a varchar", """{"\u0061":"\u00e4\ud83d\ude00\n"}""", "ä😀\n")]
    [InlineData("a varchar, b varchar, c varchar, d varchar", """{"a":1.50,"b":true,"c":{"x": [1]},"d":[ ]}""", "1.50|true|{\"x\": [1]}|[ ]")]
    [InlineData("a int, b float8, c numeric, d int2", """{"a":"12","b":"1.5","c":"3.40","d":"7"}""", "12|1.5|3.40|7")]
    [InlineData("a numeric, b numeric(10,2), c numeric(30,3)", """{"a":1e3,"b":1.005,"c":12345678901234567890.1}""", "1000|1.01|12345678901234567890.100")]
    [InlineData("a float4, b float8", """{"a":0.1,"b":1}""", "0.1|1")]
    [InlineData("a bool", """{"a":false}""", "f")]
    [InlineData("a date, b date", """{"a":"2024-02-29","b":19782}""", "2024-02-29|2024-02-29")]
    [InlineData("a time, b time", """{"a":"01:02:03.5","b":3723500000}""", "01:02:03.500|01:02:03.500")]
    [InlineData("a timestamp, b timestamp", """{"a":"2024-04-11T02:00:00.123","b":1712800800123}""", "2024-04-11 02:00:00.123|2024-04-11 02:00:00.123")]
    [InlineData("a timestamp, b timestamp, c timestamp", """{"a":100,"b":1712800800123456,"c":1712800800123456789}""", "1970-01-01 00:01:40|2024-04-11 02:00:00.123456|2024-04-11 02:00:00.123456")]
    [InlineData("a timestamptz, b timestamptz", """{"a":"2024-04-11T02:00:00.654321Z","b":1712800800123456}""", "2024-04-11 02:00:00.654321+00:00|2024-04-11 02:00:00.123456+00:00")]
    [InlineData("a interval, b uuid, c bytea", """{"a":"P1DT2H","b":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11","c":"\\x00ff"}""", "1 day 02:00:00|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|\\x00ff")]
    [InlineData("a jsonb, b jsonb", """{"a":{"z":1,"a":[true,null]},"b":"s"}""", "{\"a\": [true, null], \"z\": 1}|\"s\"")]
    [InlineData("a int[], b varchar[][]", """{"a":[1,null,3],"b":[["x"],[]]}""", "{1,NULL,3}|{{x},{}}")]
    [InlineData("s struct<x int, y struct<z varchar>>", """{"s":{"Y":{"z":"in"},"x":1,"q":0}}""", "(1,\"(in)\")")]
    [InlineData("s struct<x int, y varchar>", """{"s":"{\"y\":\"str\"}"}""", "(,str)")]
    [InlineData("m map(varchar,int)", """{"m":{"b":2,"a":1}}""", "{a:1,b:2}")]
    public void Json_Accepted_GivesTheRow(string columns, string record, string expected) =>
        Assert.Equal(expected, Row(columns, record, []));

    [Theory]
    [InlineData("a int", "", "empty")]
    [InlineData("a int", "[1]", "not a JSON object")]
    [InlineData("a int", "{\"a\":1", "not valid JSON")]
    [InlineData("a int", "{\"a\":1} x", "not valid JSON")]
    [InlineData("a int", "{\"a\":\"x\"}", "field \"a\": \"x\" is not a value of type integer")]
    [InlineData("a int", "{\"a\":3000000000}", "field \"a\": 3000000000 is out of range for type integer")]
    [InlineData("a int", "{\"a\":1.5}", "field \"a\": 1.5 is not a value of type integer")]
    [InlineData("a int", "{\"a\":[1]}", "is not a value of type integer")]
    [InlineData("a bool", "{\"a\":1}", "is not a value of type boolean")]
    [InlineData("a varchar(2)", "{\"a\":\"xyz\"}", "too long")]
    [InlineData("a varchar", "{\"a\":\"x\\u0000\"}", "character that text cannot")]
    [InlineData("a varchar", "{\"a\":\"\\ud800\"}", "not valid Unicode")]
    [InlineData("a timestamptz", "{\"a\":\"2024-04-11 02:00:00\"}", "is not a value of type timestamp with time zone")]
    [InlineData("a int[]", "{\"a\":[1,\"x\"]}", "field \"a\":")]
    public void Json_Malformed_HasItsReason(string columns, string record, string reason)
    {
        string row = Row(columns, record, []);
        Assert.StartsWith("!", row);
        Assert.Contains(reason, row);
    }

    [Theory]
    [InlineData("guess_number_unit", "100", "1970-01-01 00:01:40+00:00")]
    [InlineData("milli", "1712800800123456", "56246-07-01 08:02:03.456+00:00")]
    [InlineData("milli", "100", "1970-01-01 00:00:00.100+00:00")]
    [InlineData("micro", "100", "1970-01-01 00:00:00.000100+00:00")]
    [InlineData("utc_string", "100", "!")]
    [InlineData("utc_string", "\"2024-04-11T02:00:00.654321Z\"", "2024-04-11 02:00:00.654321+00:00")]
    [InlineData("utc_without_suffix", "\"2024-04-11 02:00:00.234321\"", "2024-04-11 02:00:00.234321+00:00")]
    [InlineData("utc_without_suffix", "\"2024-04-11T02:00:00.654321Z\"", "!")]
    public void Json_TimestampModes_AreRisingWaves(string mode, string value, string expected)
    {
        string row = Row("at timestamptz", $"{{\"at\":{value}}}", new() { ["timestamptz.handling.mode"] = mode });
        Assert.Equal(expected, row[..Math.Min(row.Length, expected.Length)]);
    }

    [Fact]
    public void Json_UnknownOption_IsRefused()
    {
        var error = Assert.Throws<SqlException>(() => Row("a int", "{}", new() { ["timestamptz.handling.mode"] = "mili" }));
        Assert.Contains("unrecognized", error.Message);
        Assert.Throws<SqlException>(() => Row("a int", "{}", new() { ["no.such"] = "1" }));
    }

    [Fact]
    public void Json_InvalidUtf8_IsMalformed()
    {
        var decoder = new JsonDecoder([("a", SqlType.Varchar)], JsonOptions.Default);
        using var arena = new Arena();
        byte[] record = [.. "{\"a\":\""u8, 0xFF, .. "\"}"u8];
        Assert.Contains("UTF-8", decoder.Decode(record, [new VectorBuilder(arena, SqlType.Varchar)]));
    }

    [Fact]
    public void Json_GoodAndBadRecordsMixed_TheBatchHoldsTheGoodOnes()
    {
        var columns = DecoderHarness.Columns("a int, b varchar, c timestamp");
        var decoder = RecordFormats.Create("JSON", new Dictionary<string, string>(), columns);
        var builder = new BatchBuilder([.. columns.Select(c => c.Type)]);
        var targets = columns.Select((_, i) => builder[i]).ToArray();
        var expected = new List<string?[]>();
        Law.Check(output, 500, random =>
        {
            int a = random.Next();
            bool isBad = random.Next(3) == 0;
            string record = $"{{\"a\":{a},\"b\":\"text number {a} of some length\",\"c\":{(isBad ? "\"no\"" : "1000")}}}";
            record = random.Next(5) == 0 ? record[..random.Next(record.Length)] : record;
            if (decoder.Decode(Encoding.UTF8.GetBytes(record), targets) is not null)
            {
                builder.AbandonRow();
                return true;
            }

            builder.EndRow();
            expected.Add([a.ToString(), $"text number {a} of some length", "1970-01-01 00:16:40"]);
            return !isBad;
        });
        using var built = builder.Build();
        Assert.Equal(expected, DecoderHarness.Rows(built.Batch));
    }

    [Fact]
    public void Json_RandomBytes_NeverThrow()
    {
        var columns = DecoderHarness.Columns("a int, b varchar, c jsonb, d int[], e struct<x int, y varchar>, f map(varchar,int)");
        var decoder = RecordFormats.Create("JSON", new Dictionary<string, string>(), columns);
        byte[] seed = Encoding.UTF8.GetBytes(
            """{"a":1,"b":"x\u00e4","c":{"k":[1,2.5,null]},"d":[1,null],"e":{"x":1,"y":"z"},"f":{"k":1}}""");
        using var arena = new Arena();
        Law.Check(output, 3000, random =>
        {
            byte[] record = [.. seed];
            for (int i = random.Next(4); i >= 0; i--)
            {
                record[random.Next(record.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : seed[random.Next(seed.Length)];
            }

            decoder.Decode(record, [.. columns.Select(c => new VectorBuilder(arena, c.Type))]);
            return true;
        });
    }

    [Fact]
    public void Json_WarmDecoder_AllocatesNothing()
    {
        var columns = DecoderHarness.Columns("id bigint, name varchar, amount numeric, price float8, at timestamp, tags varchar[], note varchar");
        var decoder = RecordFormats.Create("JSON", new Dictionary<string, string>(), columns);
        byte[] record = Encoding.UTF8.GetBytes(
            """{"id":12345,"name":"a name longer than twelve","amount":12.50,"price":0.1,"at":"2024-02-29 13:14:15.123456","tags":["a","b"],"note":"esc\n"}""");
        var builder = new BatchBuilder([.. columns.Select(c => c.Type)], 4096);
        var targets = columns.Select((_, i) => builder[i]).ToArray();
        string? reason = null;
        long Run(int rows)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < rows; i++)
            {
                reason ??= decoder.Decode(record, targets);
                builder.EndRow();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run(200);
        // Blocks of the arena have small managed shells.
        Assert.True(Run(1000) < 1000);
        Assert.Null(reason);
        builder.Arena.Dispose();
    }

    private static string Row(string columns, string record, Dictionary<string, string> options)
    {
        var declared = DecoderHarness.Columns(columns);
        var row = DecoderHarness.DecodeOne(RecordFormats.Create("JSON", options, declared), declared, record);
        return string.Join('|', row.Select(v => v ?? "NULL"));
    }
}
