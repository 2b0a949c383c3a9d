namespace Vectorized.Tests.Slt;

/// <summary>
/// Reads the sqllogictest dialect our files use: `statement ok`, `statement error REGEX`, `query TYPES [rowsort]` with
/// `----`, `connection NAME` before a record that runs on a connection of its own, `sleep Nms`, `clock TIMESTAMP` (the
/// database's clock stands and moves there, UTC), `include FILE`, comments with #.
/// </summary>
internal static class SltFile
{
    internal static IReadOnlyList<SltRecord> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        var records = new List<SltRecord>();
        int at = 0;
        string connection = "";
        while (at < lines.Length)
        {
            string line = lines[at];
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || line.StartsWith('#'))
            {
                at++;
                continue;
            }

            int first = at + 1;
            int known = records.Count;
            switch (words[0])
            {
                case "connection":
                    connection = words[1];
                    at++;
                    continue;
                case "include":
                    records.AddRange(Read(Path.Combine(Path.GetDirectoryName(path)!, words[1])));
                    at++;
                    break;
                case "sleep":
                    records.Add(new SltRecord(first, SltKind.Sleep, words[1].Replace("ms", ""), SltSort.None, []));
                    at++;
                    break;
                case "clock":
                    records.Add(new SltRecord(first, SltKind.Clock, line[5..].Trim(), SltSort.None, []));
                    at++;
                    break;
                case "statement":
                    at++;
                    string statement = Block(lines, ref at, stopAtRule: false);
                    bool fails = words[1] == "error";
                    string pattern = fails ? line[(line.IndexOf("error", StringComparison.Ordinal) + 5)..].Trim() : "";
                    records.Add(new SltRecord(first, fails ? SltKind.Error : SltKind.Ok, statement, SltSort.None, [pattern]));
                    break;
                case "query":
                    at++;
                    string query = Block(lines, ref at, stopAtRule: true);
                    at++;
                    var expected = new List<string>();
                    while (at < lines.Length && lines[at].Length > 0)
                    {
                        expected.Add(lines[at++]);
                    }

                    var sort = words.Contains("rowsort") ? SltSort.Rows : SltSort.None;
                    records.Add(new SltRecord(first, SltKind.Query, query, sort, expected));
                    break;
                default:
                    throw new FormatException($"{path}:{first}: unknown record: {line}");
            }

            if (connection.Length > 0)
            {
                records[known] = records[known] with { Connection = connection };
                connection = "";
            }
        }

        return records;
    }

    private static string Block(string[] lines, ref int at, bool stopAtRule)
    {
        var block = new List<string>();
        while (at < lines.Length && lines[at].Length > 0 && !(stopAtRule && lines[at] == "----"))
        {
            block.Add(lines[at++]);
        }

        return string.Join('\n', block);
    }
}
