using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Writes;

/// <summary>What a table demands of its rows, with PostgreSQL's errors.</summary>
internal static class Constraints
{
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
                        detail: $"Failing row contains ({RowText(table, rows, row)}).")
                    { Table = table.Name, Column = table.Columns[column].Name };
                }
            }
        }
    }

    /// <summary>
    /// An UPDATE that moves keys: no two rows may end under one key. The first half of the changes are the old rows, the
    /// second the new ones. Judged by what the statement leaves, not row by row.
    /// </summary>
    internal static void CheckMovedKeys(CatalogRelation table, ReadView view, ulong hashSeed, Batch old, Batch now)
    {
        int[] key = [.. table.PrimaryKey];
        if (key.Length == 0 || !AnyMoved(key, old, now))
        {
            return;
        }

        using var arena = new Arena();
        var news = new NetEffect([now], key, hashSeed, arena);
        if (news.Groups.Length < now.RowCount)
        {
            throw Duplicate(table, key, now, FirstRepeated(news));
        }

        var exists = arena.Allocate<bool>(now.RowCount);
        KeyFinder.Find(view, table.Id, now, key, hashSeed, arena, exists);
        var taken = arena.Allocate<int>(now.RowCount);
        int count = 0;
        for (int row = 0; row < now.RowCount; row++)
        {
            taken[count] = row;
            count += exists[row] && !SameKey(key, old, row, now, row) ? 1 : 0;
        }

        // A key that stands in the table is free if this very statement moves its row away.
        var both = new NetEffect([old, TableRows.Take(now, taken[..count], arena)], key, hashSeed, arena);
        foreach (int group in both.Groups)
        {
            if (both.BatchOf(group) == 1)
            {
                throw Duplicate(table, key, now, taken[both.RowOf(group)]);
            }
        }
    }

    internal static SqlException Duplicate(CatalogRelation table, int[] key, Batch rows, int row) => new(
        SqlState.UniqueViolation, $"duplicate key value violates unique constraint \"{table.PrimaryKeyName}\"",
        detail: $"Key {KeyText(table, key, rows, key, row)} already exists.")
    { Table = table.Name, Constraint = table.PrimaryKeyName };

    /// <summary>Such as (id, day)=(5, 2024-01-01).</summary>
    internal static string KeyText(CatalogRelation table, int[] key, Batch rows, int[] keyAt, int row) =>
        $"({string.Join(", ", key.Select(c => table.Columns[c].Name))})=({string.Join(", ", keyAt.Select(c => Value(rows, c, row)))})";

    private static bool AnyMoved(int[] key, Batch old, Batch now)
    {
        for (int row = 0; row < now.RowCount; row++)
        {
            if (!SameKey(key, old, row, now, row))
            {
                return true;
            }
        }

        return false;
    }

    private static bool SameKey(int[] key, Batch left, int leftRow, Batch right, int rightRow)
    {
        foreach (int column in key)
        {
            if (!KeyEquality.Equal(in left[column], leftRow, in right[column], rightRow))
            {
                return false;
            }
        }

        return true;
    }

    private static int FirstRepeated(in NetEffect rows)
    {
        foreach (int group in rows.Groups)
        {
            if (rows.LastOf(group) != group)
            {
                return rows.LastOf(group);
            }
        }

        throw new SqlException(SqlState.InternalError, "no key is repeated");
    }

    private static string RowText(CatalogRelation table, Batch rows, int row) => string.Join(", ", table.Columns
        .Select((c, i) => (c, i)).Where(c => c.c.IsVisible).Select(c => Value(rows, c.i, row)));

    private static string Value(Batch rows, int column, int row) =>
        rows[column].IsValid(row) ? TextFormat.ToText(Datum.FromVector(rows[column], row)) : "null";
}
