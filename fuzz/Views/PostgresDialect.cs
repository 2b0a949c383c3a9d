using Vectorized.Engine.Sql;

namespace Vectorized.Fuzz.Views;

/// <summary>
/// Our statements as PostgreSQL is to run them: a materialized view becomes a plain view, which is always a recomputation; an
/// INSERT on an existing key overwrites, as a table of ours does by default.
/// </summary>
internal sealed class PostgresDialect
{
    private readonly Dictionary<string, (string[] Columns, string[] Key)> _tables = [];

    internal string Translate(string sql)
    {
        var statement = SqlParser.Parse(sql)[0];
        switch (statement)
        {
            case CreateTableStatement create:
                Remember(create);
                return sql.Replace(" APPEND ONLY", "", StringComparison.Ordinal);
            case InsertStatement insert when _tables.TryGetValue(insert.Table.ToString(), out var table) && table.Key.Length > 0:
                var rest = table.Columns.Except(table.Key).Select(c => $"{c} = excluded.{c}").ToList();
                return $"{sql} ON CONFLICT ({string.Join(", ", table.Key)}) DO "
                    + (rest.Count == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", rest)}");
            default:
                return sql.StartsWith("CREATE MATERIALIZED VIEW", StringComparison.Ordinal)
                    ? "CREATE VIEW" + sql["CREATE MATERIALIZED VIEW".Length..] : sql;
        }
    }

    private void Remember(CreateTableStatement create)
    {
        string[] columns = [.. create.Definition.Columns.Select(c => c.Name)];
        var keys = create.Definition.Constraints.OfType<TablePrimaryKey>().SelectMany(c => c.Columns).Select(c => c.Name);
        _tables[create.Name.ToString()] = (columns, [.. keys]);
    }
}
