using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Catalog;

/// <summary>What a relation is. The numbers are durable.</summary>
public enum RelationKind : byte
{
    Table = 0,
    Source = 1,
    View = 2,
    MaterializedView = 3,

    /// <summary>Rejected input of a source or fed table, failing rows of a view; it belongs to that one and goes with it.</summary>
    Errors = 4,
}

/// <summary>What an INSERT of an existing key does to a table. The numbers are durable.</summary>
public enum ConflictBehaviour : byte
{
    /// <summary>The new row replaces the old (the default).</summary>
    Overwrite = 0,

    /// <summary>The old row stays.</summary>
    DoNothing = 1,

    /// <summary>Columns that are not NULL in the new row replace the old ones.</summary>
    UpdateIfNotNull = 2,
}

/// <summary>What a view or sink does when an expression fails over a row. The numbers are durable.</summary>
public enum OnError : byte
{
    /// <summary>The expression is NULL there, which is counted (the default).</summary>
    Null = 0,

    /// <summary>The view stops at its last good epoch.</summary>
    Fail = 1,

    /// <summary>The row is left out, and reported, until it is mended (materialized views).</summary>
    Quarantine = 2,
}

/// <summary>What a materialized view computes: stored and instantiated at restart, never planned again.</summary>
/// <param name="Plan">Its root is the <see cref="MaterializeNode"/>.</param>
/// <param name="VisibleColumnCount">Leading columns a client sees; the rest are hidden parts of the key.</param>
/// <param name="Key">Columns that identify a row, or null: a bag.</param>
public sealed record MaterializedViewDefinition(PlanNode Plan, int VisibleColumnCount, IReadOnlyList<int>? Key);

/// <summary>A table, source, view, materialized view or error relation.</summary>
public sealed record CatalogRelation : SchemaObject
{
    public required RelationKind Kind { get; init; }

    /// <summary>All columns, hidden and dropped ones too; plans name them by position.</summary>
    public required IReadOnlyList<CatalogColumn> Columns { get; init; }

    /// <summary>Positions of the declared primary key; empty: none.</summary>
    public IReadOnlyList<int> PrimaryKey { get; init; } = [];

    /// <summary>Name and ids of the primary key's constraint and index as catalogs show them (ids 0: no primary key).</summary>
    public string PrimaryKeyName { get; init; } = "";

    public int PrimaryKeyIndexId { get; init; }

    public int PrimaryKeyConstraintId { get; init; }

    /// <summary>
    /// Positions that identify a stored row: the primary key, else the hidden row id, a view's proven key; null: a bag,
    /// or a plain view.
    /// </summary>
    public IReadOnlyList<int>? Key { get; init; }

    public bool AppendOnly { get; init; }

    public ConflictBehaviour OnConflict { get; init; }

    /// <summary>WITH VERSION COLUMN: a row replaces only one whose version is not higher.</summary>
    public IReadOnlyList<int> VersionColumns { get; init; } = [];

    public IReadOnlyList<CatalogWatermark> Watermarks { get; init; } = [];

    /// <summary>The query of a view or materialized view as canonical SQL.</summary>
    public string QueryText { get; init; } = "";

    /// <summary>The search path the query's names were resolved by.</summary>
    public IReadOnlyList<string> QuerySearchPath { get; init; } = [];

    /// <summary>Null: fed by INSERT only.</summary>
    public CatalogConnector? Connector { get; init; }

    public MaterializedViewDefinition? View { get; init; }

    /// <summary>Of a materialized view: WITH (on_error = ...).</summary>
    public OnError OnError { get; init; }

    /// <summary>Of an error relation: the relation whose input or failing rows it keeps.</summary>
    public int ErrorsOf { get; init; }

    public override string KindName => Kind switch
    {
        RelationKind.Table => "table",
        RelationKind.Source => "source",
        RelationKind.View => "view",
        RelationKind.MaterializedView => "materialized view",
        _ => "error table",
    };

    /// <summary>INSERT, UPDATE and DELETE may name it.</summary>
    public bool IsWritable => Kind == RelationKind.Table;

    /// <summary>It has rows of its own (a plain view has none).</summary>
    public bool IsStored => Kind != RelationKind.View;

    /// <summary>Position of the hidden row id, or -1.</summary>
    public int RowIdColumn
    {
        get
        {
            int column = FindColumn(RowIdName);
            return column >= 0 && Columns[column].Hidden ? column : -1;
        }
    }

    public const string RowIdName = "_row_id";

    /// <summary>Position of a column by name, hidden ones too; -1 when there is none.</summary>
    public int FindColumn(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == name && !Columns[i].Dropped)
            {
                return i;
            }
        }

        return -1;
    }
}
