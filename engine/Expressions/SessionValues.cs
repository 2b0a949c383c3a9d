namespace Vectorized.Engine.Expressions;

/// <summary>Session-dependent inputs of expressions. Immutable; a session makes a new one when a setting changes.</summary>
public sealed record SessionValues
{
    public static readonly SessionValues Default = new();

    public string User { get; init; } = "root";

    public string Database { get; init; } = "dev";

    public IReadOnlyList<string> SearchPath { get; init; } = ["public"];

    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Answers catalog functions (pg_get_viewdef, regclass text): the catalog snapshot of the statement.</summary>
    public Catalog.ICatalogFunctions? Catalog { get; init; }
}
