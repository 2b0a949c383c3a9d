using Vectorized.Engine.Types;

namespace Vectorized.Server.Shell;

/// <summary>Shows an error as psql does: the line it is in with a caret below, detail and hint.</summary>
internal static class ErrorPrinter
{
    internal static void Print(SqlException error, string sql, TextWriter output)
    {
        output.WriteLine($"ERROR:  {error.SqlState}: {error.Message}");
        if (error.Position > 0 && error.Position <= sql.Length + 1)
        {
            int at = Math.Min(error.Position - 1, sql.Length);
            int start = at == 0 ? 0 : sql.LastIndexOf('\n', at - 1) + 1;
            int end = sql.IndexOf('\n', at);
            string prefix = $"LINE {sql.AsSpan(0, start).Count('\n') + 1}: ";
            output.WriteLine(prefix + sql[start..(end < 0 ? sql.Length : end)]);
            output.WriteLine(new string(' ', prefix.Length + at - start) + "^");
        }

        foreach (var (label, text) in new[] { ("DETAIL", error.Detail), ("HINT", error.Hint), ("CONTEXT", error.Context) })
        {
            if (text is not null)
            {
                output.WriteLine($"{label}:  {text}");
            }
        }
    }
}
