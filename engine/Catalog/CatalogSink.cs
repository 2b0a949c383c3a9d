namespace Vectorized.Engine.Catalog;

/// <summary>
/// A stream of changes on its way out: into a table of this database, or to a connector. It has no rows of its own and
/// cannot be read. <see cref="CatalogObject.DependsOn"/> holds what its query reads and, for a table, the table.
/// </summary>
public sealed record CatalogSink : SchemaObject
{
    public override string KindName => "sink";

    /// <summary>What comes out: the query's columns, then hidden ones of the stream's key.</summary>
    public required IReadOnlyList<CatalogColumn> Columns { get; init; }

    /// <summary>What it computes; the plan's root is the <see cref="Planning.SinkNode"/>.</summary>
    public required MaterializedViewDefinition View { get; init; }

    /// <summary>The table it writes; 0: none.</summary>
    public int IntoId { get; init; }

    /// <summary>Positions in the table that the visible columns go to; the others take their defaults.</summary>
    public IReadOnlyList<int> IntoColumns { get; init; } = [];

    /// <summary>Insertions only: the query's rows are never taken back, or what takes them back is dropped.</summary>
    public bool AppendOnly { get; init; }

    /// <summary>It starts with the rows that are there; else with the changes to come.</summary>
    public bool WithSnapshot { get; init; } = true;

    /// <summary>WITH (on_error = ...).</summary>
    public OnError OnError { get; init; }

    /// <summary>The options of WITH.</summary>
    public required CatalogConnector Connector { get; init; }

    public string SinkType => AppendOnly ? "append-only" : "upsert";
}
