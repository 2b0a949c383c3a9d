namespace Vectorized.Engine.Catalog;

/// <summary>
/// Anything the catalog names. Immutable. <see cref="Id"/> is permanent and never given again: it is the oid clients see,
/// the relation id plans name, and the key of stored state.
/// </summary>
public abstract record CatalogObject
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required string Owner { get; init; }

    /// <summary>Ids of the objects this one cannot exist without (a view's relations, an index's table).</summary>
    public IReadOnlyList<int> DependsOn { get; init; } = [];

    /// <summary>The CREATE statement as text; empty for built-in objects.</summary>
    public string Definition { get; init; } = "";

    /// <summary>COMMENT ON.</summary>
    public string? Comment { get; init; }

    public uint Oid => unchecked((uint)Id);

    /// <summary>What error messages call it: `table`, `materialized view`.</summary>
    public abstract string KindName { get; }
}

/// <summary>A namespace of relations, indexes and functions.</summary>
public sealed record CatalogSchema : CatalogObject
{
    public override string KindName => "schema";

    /// <summary>Served from code; nothing can be created in it.</summary>
    public bool IsSystem { get; init; }
}

/// <summary>An object inside a schema.</summary>
public abstract record SchemaObject : CatalogObject
{
    public required int SchemaId { get; init; }

    /// <summary>Of a materialized view, its error relation, a sink: why it stands still; null: it does not.</summary>
    public Suspension? Suspended { get; init; }

    /// <summary>How often it was resumed: a higher number asks for it to be built again.</summary>
    public int Resumes { get; init; }
}

/// <summary>
/// An index over columns of a relation. <see cref="Columns"/> are positions in the relation, in key order; Include are
/// further columns it carries. A primary key has no object: it is the relation's.
/// </summary>
public sealed record CatalogIndex : SchemaObject
{
    public override string KindName => "index";

    public required int RelationId { get; init; }

    public required IReadOnlyList<int> Columns { get; init; }

    /// <summary>By key column: descending, and whether NULLs come first.</summary>
    public IReadOnlyList<(bool Descending, bool NullsFirst)> Directions { get; init; } = [];

    public IReadOnlyList<int> Include { get; init; } = [];
}

/// <summary>A scalar function written in SQL; its body is bound in place of each call.</summary>
public sealed record CatalogFunction : SchemaObject
{
    public override string KindName => "function";

    /// <summary>Parameter names; null where it has none ($n is always a name too).</summary>
    public required IReadOnlyList<string?> ParameterNames { get; init; }

    public required IReadOnlyList<Types.SqlType> ParameterTypes { get; init; }

    public required Types.SqlType Returns { get; init; }

    /// <summary>One expression, as text.</summary>
    public required string Body { get; init; }
}
