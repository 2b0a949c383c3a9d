using System.Text;
using System.Text.Json;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Columns;

/// <summary>Our streams read by npm's apache-arrow, its streams read by us.</summary>
public sealed class ArrowInteropTests
{
    private const string Long = "a string of more than twelve bytes: äöü";

    /// <summary>type, two values as we write them (a null stands between), and how apache-arrow's raw value looks.</summary>
    private static readonly (string Type, string First, string Last, string ArrowType, string ArrowFirst, string ArrowLast)[] Columns =
    [
        ("bool", "t", "f", "Bool", "True", "False"),
        ("int2", "-32768", "32767", "Int16", "-32768", "32767"),
        ("int4", "-2147483648", "2147483647", "Int32", "-2147483648", "2147483647"),
        ("int8", "-9223372036854775808", "9223372036854775807", "Int64", "-9223372036854775808", "9223372036854775807"),
        ("float4", "1.5", "NaN", "Float32", "1.5", "NaN"),
        ("float8", "0.1", "-Infinity", "Float64", "0.1", "-Infinity"),
        ("numeric", "1.2300", "-12345678901234567.89", "Utf8View", "1.2300", "-12345678901234567.89"),
        ("numeric(10,2)", "-123.45", "99999999.99", "Decimal[10e+2]", "-12345", "9999999999"),
        ("numeric(38,5)", "-123456789012345678901234567890123.45678", "1", "Decimal[38e+5]", "-12345678901234567890123456789012345678", "100000"),
        ("varchar", "short", Long, "Utf8View", "short", Long),
        ("bytea", "\\x00ff", "\\x000102030405060708090a0b0c0d0e0f", "BinaryView", "00ff", "000102030405060708090a0b0c0d0e0f"),
        ("date", "2024-02-29", "1969-12-31", "Date32<DAY>", "19782", "-1"),
        ("time", "13:14:15.123456", "24:00:00", "Time64<MICROSECOND>", "47655123456", "86400000000"),
        ("timestamp", "2024-02-29 13:14:15.123456", "1969-12-31 23:59:59.999999", "Timestamp<MICROSECOND>", "1709212455123456", "-1"),
        ("timestamptz", "2024-02-29 13:14:15+00:00", "infinity", "Timestamp<MICROSECOND, UTC>", "1709212455000000", "9223372036854775807"),
        ("interval", "1 mon 2 days 00:00:03", "-1 mons -2 days -00:00:03", "Interval<MONTH_DAY_NANO>", "1 2 3000000000", "-1 -2 -3000000000"),
        ("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000001", "FixedSizeBinary[16]", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "00000000000000000000000000000001"),
        ("oid", "0", "4294967295", "Uint32", "0", "4294967295"),
        ("jsonb", "{\"a\": 1}", "[1, \"a longer text\"]", "Utf8View", "{\"a\": 1}", "[1, \"a longer text\"]"),
    ];

    [NodeTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void OurStream_ReadByApacheArrow_HasTheSameValues(bool asDictionary)
    {
        using var arena = new Arena();
        var fields = Columns.Select(c => new ArrowField(c.Type, TypeNames.Parse(c.Type), asDictionary)).ToArray();
        var batch = new Batch().Reset(3, fields.Length);
        for (int i = 0; i < fields.Length; i++)
        {
            var column = new VectorBuilder(arena, fields[i].Type);
            TextParse.Parse(Columns[i].First, fields[i].Type).AppendTo(column);
            column.AppendNull();
            TextParse.Parse(Columns[i].Last, fields[i].Type).AppendTo(column);
            batch[i] = column.Build();
        }

        string[] lines = Show(ArrowHarness.Write(fields, [batch, batch], withWeights: true));
        Assert.Equal(3 * (fields.Length + 1), lines.Length);
        for (int i = 0; i < fields.Length; i++)
        {
            using var field = JsonDocument.Parse(lines[i]);
            string type = asDictionary ? $"Dictionary<Int32, {Columns[i].ArrowType}>" : Columns[i].ArrowType;
            Assert.Equal(type, field.RootElement.GetProperty("type").GetString());
            Assert.Equal(fields[i].Type.ToString(), field.RootElement.GetProperty("sql").GetString());

            foreach (int copy in new[] { 1, 2 })
            {
                using var values = JsonDocument.Parse(lines[(copy * (fields.Length + 1)) + i]);
                string?[] actual = [.. values.RootElement.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? null : v.ToString())];
                string?[] expected = [Columns[i].ArrowFirst, null, Columns[i].ArrowLast];
                Assert.Equal(Columns[i].Type + string.Join('|', expected), Columns[i].Type + string.Join('|', actual));
            }
        }

        Assert.Equal("[\"1\",\"1\",\"1\"]", lines[^1]);
    }

