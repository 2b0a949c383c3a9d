using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Types;

public sealed class TextTests(ITestOutputHelper output)
{
    private static readonly TextOptions NewYork = new() { Zone = ZoneRules.Find("America/New_York")! };

    [Fact]
    public void Text_GoldenInputs_GiveWhatPostgres15Gives()
    {
        // type, input, then OK and the output or ERR with SQLSTATE and message; taken from PostgreSQL 15 in UTC, with
        // RisingWave's fractional seconds and offsets.
        int cases = 0;
        foreach (string[] parts in Golden.Read("text.tsv", 3))
        {
            var type = TypeNames.Parse(parts[0]);
            string actual;
            try
            {
                actual = "OK " + TextFormat.ToText(TextParse.Parse(parts[1], type));
            }
            catch (SqlException e)
            {
                actual = $"ERR {e.SqlState} {e.Message}";
            }

            Assert.Equal(parts[0] + " " + parts[1] + " " + parts[2], parts[0] + " " + parts[1] + " " + actual);
            cases++;
        }

        Assert.InRange(cases, 500, int.MaxValue);
    }

    [Fact]
    public void Text_OfRandomScalars_ReadsBackToTheSameValue()
    {
        Law.Check(output, 3000, random =>
        {
            var type = RandomValues.Scalars[random.Next(RandomValues.Scalars.Length)];
            var value = RandomValues.Of(type, random);
            if (type.Id == TypeId.Name && value.Bytes!.Length > 63)
            {
                return true;
            }

            var read = TextParse.Parse(TextFormat.ToText(value), type);
            // A free zero has no sign, a NaN one form.
            Assert.True(value == read || ValueOrder.Compare(value, read) == 0, $"{type}: {TextFormat.ToText(value)}");
            return true;
        });
    }

    [Fact]
    public void Text_OfRandomNestedValues_ReadsBackToTheSameBytes()
    {
        Law.Check(output, 1000, random =>
        {
            var type = RandomValues.Nested[random.Next(RandomValues.Nested.Length)];
            var value = RandomValues.Of(type, random);
            Assert.Equal(value, TextParse.Parse(TextFormat.ToText(value), type));
            return true;
        });
    }

    [Fact]
    public void TimestampTz_InAZone_ShowsAndReadsItsOffset()
    {
        var summer = TextParse.Parse("2024-07-01 12:00:00", SqlType.TimestampTz, NewYork);
        Assert.Equal("2024-07-01 16:00:00+00:00", TextFormat.ToText(summer));
        Assert.Equal("2024-07-01 12:00:00-04:00", TextFormat.ToText(summer, NewYork));
        var kolkata = new TextOptions { Zone = ZoneRules.Find("asia/kolkata")! };
        Assert.Equal("2024-07-01 21:30:00+05:30", TextFormat.ToText(summer, kolkata));
    }

    [Theory]
    [InlineData("10:13:36.07", "time", "10:13:36.070")]
    [InlineData("2019-10-08 10:13:36.07", "timestamp", "2019-10-08 10:13:36.070")]
    [InlineData("P12Y2M30DT4H5M0.1234567S", "interval", "12 years 2 mons 30 days 04:05:00.123456")]
    [InlineData("- 1 year -1 months -       1 days 4 hours 5 minutes 6 seconds", "interval", "-1 years -1 mons -1 days +04:05:06")]
    [InlineData("-2562047788:00:54.775808", "interval", "-2562047788:00:54.775808")]
    public void Text_RisingWaveForms_AreKept(string text, string type, string expected) =>
        Assert.Equal(expected, TextFormat.ToText(TextParse.Parse(text, TypeNames.Parse(type))));

