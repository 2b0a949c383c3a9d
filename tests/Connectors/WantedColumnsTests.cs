using System.Text;
using Vectorized.Connectors;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Types;
using Vectorized.Tests.State;

namespace Vectorized.Tests.Connectors;

/// <summary>
/// What a reader gives when only some columns are wanted: the same rows and rejected records at the same places, the wanted columns'
/// values, and nothing of the others.
/// </summary>
public sealed class WantedColumnsTests : IDisposable
{
    private const string Records = """
        {"id": 1, "name": "one", "price": 1.5, "at": "2024-01-01 00:00:00", "tags": ["a", "b"], "ok": true}
        {"id": "x", "name": "id is no number", "price": 1.5, "at": "2024-01-01 00:00:00", "tags": [], "ok": true}
        {"id": 2, "name": "a name with \"quotes\" and more than twelve bytes", "price": null, "at": "2024-01-01 00:00:01", "tags": null}
        {"id": 3, "name": 17, "price": 2, "at": "no time", "tags": [], "ok": false}
        {"id": 4, "name": "n", "name": "named twice, and the last one counts", "price": 99.25, "at": "2024-01-02 00:00:00", "ok": 7}
        {"id": 5, "name": "five", "price": 1e400, "at": "2024-01-02 00:00:00", "tags": ["c"], "ok": true}
        {"id": 6}
        not JSON at all
        {"id": 7, "name": "\ud800", "price": 3, "at": "2024-01-02 00:00:00", "tags": ["c"], "ok": true}
        {"id": 8, "name": "eight", "price": 3, "at": "2024-01-02 00:00:00", "tags": "no list", "ok": true}

        """;

    private static readonly Dictionary<string, string> _withoutHeader = new() { ["without_header"] = "true" };
    private static readonly Dictionary<string, string> _noOptions = [];

    private readonly string _root = Directory.CreateTempSubdirectory("wanted").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("JSON", Records)]
    [InlineData("CSV", "1,one,1.5,2024-01-01 00:00:00,\"{a,b}\",t\n2,\"a longer, quoted name\",x,2024-01-01 00:00:00,{},t\n3,,,,,\n4,few\n")]
    public void Files_AnyColumns_RejectTheSameRecords(string encode, string records)
    {
        File.WriteAllText(Path.Combine(_root, "a.txt"), records);
        var connector = new SourceConnectors().AddBuiltin().Find("posix_fs");
        var definition = connector.Define(
            SourceTesting.Definition(
                $"connector = posix_fs\nposix_fs.root = {_root}",
                new SourceColumn("id", SqlType.Int64), new SourceColumn("name", SqlType.Varchar),
                new SourceColumn("price", SqlType.Float64), new SourceColumn("at", SqlType.Timestamp),
                new SourceColumn("tags", SqlType.ListOf(SqlType.Varchar)), new SourceColumn("ok", SqlType.Boolean),
                new SourceColumn("file", SqlType.Unknown, "file"), new SourceColumn("place", SqlType.Int64, "offset")) with
            { Format = "PLAIN", Encode = encode, EncodeOptions = encode == "CSV" ? _withoutHeader : _noOptions },
            SourceTesting.Environment(null, _root));
        Compare(connector, definition, SourceTesting.Environment(null, _root), new SplitPositions { ["a.txt"] = Encoding.UTF8.GetByteCount(records) },
            decodesWhenAsked: false);
    }

    [Theory]
    [InlineData("nexmark.table.type = Person\nnexmark.event.num = 5000")]
    [InlineData("nexmark.table.type = Auction\nnexmark.event.num = 5000")]
    [InlineData("nexmark.table.type = Bid\nnexmark.event.num = 5000\nnexmark.split.num = 2")]
    [InlineData("nexmark.event.num = 500")]
    public void Nexmark_AnyColumns_AreTheSameEvents(string options)
    {
        var connector = new SourceConnectors().AddBuiltin().Find("nexmark");
        var definition = connector.Define(
            SourceTesting.Definition("connector = nexmark\nnexmark.min.event.gap.in.ns = 0\n" + options), SourceTesting.Environment());
        int splits = options.Contains("split", StringComparison.Ordinal) ? 2 : 1;
        Compare(connector, definition, SourceTesting.Environment(),
            new SplitPositions(Enumerable.Range(0, splits).ToDictionary(i => $"{i}", _ => long.MaxValue)));
    }

    private static void Compare(
        ISourceConnector connector, SourceDefinition definition, SourceEnvironment environment, SplitPositions end,
        bool decodesWhenAsked = true)
    {
        int columns = definition.Columns.Count;
        var (expected, rejected) = Read(connector, definition, environment, end, WantedColumns.All);
        Assert.NotEmpty(expected);
        for (int mask = 0; mask < 1 << columns; mask += columns > 6 ? 5 : 1)
        {
            bool[] wanted = [.. Enumerable.Range(0, columns).Select(i => (mask >> i & 1) != 0)];
            var (found, alsoRejected) = Read(connector, definition, environment, end, WantedColumns.Of(wanted));
            Assert.Equal(rejected, alsoRejected);
            Assert.Equal(
                expected.Select(row => string.Join('|', row.Where((_, i) => wanted[i]))),
                found.Select(row => string.Join('|', row.Where((_, i) => wanted[i]))));
            if (!decodesWhenAsked)
            {
                // A thread of the reader's may have decoded some before it was told.
                continue;
            }

            Assert.All(found, row => Assert.All(row.Where((_, i) => !wanted[i]), value => Assert.Equal("absent", value)));
        }
    }

    private static (List<string[]> Rows, List<string> Rejected) Read(
        ISourceConnector connector, SourceDefinition definition, SourceEnvironment environment, SplitPositions end, WantedColumns wanted)
    {
        var rows = new List<string[]>();
        var rejected = new List<string>();
        using var reader = connector.Open(definition, environment, [], end);
        reader.Want(wanted);
        while (reader.TryRead(4096, out var chunk) is var status && status != SourceReadStatus.Ended)
        {
            Assert.NotEqual(SourceReadStatus.Failed, status);
            using (chunk)
            {
                rejected.AddRange(chunk?.Rejected.Select(r => $"{r.Offset} {r.Reason} {Encoding.UTF8.GetString(r.Raw)}") ?? []);
                var batch = chunk?.Rows.Batch ?? new Batch();
                rows.AddRange(Enumerable.Range(0, batch.RowCount).Select(row => Values(batch, row)));
            }
        }

        return (rows, rejected);
    }

    private static string[] Values(Batch batch, int row) =>
    [
        .. Enumerable.Range(0, batch.ColumnCount).Select(i => batch[i].Encoding == VectorEncoding.Absent
            ? "absent" : RandomRows.Text(Datum.FromVector(batch[i], row))),
    ];
}
