using System.Text;

namespace Vectorized.Engine.Catalog;

/// <summary>What catalog functions and reg* casts ask.</summary>
public sealed partial class CatalogSnapshot : ICatalogFunctions
{
    public uint? RelationOid(string sqlName, IReadOnlyList<string> searchPath)
    {
        var parts = SplitName(sqlName);
        if (parts.Count is 0 or > 3)
        {
            return null;
        }

        string? schema = parts.Count > 1 ? parts[^2] : null;
        var path = Effective(searchPath);
        if (SystemRelations.Resolve(schema, parts[^1], path, this) is { } system)
        {
            return system.Oid;
        }

        return Resolve(schema, parts[^1], path) is { } found and not CatalogFunction ? found.Oid
            : KeyIndex(schema, parts[^1], path) is { } relation ? (uint)relation.PrimaryKeyIndexId : null;
    }

    public string? RelationName(uint oid, IReadOnlyList<string> searchPath)
    {
        var (schema, name) = NameOf(oid);
        return name is null ? null
            : IsRelationVisible(oid, searchPath) ? Quote(name) : $"{Quote(schema!)}.{Quote(name)}";
    }

    public bool IsRelationVisible(uint oid, IReadOnlyList<string> searchPath)
    {
        // rw_catalog is searched without being named, as in RisingWave, but psql lists what is visible: only the user's.
        var (schema, name) = NameOf(oid);
        return name is not null && (schema != "rw_catalog" || searchPath.Contains(schema)) && RelationOid(Quote(name), searchPath) == oid;
    }

    public uint? SchemaOid(string name) => FindSchema(SplitName(name) is [var only] ? only : name)?.Oid;

    public string? SchemaName(uint oid) => (Find(unchecked((int)oid)) as CatalogSchema)?.Name;

    public string? ViewDefinition(uint oid) =>
        Find(unchecked((int)oid)) is CatalogRelation { QueryText.Length: > 0 } view ? $" {view.QueryText};" : null;

    public string? IndexDefinition(uint oid, int column)
    {
        if (Find(unchecked((int)oid)) is CatalogIndex index)
        {
            var relation = Relation(index.RelationId);
            return Define(index.Name, unique: false, relation, index.Columns, index.Include, index.Directions, column);
        }

        return Relations.FirstOrDefault(
            r => r.PrimaryKeyIndexId != 0 && r.PrimaryKeyIndexId == unchecked((int)oid)) is { } keyed
            ? Define(keyed.PrimaryKeyName, unique: true, keyed, keyed.PrimaryKey, [], [], column)
            : null;
    }

    public string? ConstraintDefinition(uint oid) =>
        Relations.FirstOrDefault(
            r => r.PrimaryKeyConstraintId != 0 && r.PrimaryKeyConstraintId == unchecked((int)oid)) is { } keyed
            ? $"PRIMARY KEY ({string.Join(", ", keyed.PrimaryKey.Select(c => Quote(keyed.Columns[c].Name)))})"
            : null;

    public string? UserName(uint oid) => Roles.FirstOrDefault(r => r.Value == unchecked((int)oid)).Key;

    public uint? FunctionOid(string name)
    {
        string bare = SplitName(name) is { Count: > 0 } parts ? parts[^1] : name;
        return PgTypes.Functions.FirstOrDefault(f => f.Name == bare) is { Name: not null } known ? known.Oid
            : Functions.FirstOrDefault(f => f.Name == bare)?.Oid;
    }

    public string? FunctionName(uint oid) =>
        PgTypes.Functions.FirstOrDefault(f => f.Oid == oid).Name
            ?? (Find(unchecked((int)oid)) as CatalogFunction)?.Name;

    public string? Description(uint oid, string catalog, int column) => Find(unchecked((int)oid)) switch
    {
        CatalogRelation relation when column > 0 => column <= relation.Columns.Count
            ? relation.Columns[column - 1].Comment : null,
        { } item when column == 0 => item.Comment,
        _ => null,
    };

    /// <summary>A name as SQL shows it: in quotes where it needs them.</summary>
    public static string Quote(string name)
    {
        bool plain = name.Length > 0 && (char.IsAsciiLetterLower(name[0]) || name[0] == '_')
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '$');
        return plain ? name : $"\"{name.Replace("\"", "\"\"")}\"";
    }

    /// <summary>A dotted SQL name to its parts: folded to lower case outside of quotes. Empty when it is none.</summary>
    public static IReadOnlyList<string> SplitName(string sqlName)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < sqlName.Length; i++)
        {
            char c = sqlName[i];
            if (c == '"')
            {
                if (quoted && i + 1 < sqlName.Length && sqlName[i + 1] == '"')
                {
                    part.Append('"');
                    i++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (c == '.' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else if (quoted || !char.IsWhiteSpace(c))
            {
                part.Append(quoted ? c : char.ToLowerInvariant(c));
            }
        }

        parts.Add(part.ToString());
        return quoted || parts.Exists(p => p.Length == 0) ? [] : parts;
    }

    private static IReadOnlyList<string> Effective(IReadOnlyList<string> path) =>
        Binding.BindContext.EffectivePath(path, RootUser);

    private CatalogRelation? KeyIndex(string? schema, string name, IReadOnlyList<string> path) =>
        Relations.FirstOrDefault(r => r.PrimaryKeyIndexId != 0 && r.PrimaryKeyName == name
            && (schema is null ? path.Contains(SchemaNameOf(r)) : SchemaNameOf(r) == schema));

    private (string? Schema, string? Name) NameOf(uint oid)
    {
        if (Find(unchecked((int)oid)) is SchemaObject item)
        {
            return (SchemaNameOf(item), item.Name);
        }

        if (SystemRelations.All.FirstOrDefault(r => r.Oid == oid) is { } system)
        {
            return (system.Schema, system.Name);
        }

        return oid != 0 && Relations.FirstOrDefault(r => r.PrimaryKeyIndexId == unchecked((int)oid)) is { } keyed
            ? (SchemaNameOf(keyed), keyed.PrimaryKeyName)
            : (null, null);
    }

    private string? Define(
        string name,
        bool unique,
        CatalogRelation relation,
        IReadOnlyList<int> columns,
        IReadOnlyList<int> include,
        IReadOnlyList<(bool Descending, bool NullsFirst)> directions,
        int column)
    {
        if (column > 0)
        {
            return column <= columns.Count ? Quote(relation.Columns[columns[column - 1]].Name) : null;
        }

        string keys = string.Join(", ", columns.Select((c, i) =>
        {
            var (descending, nullsFirst) = i < directions.Count ? directions[i] : (false, false);
            return Quote(relation.Columns[c].Name) + (descending ? " DESC" : "")
                + (nullsFirst == descending ? "" : nullsFirst ? " NULLS FIRST" : " NULLS LAST");
        }));
        string also = include.Count == 0 ? ""
            : $" INCLUDE ({string.Join(", ", include.Select(c => Quote(relation.Columns[c].Name)))})";
        string table = $"{Quote(SchemaNameOf(relation))}.{Quote(relation.Name)}";
        return $"CREATE {(unique ? "UNIQUE " : "")}INDEX {Quote(name)} ON {table} USING btree ({keys}){also}";
    }
}