    [Theory]
    [InlineData("1900-1-1", "date", SqlState.InvalidDatetimeFormat)]
    [InlineData("02-02-1992", "date", SqlState.InvalidDatetimeFormat)]
    [InlineData("1900a01a01", "date", SqlState.InvalidDatetimeFormat)]
    [InlineData("today", "date", SqlState.FeatureNotSupported)]
    [InlineData("1e1000", "numeric", SqlState.NumericValueOutOfRange)]
    [InlineData("1e-1000", "numeric", SqlState.NumericValueOutOfRange)]
    [InlineData("79228162514264337593543950336", "numeric", SqlState.NumericValueOutOfRange)]
    [InlineData("a\0b", "varchar", SqlState.CharacterNotInRepertoire)]
    [InlineData("abcd", "varchar(3)", SqlState.StringDataRightTruncation)]
    [InlineData("{1,{2}}", "int4[]", SqlState.InvalidTextRepresentation)]
    [InlineData("(1,2", "struct<a int, b int>", SqlState.InvalidTextRepresentation)]
    public void Text_Refused_HasItsSqlState(string text, string type, string state) =>
        Assert.Equal(state, Assert.Throws<SqlException>(() => TextParse.Parse(text, TypeNames.Parse(type))).SqlState);

    [Theory]
    [InlineData("{{1},{2,3}}", "int[][]")]
    [InlineData("{1,NULL,\"a b\",\"NULL\",\"\"}", "text[]")]
    [InlineData("(1,\"(2,)\")", "struct<a int, b struct<c int, d int>>")]
    [InlineData("(\"a \"\"q\"\" b\",\"{1,2}\",)", "struct<a varchar, b int[], c varchar>")]
    [InlineData("{1:a,2:NULL}", "map(int,varchar)")]
    public void Text_Nested_PrintsAsItWasRead(string text, string type) =>
        Assert.Equal(text, TextFormat.ToText(TextParse.Parse(text, TypeNames.Parse(type))));

    [Theory]
    [InlineData("{\"b\":1,\"a\":[1.0,2e3,\"x\\u0041\"],\"b\":null}", "{\"a\": [1.0, 2000.0, \"xA\"], \"b\": null}")]
    [InlineData(" [ ] ", "[]")]
    [InlineData("-0", "-0.0")]
    [InlineData("123456789012345678901234567890", "1.2345678901234568e29")]
    [InlineData("\"tab\\tq\\\"\\/\"", "\"tab\\tq\\\"/\"")]
    public void Jsonb_Normalizes(string text, string expected) =>
        Assert.Equal(expected, TextFormat.ToText(TextParse.Parse(text, SqlType.Jsonb)));

    [Fact]
    public void TryAppend_WarmColumn_AllocatesNothing()
    {
        (SqlType Type, byte[] Text)[] inputs =
        [
            (SqlType.Int64, "123456789"u8.ToArray()), (SqlType.Float64, "1.5e-10"u8.ToArray()), (SqlType.Numeric, "12.340"u8.ToArray()),
            (SqlType.Timestamp, "2024-02-29 13:14:15.123456"u8.ToArray()), (SqlType.TimestampTz, "2024-02-29T13:14:15Z"u8.ToArray()),
            (SqlType.Interval, "1 day 02:03:04"u8.ToArray()), (SqlType.Bytea, "\\x00ff"u8.ToArray()),
            (SqlType.ListOf(SqlType.Int32), "{1,2,3}"u8.ToArray()), (SqlType.Uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"u8.ToArray()),
            (SqlType.Varchar, Encoding.UTF8.GetBytes("a text of more than twelve bytes")),
        ];
        using var arena = new Arena();
        foreach (var (type, text) in inputs)
        {
            var column = new VectorBuilder(arena, type, 4096);
            int failed = 0;
            long Run(int rows)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < rows; i++)
                {
                    failed += TextParse.TryAppend(text, type, TextOptions.Default, column) == ValueStatus.Ok ? 0 : 1;
                }

                return GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Run(100);
            // The column's own blocks have small managed shells.
            Assert.True(Run(1000) < 1000, type.ToString());
            Assert.Equal(0, failed);
        }
    }
}
