namespace Vectorized.Server.Shell;

/// <summary>Prints a result as psql does: aligned columns, numbers to the right, the row count.</summary>
internal static class TablePrinter
{
    internal static void Print(ResultTable table, TextWriter output)
    {
        if (table.Columns.Count == 0)
        {
            output.WriteLine(table.Tag);
            return;
        }

        int[] widths = Widths(table);
        output.WriteLine(" " + string.Join(" | ", table.Columns.Select((c, i) => Center(c, widths[i]))).TrimEnd());
        output.WriteLine(string.Join("+", widths.Select(w => new string('-', w + 2))));
        foreach (var row in table.Rows)
        {
            var cells = row.Select((cell, i) => IsNumber(cell) ? (cell ?? "").PadLeft(widths[i]) : (cell ?? "").PadRight(widths[i]));
            output.WriteLine((" " + string.Join(" | ", cells)).TrimEnd());
        }

        output.WriteLine($"({table.Rows.Count} row{(table.Rows.Count == 1 ? "" : "s")})");
    }

    internal static int[] Widths(ResultTable table)
    {
        int[] widths = [.. table.Columns.Select(c => c.Length)];
        foreach (var row in table.Rows)
        {
            for (int i = 0; i < widths.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row[i]?.Length ?? 0);
            }
        }

        return widths;
    }

    internal static bool IsNumber(string? cell) => cell is { Length: > 0 } && (char.IsAsciiDigit(cell[0]) || cell[0] == '-')
        && cell.All(c => char.IsAsciiDigit(c) || c is '-' or '.' or 'e' or '+');

    private static string Center(string text, int width)
    {
        int left = (width - text.Length) / 2;
        return text.PadLeft(text.Length + left).PadRight(width);
    }
}
