using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// All system relations by schema and name. Those without rows of ours are known with PostgreSQL's columns and stay empty,
/// so that clients' queries bind.
/// </summary>
public static class SystemRelations
{
    private static readonly Dictionary<(string Schema, string Name), SystemRelation> _byName = Make();

    public static IEnumerable<SystemRelation> All => _byName.Values;

    public static IEnumerable<string> Names => _byName.Keys.Select(k => k.Name);

    public static SystemRelation? Find(string schema, string name) => _byName.GetValueOrDefault((schema, name));

    /// <summary>By the schema given, or the first on the path that has it before a user's relation of the name.</summary>
    public static SystemRelation? Resolve(
        string? schema, string name, IReadOnlyList<string> searchPath, CatalogSnapshot catalog)
    {
        if (schema is not null)
        {
            return Find(schema, name);
        }

        foreach (string candidate in searchPath)
        {
            if (Find(candidate, name) is { } found)
            {
                return found;
            }

            if (catalog.Find(candidate, name) is not null)
            {
                return null;
            }
        }

        return null;
    }

    private static Dictionary<(string, string), SystemRelation> Make()
    {
        var rows = new Dictionary<string, Action<SystemContext, SystemRowWriter>>(StringComparer.Ordinal);
        PgRelationRows.Register(rows);
        PgObjectRows.Register(rows);
        PgViewRows.Register(rows);
        InformationSchemaRows.Register(rows);
        RwCatalogRows.Register(rows);
        MemoryRows.Register(rows);
        StateRows.Register(rows);
        FreshnessRows.Register(rows);
        var all = new Dictionary<(string, string), SystemRelation>();
        Parse("pg_catalog", PgCatalogTables.Text, rows, all);
        Parse("pg_catalog", PgCatalogViews.Text, rows, all);
        Parse("information_schema", InformationSchemaViews.Text, rows, all);
        Parse("rw_catalog", RwCatalogTables.Text, rows, all);
        return rows.Keys.FirstOrDefault(k => !all.Values.Any(r => $"{r.Schema}.{r.Name}" == k)) is { } unknown
            ? throw new SqlException(SqlState.InternalError, $"there is no system relation {unknown}")
            : all;
    }

    private static void Parse(
        string schema,
        string text,
        Dictionary<string, Action<SystemContext, SystemRowWriter>> rows,
        Dictionary<(string, string), SystemRelation> into)
    {
        string name = "";
        uint oid = 0;
        var columns = new List<SystemColumn>();
        foreach (string line in text.Split('\n').Append("end 0"))
        {
            if (line.StartsWith(' '))
            {
                columns.AddRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Column));
                continue;
            }

            if (columns.Count > 0)
            {
                into.Add((schema, name), new SystemRelation(
                    schema, name, oid, columns, rows.GetValueOrDefault($"{schema}.{name}")));
            }

            string[] head = line.Split(' ');
            (name, oid, columns) = (head[0], uint.Parse(head[1]), []);
        }
    }

    private static SystemColumn Column(string text)
    {
        string[] parts = text.TrimEnd('!', '^').Split(':');
        return new SystemColumn(parts[0], TypeOf(parts[1]))
        {
            NotNull = text.Contains('!'),
            ZeroBased = text.EndsWith('^'),
        };
    }

    private static SqlType TypeOf(string name) => name.StartsWith('_') ? SqlType.ListOf(TypeOf(name[1..]))
        : name == "char" ? SqlType.InternalChar
        : TypeNames.Find(name, [])
            ?? throw new SqlException(SqlState.InternalError, $"a system relation names type {name}");
}
