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
}