    [NodeFact]
    public void ApacheArrowsStream_ReadByUs_HasTheSameValues()
    {
        string path = Path.Combine(Path.GetTempPath(), $"vectorized-{Guid.NewGuid():n}.arrow");
        try
        {
            ArrowHarness.RunScript("write.mjs", path);
            var reader = new ArrowStreamReader();
            var batches = ArrowHarness.Read(reader, File.ReadAllBytes(path));
            Assert.True(reader.IsAtEnd);
            Assert.Equal(2, batches.Count);
            string uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
            (string Name, string Type, string First, string Last)[] expected =
            [
                ("bool", "boolean", "t", "t"), ("int8", "smallint", "-128", "127"), ("int16", "smallint", "-32768", "32767"),
                ("int32", "integer", "-2147483648", "2147483647"),
                ("int64", "bigint", "-9223372036854775808", "9223372036854775807"), ("uint8", "smallint", "0", "255"),
                ("uint16", "integer", "0", "65535"), ("uint32", "bigint", "0", "4294967295"), ("float32", "real", "1.5", "-0.25"),
                ("float64", "double precision", "0.1", "1e+300"), ("utf8", "character varying", "short", Long),
                ("largeutf8", "character varying", "short", Long), ("utf8view", "character varying", "short", Long),
                ("binary", "bytea", "\\x00ff", "\\x"), ("fixed", "uuid", uuid, uuid), ("dec", "numeric(10,2)", "-123.45", "99999999.99"),
                ("wide", "numeric(38,5)", "-123456789012345678901234567890123.45678", "0.00001"),
                ("date", "date", "2024-02-29", "1969-12-31"), ("datems", "date", "2024-02-29", "1969-12-31"),
                ("tsms", "timestamp without time zone", "2024-02-29 13:14:15.123", "1969-12-31 23:59:59.999"),
                ("tstz", "timestamp with time zone", "2024-02-29 13:14:15.123+00:00", "1969-12-31 23:59:59.999+00:00"),
                ("time", "time without time zone", "13:14:15.123456", "00:00:00"), ("dict", "character varying", "one", "two"),
            ];
            Assert.Equal(expected.Select(e => (e.Name, e.Type)), reader.Fields.Select(f => (f.Name, f.Type.ToString())));
            for (int part = 0; part < 2; part++)
            {
                for (int i = 0; i < expected.Length; i++)
                {
                    var (name, _, first, last) = expected[i];
                    last = part == 0 ? last : name switch { "bool" => "f", "dict" => Long, _ => last };
                    string?[] actual = [.. Enumerable.Range(0, 3).Select(row => Text(batches[part].Batch[i], row))];
                    Assert.Equal(name + string.Join('|', first, null, last), name + string.Join('|', actual));
                }
            }

            batches.ForEach(b => b.Dispose());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string? Text(Vector vector, int row)
    {
        var value = Datum.FromVector(vector, row);
        return value.IsNull ? null : TextFormat.ToText(value);
    }

    private static string[] Show(byte[] stream)
    {
        string path = Path.Combine(Path.GetTempPath(), $"vectorized-{Guid.NewGuid():n}.arrow");
        try
        {
            File.WriteAllBytes(path, stream);
            return ArrowHarness.RunScript("read.mjs", path).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
