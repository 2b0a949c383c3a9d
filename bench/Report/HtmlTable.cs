using System.Net;
using System.Text;

namespace Vectorized.Bench.Report;

/// <summary>A table of texts: first column left, others right.</summary>
internal sealed class HtmlTable(params string[] columns)
{
    private readonly StringBuilder _rows = new();

    internal void Add(params string?[] cells) => _rows.Append("<tr>")
        .AppendJoin("", cells.Select(c => $"<td>{WebUtility.HtmlEncode(c ?? "–")}</td>")).Append("</tr>\n");

    public override string ToString() => "<div class=\"wide\"><table>\n<tr>"
        + string.Concat(columns.Select(c => $"<th>{WebUtility.HtmlEncode(c)}</th>")) + $"</tr>\n{_rows}</table></div>\n";

    /// <summary>A suite's lines as they stand.</summary>
    internal static HtmlTable Of(IReadOnlyList<ResultRow> rows)
    {
        string[] columns = [.. rows.SelectMany(r => r.Columns).Distinct()];
        var table = new HtmlTable(columns);
        foreach (var row in rows)
        {
            table.Add([.. columns.Select(c => row.Number(c) is { } number ? Quantity.Format(number) : row.Text(c))]);
        }

        return table;
    }
}
