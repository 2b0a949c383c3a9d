using System.Collections.Immutable;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// All objects of the database at one moment: immutable, shared by any threads, replaced as a whole when DDL commits
/// (<see cref="CatalogEditor"/>). Look-ups are O(1). Names are as stored (case matters).
/// </summary>
public sealed partial class CatalogSnapshot
{
    /// <summary>Oids of built-in objects, as every PostgreSQL has them.</summary>
    public const int PgCatalogSchemaId = 11;
    public const int PublicSchemaId = 2200;
    public const int InformationSchemaId = 13207;
    public const int RwCatalogSchemaId = 14207;
    public const int RootRoleId = 10;

    /// <summary>The first oid of a user's object.</summary>
    public const int FirstUserId = 16384;

    public const string RootUser = "root";

    private readonly ImmutableDictionary<int, CatalogObject> _objects;
    private readonly ImmutableDictionary<(int Schema, string Name), int> _names;
    private readonly ImmutableDictionary<string, int> _schemas;

    internal CatalogSnapshot(
        ImmutableDictionary<int, CatalogObject> objects,
        ImmutableDictionary<(int Schema, string Name), int> names,
        ImmutableDictionary<string, int> schemas,
        ImmutableDictionary<string, int> roles,
        int nextId,
        long version)
    {
        _objects = objects;
        _names = names;
        _schemas = schemas;
        Roles = roles;
        NextId = nextId;
        Version = version;
    }

    /// <summary>A new database: the system schemas, public, and the role root.</summary>
    public static CatalogSnapshot Empty { get; } = CreateEmpty();

    /// <summary>Counts committed edits; plans made from another version are made again.</summary>
    public long Version { get; }

    /// <summary>The id the next object gets.</summary>
    public int NextId { get; }

    public string DatabaseName { get; init; } = "dev";

    /// <summary>Values set by ALTER SYSTEM, by lower-case name: defaults of session settings and system parameters.</summary>
    public ImmutableDictionary<string, string> SystemSettings { get; init; } =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Roles by name, with their oids.</summary>
    public ImmutableDictionary<string, int> Roles { get; }

    public IEnumerable<CatalogSchema> Schemas => _objects.Values.OfType<CatalogSchema>().OrderBy(s => s.Id);

    /// <summary>In the order of their creation.</summary>
    public IEnumerable<CatalogRelation> Relations => _objects.Values.OfType<CatalogRelation>().OrderBy(r => r.Id);

    public IEnumerable<CatalogIndex> Indexes => _objects.Values.OfType<CatalogIndex>().OrderBy(i => i.Id);

    public IEnumerable<CatalogSink> Sinks => _objects.Values.OfType<CatalogSink>().OrderBy(s => s.Id);

    /// <summary>Sinks that write a table, in the order in which they write it.</summary>
    public IEnumerable<CatalogSink> SinksInto(int tableId) => Sinks.Where(s => s.IntoId == tableId);

    public IEnumerable<CatalogFunction> Functions => _objects.Values.OfType<CatalogFunction>().OrderBy(f => f.Id);

    internal ImmutableDictionary<int, CatalogObject> Objects => _objects;

    internal ImmutableDictionary<(int Schema, string Name), int> Names => _names;

    internal ImmutableDictionary<string, int> SchemaNames => _schemas;

    public CatalogObject? Find(int id) => _objects.GetValueOrDefault(id);

    public CatalogSchema? FindSchema(string name) =>
        _schemas.TryGetValue(name, out int id) ? (CatalogSchema)_objects[id] : null;

    /// <summary>A relation, index or other named object of a schema.</summary>
    public SchemaObject? Find(int schemaId, string name) =>
        _names.TryGetValue((schemaId, name), out int id) ? (SchemaObject)_objects[id] : null;

    public SchemaObject? Find(string schema, string name) =>
        _schemas.TryGetValue(schema, out int id) ? Find(id, name) : null;

    /// <summary>The first object of the name on the path, or in the schema when one is given.</summary>
    public SchemaObject? Resolve(string? schema, string name, IReadOnlyList<string> searchPath)
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
        }

        return null;
    }

    public CatalogRelation Relation(int id) => _objects.GetValueOrDefault(id) as CatalogRelation
        ?? throw new SqlException(SqlState.InternalError, $"the catalog holds no relation {id}");

    public string SchemaNameOf(SchemaObject item) => _objects[item.SchemaId].Name;

    /// <summary>Indexes of a relation, in the order of their creation.</summary>
    public IEnumerable<CatalogIndex> IndexesOf(int relationId) => Indexes.Where(i => i.RelationId == relationId);

    /// <summary>Objects that name this one in <see cref="CatalogObject.DependsOn"/>, in the order of their creation.</summary>
    public IEnumerable<CatalogObject> DependentsOf(int id) =>
        _objects.Values.Where(o => o.DependsOn.Contains(id)).OrderBy(o => o.Id);

    private static CatalogSnapshot CreateEmpty()
    {
        CatalogSchema[] schemas =
        [
            System(PgCatalogSchemaId, "pg_catalog"),
            System(PublicSchemaId, "public") with { IsSystem = false },
            System(InformationSchemaId, "information_schema"),
            System(RwCatalogSchemaId, "rw_catalog"),
        ];
        return new CatalogSnapshot(
            schemas.ToImmutableDictionary(s => s.Id, CatalogObject (s) => s),
            ImmutableDictionary<(int, string), int>.Empty,
            schemas.ToImmutableDictionary(s => s.Name, s => s.Id, StringComparer.Ordinal),
            ImmutableDictionary.Create<string, int>(StringComparer.Ordinal).Add(RootUser, RootRoleId),
            FirstUserId,
            version: 1);

        static CatalogSchema System(int id, string name) =>
            new() { Id = id, Name = name, Owner = RootUser, IsSystem = true };
    }
}
