using System.Text;
using Vectorized.Fuzz.Engines;

namespace Vectorized.Fuzz.Shrinking;

/// <summary>A case as an .slt file of tests/slt: statements, then queries with the rows they should give.</summary>
internal sealed class SltWriter
{
    private readonly StringBuilder _text = new();

    internal void Comment(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            _text.Append("# ").Append(line).Append('\n');
        }

        _text.Append('\n');
    }

    internal void Statement(string sql) => _text.Append("statement ok\n").Append(sql).Append("\n\n");

    internal void Query(string sql, Outcome expected, bool isOrdered)
    {
        if (!expected.Succeeded)
        {
            _text.Append("statement error ").Append(expected.SqlState).Append('\n').Append(sql).Append("\n\n");
            return;
        }

        var rows = expected.Rows.Select(r => string.Join(' ', r.Select((c, i) => Cell(c, expected.Types[i])))).ToList();
        if (!isOrdered)
        {
            rows.Sort(StringComparer.Ordinal);
        }

        _text.Append("query ").Append('T', expected.Types.Count).Append(isOrdered ? "\n" : " rowsort\n").Append(sql).Append("\n----\n");
        rows.ForEach(r => _text.Append(r).Append('\n'));
        _text.Append('\n');
    }

    public override string ToString() => _text.ToString();

    /// <summary>PostgreSQL's text as ours is written: decimals without trailing zeros.</summary>
    private static string Cell(string? cell, uint type) => cell switch
    {
        null => "NULL",
        "" => "(empty)",
        _ when type == 1700 && cell.Contains('.', StringComparison.Ordinal) => cell.TrimEnd('0').TrimEnd('.'),
        _ => cell,
    };
}
