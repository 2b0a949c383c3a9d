using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>Small results of text columns: SHOW, EXPLAIN, DESCRIBE.</summary>
internal static class TextRows
{
    internal static IReadOnlyList<ResultColumn> Columns(params ReadOnlySpan<string> names)
    {
        var columns = new ResultColumn[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            columns[i] = new ResultColumn(names[i], SqlType.Varchar);
        }

        return columns;
    }

    internal static OwnedBatch Build(int columnCount, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var builder = new BatchBuilder([.. Enumerable.Repeat(SqlType.Varchar, columnCount)]);
        foreach (var row in rows)
        {
            for (int i = 0; i < columnCount; i++)
            {
                if (row[i] is { } text)
                {
                    builder[i].AppendBytes(Encoding.UTF8.GetBytes(text));
                }
                else
                {
                    builder[i].AppendNull();
                }
            }

            builder.EndRow();
        }

        return builder.Build();
    }
}
