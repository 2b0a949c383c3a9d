using System.Text;
using Vectorized.Server.Shell;

namespace Vectorized.Server.Demo;

/// <summary>
/// Draws panels in place on an ANSI terminal; cells that changed since the last frame stand out. Owns nothing but the
/// texts of the last frame.
/// </summary>
internal sealed class LiveScreen(TextWriter output)
{
    private const string Changed = "\e[1;32m";
    private const string Title = "\e[1m";
    private const string Dim = "\e[2m";
    private const string Plain = "\e[0m";
    private const string ClearLine = "\e[K";

    private readonly Dictionary<string, Dictionary<(int Row, int Column), string>> _last = [];
    private bool _started;

    internal void Draw(string header, IReadOnlyList<(string Title, ResultTable Table)> panels, string footer)
    {
        var frame = new StringBuilder();
        frame.Append(_started ? "\e[H" : "\e[?25l\e[2J\e[H");
        _started = true;
        Line(frame, header);
        foreach (var (title, table) in panels)
        {
            Line(frame, "");
            Line(frame, Title + title + Plain);
            Panel(frame, title, table);
        }

        Line(frame, "");
        Line(frame, Dim + footer + Plain);
        frame.Append("\e[J");
        output.Write(frame);
        output.Flush();
    }

    /// <summary>Gives the cursor back.</summary>
    internal void End()
    {
        if (_started)
        {
            output.Write("\e[?25h\n");
            output.Flush();
        }
    }

    private void Panel(StringBuilder frame, string title, ResultTable table)
    {
        int[] widths = TablePrinter.Widths(table);
        Line(frame, "  " + Dim + string.Join("  ", table.Columns.Select((c, i) => c.PadRight(widths[i]))) + Plain);
        var before = _last.GetValueOrDefault(title);
        var now = new Dictionary<(int, int), string>();
        for (int row = 0; row < table.Rows.Count; row++)
        {
            var text = new StringBuilder("  ");
            for (int column = 0; column < widths.Length; column++)
            {
                string cell = table.Rows[row][column] ?? "";
                now[(row, column)] = cell;
                bool changed = before is not null && before.GetValueOrDefault((row, column)) != cell;
                string padded = TablePrinter.IsNumber(cell) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]);
                text.Append(changed ? Changed : "").Append(padded).Append(changed ? Plain : "").Append("  ");
            }

            Line(frame, text.ToString());
        }

        _last[title] = now;
    }

    private static void Line(StringBuilder frame, string text) => frame.Append(text).Append(ClearLine).Append('\n');
}
