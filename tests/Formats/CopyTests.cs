using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Formats;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Tests.Types;
using Xunit.Abstractions;

namespace Vectorized.Tests.Formats;

public sealed class CopyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("1\tx\n2\t\\N\n", "", "1|x;2|NULL")]
    [InlineData("1\tx\n2\ty", "", "1|x;2|y")]
    [InlineData("1\tx\r\n2\ty\r\n\\.\r\nignored", "", "1|x;2|y")]
    [InlineData("1\ta\\tb\\nc\\\\d\\x41\\101\\q\n", "", "1|a\tb\nc\\dAAq")]
    [InlineData("1\tline\\\nbreak\n", "", "1|line\nbreak")]
    [InlineData("1\t\n", "", "1|")]
    [InlineData("a\tb\n1\tx\n", "header=true", "1|x")]
    [InlineData("a\tb\n1\tx\n", "header=match", "1|x")]
    [InlineData("1|x\\|y\n2|\n", "delimiter=|,null=", "1|x|y;2|NULL")]
    [InlineData("1,x\n2,\n3,\"\"\n", "format=csv", "1|x;2|NULL;3|")]
    [InlineData("1,\"x\ny\"\"z\"\n", "format=csv", "1|x\ny\"z")]
    [InlineData("1,'it''s'\n2,'a\\'\n", "format=csv,quote='", "1|it's;2|a\\")]
    [InlineData("1,\"a\\\"b\\\\\"\n", "format=csv,escape=\\", "1|a\"b\\")]
    [InlineData("a,\"b\"\n1,NULL\n2,\"NULL\"\n", "format=csv,header=match,null=NULL", "1|NULL;2|NULL")]
    [InlineData("1;x\n\\.\n", "format=csv,delimiter=;", "1|x")]
    public void Copy_In_GivesTheRows(string data, string options, string expected)
    {
        // The third NULL example: a quoted null string is data, not NULL, so its text is shown the same.
        Assert.Equal(expected, Read(data, options, data.Length));
        Assert.Equal(expected, Read(data, options, 1));
    }

    [Theory]
    [InlineData("1\n", "", "22P04", "missing data for column \"b\"", "COPY t, line 1: \"1\"")]
    [InlineData("1\tx\n2\ty\tz\n", "", "22P04", "extra data after last expected column", "COPY t, line 2: \"2\ty\tz\"")]
    [InlineData("1\tx\nq\ty\n", "", "22P02", "invalid input syntax for type integer: \"q\"", "COPY t, line 2, column a: \"q\"")]
    [InlineData("1\tx\ry\n", "", "22P04", "literal carriage return found in data", null)]
    [InlineData("1,\"x\n", "format=csv", "22P04", "unterminated CSV quoted field", null)]
    [InlineData("1,\"x\ny\"\n9999999999,z\n", "format=csv", "22003", "value \"9999999999\" is out of range for type integer", "COPY t, line 3, column a: \"9999999999\"")]
    [InlineData("a,c\n1,x\n", "format=csv,header=match", "22P04", "column name mismatch in header line field 2: got \"c\", expected \"b\"", null)]
    public void Copy_In_Errors_NameTheirPlace(string data, string options, string state, string message, string? context)
    {
        var error = Assert.Throws<SqlException>(() => Read(data, options, 3));
        Assert.Equal((state, message), (error.SqlState, error.Message));
        Assert.True(context is null || context == error.Context, error.Context);
    }

    [Theory]
    [InlineData("delimiter=ab", "COPY delimiter must be a single one-byte character")]
    [InlineData("format=xml", "COPY format \"xml\" not recognized")]
    [InlineData("quote='", "COPY quote available only in CSV mode")]
    [InlineData("format=csv,delimiter=\"", "COPY delimiter and quote must be different")]
    [InlineData("nosuch=1", "option \"nosuch\" not recognized")]
    [InlineData("format=binary,header=true", "cannot specify HEADER in BINARY mode")]
    [InlineData("encoding=latin1", "COPY in encoding latin1 is not supported")]
    public void Copy_Options_AreChecked(string options, string message) =>
        Assert.Equal(message, Assert.Throws<SqlException>(() => Settings(options, isFrom: true)).Message);

    [Theory]
    [InlineData("", "1\ta\\tb\\\\\n\\N\t\n")]
    [InlineData("format=csv,header=true", "a,b\n1,a\tb\\\n,\"\"\n")]
    [InlineData("format=csv,quote=',force_quote=*", "'1','a\tb\\'\n,''\n")]
    [InlineData("delimiter=|,null=nix", "1|a\\tb\\\\\nnix|\n")]
    public void Copy_Out_WritesAsPostgres(string options, string expected)
    {
        var columns = DecoderHarness.Columns("a int, b varchar");
        var builder = new BatchBuilder([.. columns.Select(c => c.Type)]);
        Datum.OfInt32(1).AppendTo(builder[0]);
        Datum.OfText("a\tb\\").AppendTo(builder[1]);
        builder.EndRow();
        Datum.Null(SqlType.Int32).AppendTo(builder[0]);
        Datum.OfText("").AppendTo(builder[1]);
        builder.EndRow();
        using var built = builder.Build();
        Assert.Equal(expected, Encoding.UTF8.GetString(Write(built.Batch, Settings(options, isFrom: false), columns)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("delimiter=|,null=")]
    [InlineData("format=csv")]
    [InlineData("format=csv,quote=',escape=\\,delimiter=;,null=NULL,header=true")]
    [InlineData("format=binary")]
    public void Copy_OutThenIn_InRandomPieces_GivesTheSameRows(string options)
    {
        SqlType[] types = [.. RandomValues.Scalars.Where(t => t.Id != TypeId.Name), .. RandomValues.Nested.Where(t => t.Element?.Id != TypeId.List)];
        Law.Check(output, 60, random =>
        {
            var columns = Enumerable.Range(0, random.Next(1, 6)).Select(i => ($"c{i}", types[random.Next(types.Length)])).ToArray();
            var builder = new BatchBuilder([.. columns.Select(c => c.Item2)]);
            var expected = new List<Datum>();
            int rows = random.Next(1, 30);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns.Length; column++)
                {
                    var value = RandomValues.Of(columns[column].Item2, random, canBeNull: true);
                    // With an empty null string the text format cannot tell an empty text from NULL.
                    value = options.Contains("|,null=") && value.Bytes is { Length: 0 } ? Datum.Null(value.Type) : value;
                    expected.Add(value);
                    value.AppendTo(builder[column]);
                }

                builder.EndRow();
            }

            using var written = builder.Build();
            byte[] data = Write(written.Batch, Settings(options, isFrom: false), columns);
            var reader = CopyReader.Create(Settings(options, isFrom: true), "t", columns, TextOptions.Default);
            var again = new BatchBuilder([.. columns.Select(c => c.Item2)]);
            for (int at = 0; at < data.Length;)
            {
                int length = Math.Min(random.Next(1, random.Next(2) == 0 ? 4 : 200), data.Length - at);
                reader.Read(data.AsSpan(at, length), again);
                at += length;
            }

            reader.Complete(again);
            using var read = again.Build();
            Assert.Equal(rows, reader.RowCount);
            Assert.Equal(rows, read.Batch.RowCount);
            for (int i = 0; i < expected.Count; i++)
            {
                var actual = Datum.FromVector(read.Batch[i % columns.Length], i / columns.Length);
                Assert.True(
                    expected[i].IsNull == actual.IsNull && (actual.IsNull || ValueOrder.Compare(expected[i], actual) == 0),
                    $"{actual.Type}: {(expected[i].IsNull ? "NULL" : TextFormat.ToText(expected[i]))}");
            }

            return true;
        });
    }

    [Fact]
    public void Copy_BinaryIn_BadBytes_AreRefused()
    {
        Assert.Contains("signature", Assert.Throws<SqlException>(() => Read("not binary at all", "format=binary", 5)).Message);
        var columns = DecoderHarness.Columns("a int");
        byte[] header = [.. "PGCOPY\n"u8, 0xFF, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        var error = Assert.Throws<SqlException>(() => ReadBytes([.. header, 0, 2], "format=binary", columns));
        Assert.Equal("row field count is 2, expected 1", error.Message);
        error = Assert.Throws<SqlException>(() => ReadBytes([.. header, 0, 1, 0, 0, 0, 3, 1, 2, 3], "format=binary", columns));
        Assert.Equal(SqlState.InvalidBinaryRepresentation, error.SqlState);
        error = Assert.Throws<SqlException>(() => ReadBytes([.. header, 0, 1, 0, 0], "format=binary", columns));
        Assert.Equal("unexpected EOF in COPY data", error.Message);
    }

    private static string Read(string data, string options, int pieceBytes)
    {
        var columns = DecoderHarness.Columns("a int, b varchar");
        var builder = new BatchBuilder([.. columns.Select(c => c.Type)]);
        try
        {
            var reader = CopyReader.Create(Settings(options, isFrom: true), "t", columns, TextOptions.Default);
            byte[] bytes = Encoding.UTF8.GetBytes(data);
            for (int at = 0; at < bytes.Length; at += pieceBytes)
            {
                reader.Read(bytes.AsSpan(at, Math.Min(pieceBytes, bytes.Length - at)), builder);
            }

            reader.Complete(builder);
        }
        catch
        {
            builder.Arena.Dispose();
            throw;
        }

        using var built = builder.Build();
        return string.Join(';', DecoderHarness.Rows(built.Batch).Select(r => string.Join('|', r.Select(v => v ?? "NULL"))));
    }

    private static void ReadBytes(byte[] bytes, string options, (string Name, SqlType Type)[] columns)
    {
        var builder = new BatchBuilder([.. columns.Select(c => c.Type)]);
        var reader = CopyReader.Create(Settings(options, isFrom: true), "t", columns, TextOptions.Default);
        try
        {
            reader.Read(bytes, builder);
            reader.Complete(builder);
        }
        finally
        {
            builder.Arena.Dispose();
        }
    }

    private static byte[] Write(Batch batch, CopySettings settings, (string Name, SqlType Type)[] columns)
    {
        var writer = new CopyWriter(settings, columns, TextOptions.Default);
        var sink = new TextSink(256);
        writer.WriteStart(ref sink);
        for (int row = 0; row < batch.RowCount; row++)
        {
            writer.WriteRow(batch, row, ref sink);
        }

        writer.WriteEnd(ref sink);
        byte[] written = sink.Written.ToArray();
        sink.Dispose();
        return written;
    }

    private static CopySettings Settings(string options, bool isFrom)
    {
        var parsed = options.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(o =>
        {
            string[] parts = o.Split('=', 2);
            return parts[1] == "*" ? new CopyOption(parts[0]) { AllColumns = true } : new CopyOption(parts[0], parts[1]);
        }).ToArray();
        // HEADER is for reading here and for writing alike; "match" only for reading.
        return CopySettings.Parse([.. parsed], isFrom, ["a", "b"]);
    }
}
