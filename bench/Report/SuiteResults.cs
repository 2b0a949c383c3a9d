namespace Vectorized.Bench.Report;

/// <summary>
/// What suites have written, each in its own run: all records in a directory. Of a suite's lines with the same key a later record's
/// stand for the earlier ones'.
/// </summary>
internal sealed class SuiteResults
{
    private SuiteResults(IReadOnlyList<(string File, BenchRecord Record)> records) => Records = records;

    /// <summary>In the order they were taken.</summary>
    internal IReadOnlyList<(string File, BenchRecord Record)> Records { get; }

    /// <summary>Files that hold something else are left alone.</summary>
    internal static SuiteResults Read(string directory)
    {
        var records = new List<(string File, BenchRecord Record)>();
        foreach (string path in Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
        {
            if (BenchRecord.Read(path) is { } record)
            {
                records.Add((Path.GetFileName(path), record));
            }
        }

        return new SuiteResults([.. records.OrderBy(r => r.Record.Taken, StringComparer.Ordinal)]);
    }

    internal bool Has(string suite) => Records.Any(r => r.Record.Suite == suite);

    /// <summary>A suite's lines, the newest of each key, in the order the keys first came.</summary>
    internal IReadOnlyList<ResultRow> Rows(string suite, params string[] key)
    {
        var rows = new OrderedDictionary<string, ResultRow>();
        foreach (var (_, record) in Records.Where(r => r.Record.Suite == suite))
        {
            foreach (var cells in record.Rows)
            {
                var row = new ResultRow(cells);
                rows[string.Join('\n', key.Select(row.Text))] = row;
            }
        }

        return [.. rows.Values];
    }
}
