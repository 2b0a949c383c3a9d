using System.Text;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Demo;

/// <summary>
/// A demo over the user's own files: each JSON-lines or CSV file of a directory becomes a source whose columns are guessed
/// from its first lines, with a view of totals and a view of counts by a column of few values.
/// </summary>
internal static class DirectoryScript
{
    private const int PanelsMax = 8;

    internal static DemoScript Create(string directory, IFiles files)
    {
        if (!files.DirectoryExists(directory))
        {
            throw new SqlException(SqlState.UndefinedFile, $"directory \"{directory}\" does not exist");
        }

        string root = files.RealPath(directory);
        var setup = new StringBuilder();
        var panels = new List<DemoPanel>();
        string[] patterns = ["*.jsonl", "*.ndjson", "*.csv"];
        foreach (string path in patterns.SelectMany(p => files.List(root, p)))
        {
            if (panels.Count >= PanelsMax)
            {
                break;
            }

            var sample = FileSample.Take(path, files);
            if (sample.Columns.Count > 0)
            {
                Add(root, sample, setup, panels);
            }
        }

        return panels.Count > 0 ? new DemoScript(setup.ToString(), panels) : throw new SqlException(
            SqlState.UndefinedFile, $"directory \"{directory}\" holds no .jsonl, .ndjson or .csv file with at least one record");
    }

    private static void Add(string root, FileSample sample, StringBuilder setup, List<DemoPanel> panels)
    {
        string name = sample.RelationName;
        string columns = string.Join(", ", sample.Columns.Select(c => $"{Quote(c.Name)} {c.Type}"));
        string encode = sample.IsCsv ? "CSV (without_header = 'false', delimiter = ',')" : "JSON";
        setup.AppendLine($"""
            CREATE SOURCE {Quote(name)} ({columns})
              WITH (connector = 'posix_fs', posix_fs.root = '{Escape(root)}', match_pattern = '{Escape(sample.FileName)}')
              FORMAT PLAIN ENCODE {encode};
            """);
        var totals = sample.Columns.Where(c => c.IsNumber).Take(3)
            .Select(c => $", sum({Quote(c.Name)}) AS {Quote("sum_" + c.Name)}");
        string totalsView = name + "_totals";
        setup.AppendLine(
            $"CREATE MATERIALIZED VIEW {Quote(totalsView)} AS SELECT count(*) AS rows{string.Concat(totals)} FROM {Quote(name)};");
        panels.Add(new DemoPanel($"{totalsView}: all of {sample.FileName}", $"SELECT * FROM {Quote(totalsView)}"));
        if (sample.GroupColumn is { } group)
        {
            string byView = $"{name}_by_{group}";
            setup.AppendLine(
                $"CREATE MATERIALIZED VIEW {Quote(byView)} AS SELECT {Quote(group)}, count(*) AS rows"
                + $" FROM {Quote(name)} GROUP BY {Quote(group)};");
            panels.Add(new DemoPanel(
                $"{byView}: most frequent values", $"SELECT * FROM {Quote(byView)} ORDER BY rows DESC, {Quote(group)} LIMIT 5"));
        }
    }

    private static string Quote(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    private static string Escape(string text) => text.Replace("'", "''");
}
