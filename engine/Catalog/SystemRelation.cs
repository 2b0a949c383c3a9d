using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>A column of a system relation.</summary>
public sealed record SystemColumn(string Name, SqlType Type)
{
    public bool NotNull { get; init; }

    /// <summary>PostgreSQL's int2vector or oidvector, a list here: subscripts start at 0.</summary>
    public bool ZeroBased { get; init; }
}

/// <summary>What the rows of system relations come from: one catalog snapshot and the session that asks.</summary>
public sealed record SystemContext(CatalogSnapshot Catalog, SessionValues Session)
{
    /// <summary>Rough number of rows of a stored relation.</summary>
    public Func<int, double>? RowCount { get; init; }

    /// <summary>Of a relation with a watermark: where it stands, rows accepted and rows that came too late.</summary>
    public Func<int, WatermarkStatus?>? Watermark { get; init; }

    /// <summary>By view: evaluations that failed over a row, and the last one's message.</summary>
    public Func<int, (long Count, string? Last)>? RowErrors { get; init; }

    /// <summary>Where the process stands against its memory limit.</summary>
    public Func<MemoryTotals>? Memory { get; init; }

    /// <summary>What operators hold.</summary>
    public Func<IEnumerable<OperatorMemory>>? OperatorMemory { get; init; }

    /// <summary>What is durable; null: nothing outlives the process.</summary>
    public Func<StateFacts?>? State { get; init; }

    /// <summary>What the last checkpoint consists of.</summary>
    public Func<IEnumerable<StoredRuns>>? StoredRuns { get; init; }

    /// <summary>How far views are behind their inputs.</summary>
    public Func<IEnumerable<ViewFreshness>>? Freshness { get; init; }

    /// <summary>How far sources were read.</summary>
    public Func<IEnumerable<SourceProgress>>? Sources { get; init; }

    /// <summary>Name, value and description of the session's settings, for pg_settings.</summary>
    public IReadOnlyList<(string Name, string Value, string Description)> Settings { get; init; } = [];
}

/// <summary>Where a watermark stands (null: nowhere yet), and what passed it.</summary>
public readonly record struct WatermarkStatus(Datum? Watermark, long Accepted, long Late);

/// <summary>
/// A relation computed when it is read. Its rows depend on the catalog snapshot and the session alone; they are made as
/// one batch, which the caller owns.
/// </summary>
public sealed class SystemRelation(
    string schema, string name, uint oid, IReadOnlyList<SystemColumn> columns, Action<SystemContext,
    SystemRowWriter>? rows)
{
    public string Schema { get; } = schema;

    public string Name { get; } = name;

    public uint Oid { get; } = oid;

    public IReadOnlyList<SystemColumn> Columns { get; } = columns;

    /// <summary>It never has rows: known so that clients' queries bind.</summary>
    public bool IsAlwaysEmpty => rows is null;

    public OwnedBatch Produce(SystemContext context)
    {
        var writer = new SystemRowWriter(Columns);
        rows?.Invoke(context, writer);
        return writer.Build();
    }
}
