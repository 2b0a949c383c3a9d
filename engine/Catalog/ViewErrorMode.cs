namespace Vectorized.Engine.Catalog;

/// <summary>What a materialized view does with a row on which an expression fails. The numbers are durable.</summary>
public enum ViewErrorMode : byte
{
    /// <summary>The view stops at its last good epoch (the default).</summary>
    Fail = 0,

    /// <summary>The expression is NULL for that row, and the row is reported.</summary>
    Null = 1,

    /// <summary>The row is left out, and reported, until it is mended.</summary>
    Quarantine = 2,
}
