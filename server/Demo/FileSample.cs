using System.Globalization;
using System.Text;
using System.Text.Json;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Demo;

/// <summary>A guessed column: its SQL type fits every value seen.</summary>
internal readonly record struct SampledColumn(string Name, string Type)
{
    internal bool IsNumber => Type is "bigint" or "double precision";
}

/// <summary>What the first lines of a file tell about its columns.</summary>
internal sealed class FileSample
{
    private const int BytesMax = 256 * 1024;
    private const int DistinctMax = 50;

    private readonly Dictionary<string, List<string?>> _values = [];

    private FileSample(string path)
    {
        FileName = Path.GetFileName(path);
        IsCsv = path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        var stem = Path.GetFileNameWithoutExtension(path).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_');
        RelationName = new string([.. stem]);
    }

    internal string FileName { get; }

    internal string RelationName { get; }

    internal bool IsCsv { get; }

    internal IReadOnlyList<SampledColumn> Columns { get; private set; } = [];

    /// <summary>A text column whose values repeat, or null.</summary>
    internal string? GroupColumn { get; private set; }

    internal static FileSample Take(string path, IFiles files)
    {
        var sample = new FileSample(path);
        byte[] bytes = new byte[BytesMax];
        using var file = files.Open(path, FileUse.Read);
        int read = file.Read(bytes, 0);
        string text = Encoding.UTF8.GetString(bytes, 0, read);
        int end = text.LastIndexOf('\n');
        string[] lines = (end < 0 ? text : text[..end]).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (sample.IsCsv)
        {
            sample.ReadCsv(lines);
        }
        else
        {
            sample.ReadJson(lines);
        }

        sample.Guess();
        return sample;
    }

    private void ReadCsv(string[] lines)
    {
        if (lines.Length < 2)
        {
            return;
        }

        string[] header = lines[0].Split(',');
        foreach (string line in lines.Skip(1))
        {
            string[] cells = line.Split(',');
            for (int i = 0; i < Math.Min(header.Length, cells.Length); i++)
            {
                Note(header[i].Trim('"'), cells[i].Length == 0 ? null : cells[i].Trim('"'));
            }
        }
    }

    private void ReadJson(string[] lines)
    {
        foreach (string line in lines)
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                {
                    foreach (var property in document.RootElement.EnumerateObject())
                    {
                        Note(property.Name, property.Value.ValueKind == JsonValueKind.Null ? null : property.Value.ToString());
                    }
                }
            }
            catch (JsonException)
            {
                // A malformed line tells nothing about the columns; the source reports it among its errors.
                continue;
            }
        }
    }

    private void Note(string column, string? value)
    {
        if (!_values.TryGetValue(column, out var values))
        {
            _values.Add(column, values = []);
        }

        values.Add(value);
    }

    private void Guess()
    {
        Columns = [.. _values.Select(v => new SampledColumn(v.Key, TypeOf(v.Value)))];
        GroupColumn = Columns
            .Where(c => c.Type == "varchar")
            .Select(c => (c.Name, Distinct: _values[c.Name].Distinct().Count(), _values[c.Name].Count))
            .Where(c => c.Distinct <= DistinctMax && (c.Count < 4 || c.Distinct <= c.Count / 2))
            .OrderBy(c => c.Distinct)
            .Select(c => c.Name)
            .FirstOrDefault();
    }

    private static string TypeOf(List<string?> values)
    {
        var present = values.OfType<string>().ToList();
        if (present.Count == 0)
        {
            return "varchar";
        }

        if (present.All(v => long.TryParse(v, CultureInfo.InvariantCulture, out _)))
        {
            return "bigint";
        }

        if (present.All(v => double.TryParse(v, CultureInfo.InvariantCulture, out _)))
        {
            return "double precision";
        }

        if (present.All(v => v.ToLowerInvariant() is "true" or "false"))
        {
            return "boolean";
        }

        bool areTimes = present.All(v => v.Length >= 19 && DateTime.TryParse(v, CultureInfo.InvariantCulture, out _));
        return areTimes ? "timestamp" : "varchar";
    }
}
