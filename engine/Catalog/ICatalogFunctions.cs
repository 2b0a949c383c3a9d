namespace Vectorized.Engine.Catalog;

/// <summary>What catalog functions and reg* casts ask of a catalog snapshot. All names as they are stored.</summary>
public interface ICatalogFunctions
{
    /// <summary>Oid of a relation named as in SQL ('t', 's.t', '"T"'), by search path, or null.</summary>
    uint? RelationOid(string sqlName, IReadOnlyList<string> searchPath);

    /// <summary>Name for display, qualified unless visible in the search path; null when no such oid.</summary>
    string? RelationName(uint oid, IReadOnlyList<string> searchPath);

    bool IsRelationVisible(uint oid, IReadOnlyList<string> searchPath);

    uint? SchemaOid(string name);

    string? SchemaName(uint oid);

    /// <summary>Text of a view's query, or null.</summary>
    string? ViewDefinition(uint oid);

    /// <summary>CREATE INDEX text, or with a column number (1-based) that column's name.</summary>
    string? IndexDefinition(uint oid, int column);

    /// <summary>Text of a constraint such as PRIMARY KEY (a, b).</summary>
    string? ConstraintDefinition(uint oid);

    /// <summary>Name of a role, or null.</summary>
    string? UserName(uint oid);

    /// <summary>Oid of a type of this database's own (built-in ones are known without), or null.</summary>
    uint? TypeOid(string name) => null;

    /// <summary>Name of a type of this database's own, or null.</summary>
    string? TypeName(uint oid) => null;

    /// <summary>Oid of the function pg_proc lists under a name, or null.</summary>
    uint? FunctionOid(string name) => null;

    /// <summary>Name of a function of pg_proc, or null.</summary>
    string? FunctionName(uint oid) => null;

    /// <summary>A comment on an object (column 0: the object itself), or null.</summary>
    string? Description(uint oid, string catalog, int column) => null;
}
