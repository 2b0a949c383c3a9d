using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

/// <summary>Every type, in text and in binary, as a real client reads it.</summary>
public sealed class EncodingTests
{
    private static readonly (SqlType Type, string Text, object Value)[] Cases =
    [
        (SqlType.Boolean, "true", true),
        (SqlType.Boolean, "false", false),
        (SqlType.Int16, "-32768", short.MinValue),
        (SqlType.Int32, "2147483647", int.MaxValue),
        (SqlType.Int64, "-9223372036854775808", long.MinValue),
        (SqlType.Int64, "0", 0L),
        (SqlType.Int64, "10000", 10000L),
        (SqlType.Int64, "99999", 99999L),
        (SqlType.Float32, "1.5", 1.5f),
        (SqlType.Float64, "-1e+300", -1e300),
        (SqlType.Float64, "NaN", double.NaN),
        (SqlType.Float64, "Infinity", double.PositiveInfinity),
        (SqlType.NumericOf(10, 2), "12345678.90", 12345678.90m),
        (SqlType.NumericOf(30, 4), "-12345678901234567890.1234", -12345678901234567890.1234m),
        (SqlType.Numeric, "79228162514264337593543950335", decimal.MaxValue),
        (SqlType.Numeric, "0.0001", 0.0001m),
        (SqlType.Varchar, "", ""),
        (SqlType.Varchar, "héllo wörld, longer than inline", "héllo wörld, longer than inline"),
        (SqlType.Bytea, @"\x00ff10", new byte[] { 0, 0xFF, 0x10 }),
        (SqlType.Date, "2024-02-29", new DateOnly(2024, 2, 29)),
        (SqlType.Date, "1969-12-31", new DateOnly(1969, 12, 31)),
        (SqlType.Time, "13:14:15.123456", new TimeOnly(13, 14, 15, 123, 456)),
        (SqlType.Timestamp, "2024-02-29 13:14:15.123456", new DateTime(2024, 2, 29, 13, 14, 15, 123, 456)),
        (SqlType.TimestampTz, "2024-02-29 13:14:15+00:00", new DateTime(2024, 2, 29, 13, 14, 15, DateTimeKind.Utc)),
        (SqlType.Interval, "1 day 02:03:04", new NpgsqlInterval(0, 1, 7384000000)),
        (SqlType.Interval, "1 year 2 mons -3 days", new NpgsqlInterval(14, -3, 0)),
        (SqlType.Uuid, "00112233-4455-6677-8899-aabbccddeeff", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")),
        (SqlType.Oid, "4294967295", uint.MaxValue),
        (SqlType.Name, "pg_class", "pg_class"),
        (SqlType.Jsonb, "{\"a\": [1, \"x\"]}", "{\"a\": [1, \"x\"]}"),
        (SqlType.ListOf(SqlType.Int32), "{1,2,3}", new[] { 1, 2, 3 }),
        (SqlType.ListOf(SqlType.Int32), "{}", Array.Empty<int>()),
        (SqlType.ListOf(SqlType.Varchar), "{a,\"b c\",\"\"}", new[] { "a", "b c", "" }),
    ];

    [Fact]
    public async Task Binary_EveryType_IsReadAsItsValue()
    {
        await using var fixture = NewFixture(rows: 3);
        await using var connection = await Open(fixture);
        await using var command = new NpgsqlCommand("show all", connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        for (int i = 0; i < Cases.Length; i++)
        {
            AssertValue(Cases[i].Value, reader, i);
        }

        Assert.True(await reader.ReadAsync());
        for (int i = 0; i < Cases.Length; i++)
        {
            Assert.True(reader.IsDBNull(i));
        }

        Assert.True(await reader.ReadAsync());
        Assert.False(await reader.ReadAsync());
    }

    [Fact]
    public async Task Text_EveryType_IsItsText()
    {
        await using var fixture = NewFixture(rows: 3);
        await using var connection = await Open(fixture);
        await using var command = new NpgsqlCommand("show all", connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        for (int i = 0; i < Cases.Length; i++)
        {
            var datum = TextParse.Parse(Cases[i].Text, Cases[i].Type);
            string expected = TextFormat.ToText(datum);
            Assert.Equal(expected, reader.GetString(i));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rows_ManyInOneBatch_AreCutIntoChunksWithoutLoss(bool asText)
    {
        const int Rows = 4096;
        await using var fixture = NewFixture(Rows);
        await using var connection = await Open(fixture);
        await using var command = new NpgsqlCommand("show all", connection) { AllResultTypesAreUnknown = asText };
        await using var reader = await command.ExecuteReaderAsync();
        int row = 0;
        while (await reader.ReadAsync())
        {
            for (int i = 0; i < Cases.Length; i++)
            {
                Assert.Equal(IsNull(row), reader.IsDBNull(i));
            }

            row++;
        }

        Assert.Equal(Rows, row);
    }

    [Fact]
    public async Task TimestampTz_Text_FollowsTheSessionZone()
    {
        await using var fixture = NewFixture(rows: 1);
        using var client = fixture.Connect(("timezone", "Asia/Kolkata"));
        int column = Array.FindIndex(Cases, c => c.Type == SqlType.TimestampTz);
        string?[] values = client.Query("show all").Go()[1].Values();
        Assert.Equal("2024-02-29 18:44:15+05:30", values[column]);
    }

    [Fact]
    public async Task Dictionary_Column_GoesOutByItsCodes()
    {
        await using var fixture = new ServerFixture();
        var builder = new BatchBuilder([SqlType.Varchar, SqlType.Int64]);
        builder[0].AppendBytes("zero"u8);
        builder[1].Append(0L);
        builder.EndRow();
        builder[0].AppendBytes("one is longer than twelve"u8);
        builder[1].Append(1L);
        builder.EndRow();
        var owned = builder.Build();
        int[] codes = [1, 0, 1, 1, 0];
        var shell = new Batch().Reset(codes.Length, 2);
        for (int i = 0; i < 2; i++)
        {
            var arenaCodes = owned.Arena.Allocate<int>(codes.Length);
            codes.CopyTo(arenaCodes);
            shell[i] = owned.Batch[i].WithCodes(arenaCodes, codes.Length);
        }

        fixture.Database.Results["all"] = (["a", "b"], new OwnedBatch(shell, owned.Arena));
        using var client = fixture.Connect();
        var rows = client.Query("show all").Go().Where(m => m.Type == 'D').Select(m => m.Row);
        Assert.Equal(codes.Select(c => c == 0 ? "zero|0" : "one is longer than twelve|1"), rows);
    }

    [Fact]
    public async Task Parameters_Binary_ComeBackTheSame()
    {
        await using var fixture = new ServerFixture();
        await using var connection = await Open(fixture);
        object[] values =
        [
            true, (short)-5, 42, long.MaxValue, 1.5f, -2.25, 123.4500m, "héllo", new byte[] { 1, 0, 2 },
            new DateOnly(2024, 2, 29), new TimeOnly(1, 2, 3), new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc),
            Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), new[] { 1, 2, 3 }, new[] { "a", "b" },
        ];
        string text = "echo " + string.Join(' ', values.Select((_, i) => $"${i + 1}"));
        await using var command = new NpgsqlCommand(text, connection);
        foreach (object value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        for (int i = 0; i < values.Length; i++)
        {
            AssertValue(values[i], reader, i);
        }
    }

    private static bool IsNull(int row) => row % 3 == 1;

    private static ServerFixture NewFixture(int rows)
    {
        var builder = new BatchBuilder([.. Cases.Select(c => c.Type)]);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < Cases.Length; i++)
            {
                var datum = IsNull(row) ? Datum.Null(Cases[i].Type) : TextParse.Parse(Cases[i].Text, Cases[i].Type);
                datum.AppendTo(builder[i]);
            }

            builder.EndRow();
        }

        var fixture = new ServerFixture();
        fixture.Database.Results["all"] = ([.. Cases.Select((_, i) => $"c{i}")], builder.Build());
        return fixture;
    }

    private static async Task<NpgsqlConnection> Open(ServerFixture fixture)
    {
        var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={fixture.Server.Port};Database=dev;Username=root;SSL Mode=Disable;"
            + "Server Compatibility Mode=NoTypeLoading;Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static void AssertValue(object expected, NpgsqlDataReader reader, int column)
    {
        switch (expected)
        {
            case DateOnly date: Assert.Equal(date, reader.GetFieldValue<DateOnly>(column)); break;
            case TimeOnly time: Assert.Equal(time, reader.GetFieldValue<TimeOnly>(column)); break;
            case NpgsqlInterval interval: Assert.Equal(interval, reader.GetFieldValue<NpgsqlInterval>(column)); break;
            case Array array: Assert.Equal(array, (Array)reader.GetValue(column)); break;
            default:
                Assert.Equal(
                    Convert.ToString(expected, CultureInfo.InvariantCulture),
                    Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture));
                Assert.Equal(expected.GetType(), reader.GetValue(column).GetType());
                break;
        }
    }
}
