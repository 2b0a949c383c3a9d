using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Errors;

/// <summary>
/// The reports of one view's failing rows in one part and tick, as changes of its error relation: SQLSTATE, message, expression,
/// the row's values. A report has the weight of its row. One thread.
/// </summary>
internal sealed class RowErrorLog
{
    private BatchBuilder? _rows;

    /// <summary>The columns of a view's error relation.</summary>
    internal static IReadOnlyList<(string Name, SqlType Type)> Columns { get; } =
    [
        ("sqlstate", SqlType.Varchar),
        ("message", SqlType.Varchar),
        ("expression", SqlType.Varchar),
        ("row", SqlType.Varchar),
    ];

    internal void Add(SqlException error, string expression, IReadOnlyList<PlanColumn> columns, Batch batch, int row)
    {
        _rows ??= new BatchBuilder([.. Columns.Select(c => c.Type)]);
        _rows[0].AppendBytes(Encoding.UTF8.GetBytes(error.SqlState));
        _rows[1].AppendBytes(Encoding.UTF8.GetBytes(error.Message));
        _rows[2].AppendBytes(Encoding.UTF8.GetBytes(expression));
        _rows[3].AppendBytes(Encoding.UTF8.GetBytes(RowText(columns, batch, row)));
        _rows.EndRow(batch.Weight(row));
    }

    /// <summary>What was reported since the last call, now the caller's; null: nothing.</summary>
    internal OwnedBatch? Take()
    {
        var taken = _rows?.Build();
        _rows = null;
        return taken;
    }

    private static string RowText(IReadOnlyList<PlanColumn> columns, Batch batch, int row)
    {
        var text = new StringBuilder();
        for (int i = 0; i < columns.Count; i++)
        {
            var vector = batch[i];
            text.Append(i == 0 ? "" : ", ").Append(columns[i].Name).Append('=')
                .Append(vector.IsValid(row) ? TextFormat.ToText(Datum.FromVector(vector, row)) : "NULL");
        }

        return text.ToString();
    }
}

/// <summary>What a view wants done with failing rows in one part, and where they are reported.</summary>
internal sealed record ErrorPolicy(Catalog.OnError Mode, RowErrorLog Log)
{
    /// <summary>The failing expression is NULL; else the row is left out.</summary>
    internal bool FailuresAreNull => Mode == Catalog.OnError.Null;
}
