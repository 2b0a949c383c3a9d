namespace Vectorized.Engine.Expressions;

/// <summary>Session-dependent inputs of expressions. Immutable; a session makes a new one when a setting changes.</summary>
public sealed record SessionValues
{
    public static readonly SessionValues Default = new();

    public string User { get; init; } = "root";

    public string Database { get; init; } = "dev";

    public IReadOnlyList<string> SearchPath { get; init; } = ["public"];

    /// <summary>How values are read from and written as text: the session's time zone.</summary>
    public Types.TextOptions Text { get; init; } = Types.TextOptions.Default;

    public Types.ZoneRules TimeZone => Text.Zone;

    /// <summary>The session's number, as pg_backend_pid shows it.</summary>
    public int BackendPid { get; init; }

    /// <summary>The value of a session setting by name, or null when there is no such setting.</summary>
    public Func<string, string?>? Setting { get; init; }

    /// <summary>Bytes of live state of a relation (or index) by oid, and of its indexes; null outside of a server.</summary>
    public Func<uint, (long Own, long Indexes)>? RelationBytes { get; init; }

    /// <summary>The database's identity, the same for its life.</summary>
    public Guid ClusterId { get; init; }

    /// <summary>Answers catalog functions (pg_get_viewdef, regclass text): the catalog snapshot of the statement.</summary>
    public Catalog.ICatalogFunctions? Catalog { get; init; }
}
