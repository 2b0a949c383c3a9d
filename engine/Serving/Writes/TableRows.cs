using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>Rows on their way into a table: gathered from a query's batches, checked, given row ids.</summary>
internal static class TableRows
{
    /// <summary>A builder of the table's columns; the row id, if it has one, is filled when the rows join a tick.</summary>
    internal static BatchBuilder Builder(CatalogRelation table, int capacity = 64) =>
        new([.. table.Columns.Select(c => c.Type)], capacity);

    /// <summary>Appends rows whose columns are the table's from <paramref name="firstColumn"/> on, the row id left out or not.</summary>
    internal static void Append(
        BatchBuilder into, CatalogRelation table, Batch source, int firstColumn, bool withRowId, long weight, bool repeat)
    {
        int rowIdColumn = table.RowIdColumn;
        for (int row = 0; row < source.RowCount; row++)
        {
            long copies = repeat ? source.Weight(row) : 1;
            for (long copy = 0; copy < copies; copy++)
            {
                int at = firstColumn;
                for (int column = 0; column < table.Columns.Count; column++)
                {
                    if (column == rowIdColumn && !withRowId)
                    {
                        into[column].Append(0L);
                    }
                    else
                    {
                        into[column].AppendFrom(source[at++], row);
                    }
                }

                into.EndRow(weight);
            }
        }
    }

    /// <summary>NOT NULL of every column, over the rows written (weight +1).</summary>
    internal static void CheckNotNull(CatalogRelation table, Batch rows)
    {
        for (int column = 0; column < table.Columns.Count; column++)
        {
            if (!table.Columns[column].NotNull || !rows[column].MayHaveNulls)
            {
                continue;
            }

            for (int row = 0; row < rows.RowCount; row++)
            {
                if (rows.Weight(row) > 0 && !rows[column].IsValid(row))
                {
                    throw new SqlException(
                        SqlState.NotNullViolation,
                        $"null value in column \"{table.Columns[column].Name}\" of relation \"{table.Name}\""
                        + " violates not-null constraint",
                        detail: $"Failing row contains ({RowText(table, rows, row)}).");
                }
            }
        }
    }

    /// <summary>Numbers the rows: ids are dense and never given again.</summary>
    internal static void FillRowIds(CatalogRelation table, Batch rows, ref long nextId)
    {
        int column = table.RowIdColumn;
        if (column < 0)
        {
            return;
        }

        var ids = rows[column].Values<long>();
        for (int row = 0; row < rows.RowCount; row++)
        {
            ids[row] = nextId++;
        }
    }

    /// <summary>Columns generated as proctime() say when the rows join a tick.</summary>
    internal static void FillArrivalTimes(CatalogRelation table, Batch rows, long nowMicros)
    {
        for (int column = 0; column < table.Columns.Count; column++)
        {
            if (table.Columns[column] is { GeneratedText: "proctime()", Type.Id: TypeId.TimestampTz })
            {
                rows[column].Values<long>().Fill(nowMicros);
            }
        }
    }

    private static string RowText(CatalogRelation table, Batch rows, int row) => string.Join(", ", table.Columns
        .Select((c, i) => (c, i)).Where(c => c.c.IsVisible)
        .Select(c => rows[c.i].IsValid(row) ? TextFormat.ToText(Datum.FromVector(rows[c.i], row)) : "null"));
}
