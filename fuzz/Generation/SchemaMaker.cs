namespace Vectorized.Fuzz.Generation;

/// <summary>Random tables and rows for them.</summary>
internal sealed class SchemaMaker(Dice dice, Features features)
{
    /// <summary>Two to four tables; names start with the prefix.</summary>
    internal List<TableSpec> Tables(string prefix)
    {
        var tables = new List<TableSpec>();
        int count = dice.Between(2, 4);
        for (int i = 0; i < count; i++)
        {
            tables.Add(Table($"{prefix}{i}"));
        }

        return tables;
    }

    internal TableSpec Table(string name)
    {
        var columns = new List<ColumnSpec>();
        int count = dice.Between(2, 6);
        bool keyed = dice.Chance(0.6);
        int keys = keyed ? dice.Pick([1, 1, 1, 2]) : 0;
        for (int i = 0; i < count; i++)
        {
            var kind = i == 0 && dice.Chance(0.8) ? dice.Pick([Kind.Int4, Kind.Int4, Kind.Int8]) : ColumnKind(i < keys);
            bool boundary = i >= keys && features.Has(Features.Boundaries) && dice.Chance(0.12)
                && kind is not (Kind.IntArray or Kind.Jsonb);
            var domain = boundary ? Domain.Boundary : i < keys || dice.Chance(0.45) ? Domain.Small : Domain.Tiny;
            double nulls = i < keys ? 0 : dice.Pick([0, 0.1, 0.1, 0.3]);
            var column = new ColumnSpec($"{name}_{(char)('a' + i)}", kind, domain, nulls)
            {
                Inexact = kind is Kind.Interval or Kind.Jsonb,
            };
            columns.Add(kind == Kind.Numeric && !boundary && dice.Chance(0.3) ? column with { TypeName = "numeric(12, 2)" } : column);
        }

        return new TableSpec(name, columns, [.. Enumerable.Range(0, keys)]);
    }

    /// <summary>Literals of one row.</summary>
    internal List<string> Row(TableSpec table) => [.. table.Columns.Select(Value)];

    internal string Value(ColumnSpec column) => dice.Chance(column.NullShare)
        ? "NULL" : ValueMaker.Literal(dice, column.Kind, column.Domain == Domain.Boundary && dice.Chance(0.4) ? Domain.Small
            : column.Domain);

    /// <summary>An INSERT of some rows with distinct keys; null when it came out empty.</summary>
    internal string? Insert(TableSpec table, int count)
    {
        var rows = Enumerable.Range(0, count).Select(_ => Row(table)).ToList();
        if (table.Key.Count > 0)
        {
            rows = [.. rows.DistinctBy(r => string.Join(',', table.Key.Select(k => r[k])))];
        }
        else if (rows.Count > 2)
        {
            // Some rows twice and thrice.
            rows.AddRange(dice.Sample(rows, rows.Count / 4));
        }

        if (rows.Count == 0)
        {
            return null;
        }

        var tuples = rows.Select(r => $"({string.Join(", ", r)})");
        return $"INSERT INTO {table.Name} VALUES {string.Join(", ", tuples)}";
    }

    internal int RowCount() => dice.Chance(0.03) ? 0 : dice.Pick([1, 3, 5, 8, 8, 12, 16, 24, 40]);

    private Kind ColumnKind(bool isKey) => dice.Pick(Kinds.All, k => k switch
    {
        Kind.Int4 => 4,
        Kind.Int8 or Kind.Text => 2,
        Kind.Bool => isKey ? 0 : 1,
        Kind.Interval => isKey || !features.Has(Features.Intervals) ? 0 : 0.5,
        Kind.Jsonb => isKey || !features.Has(Features.Jsonb) ? 0 : 0.6,
        Kind.IntArray => isKey || !features.Has(Features.Arrays) ? 0 : 0.6,
        Kind.Float8 or Kind.Numeric => isKey ? 0.2 : 1.2,
        Kind.Real or Kind.Time or Kind.TimestampTz or Kind.Bytea => isKey ? 0.1 : 0.5,
        _ => 1,
    });
}
