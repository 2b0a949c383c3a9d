namespace Vectorized.Bench.Report;

/// <summary>Whose published figures a section shows, on what hardware, and where they stand.</summary>
internal static class PublishedTable
{
    internal static string Of(IEnumerable<PublishedSource> sources)
    {
        var table = new HtmlTable("published by", "hardware", "where");
        foreach (var source in sources)
        {
            table.Add(source.System, source.Hardware, source.Where);
        }

        return $"<details><summary>Published figures: whose, on what, where</summary>\n{table}</details>\n";
    }
}
