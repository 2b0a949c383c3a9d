using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>Rows on their way into a table: gathered from a query's batches, handed from batch to batch.</summary>
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

    /// <summary>Some rows of a batch, without weights.</summary>
    internal static Batch Take(Batch rows, ReadOnlySpan<int> wanted, Arena arena)
    {
        var taken = new Batch().Reset(wanted.Length, rows.ColumnCount);
        for (int i = 0; i < rows.ColumnCount; i++)
        {
            taken[i] = TakeKernel.Take(rows[i], wanted, arena);
        }

        return taken;
    }

    /// <summary>Columns generated as proctime() say when the rows join a tick.</summary>
    internal static void FillArrivalTimes(CatalogRelation table, Batch rows, long nowMicros)
    {
        for (int column = 0; column < table.Columns.Count; column++)
        {
            if (IsArrivalTime(table.Columns[column]))
            {
                rows[column].Values<long>().Fill(nowMicros);
            }
        }
    }

    /// <summary>The same for rows that had a provisional time, that of their block; others keep theirs.</summary>
    internal static void MoveArrivalTimes(CatalogRelation table, Batch rows, long fromMicros, long nowMicros)
    {
        for (int column = 0; column < table.Columns.Count; column++)
        {
            if (IsArrivalTime(table.Columns[column]))
            {
                rows[column].Values<long>().Replace(fromMicros, nowMicros);
            }
        }
    }

    private static bool IsArrivalTime(CatalogColumn column) =>
        column is { GeneratedText: "proctime()", Type.Id: Types.TypeId.TimestampTz };
}
