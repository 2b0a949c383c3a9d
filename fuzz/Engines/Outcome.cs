namespace Vectorized.Fuzz.Engines;

/// <summary>What a statement came to: rows of text cells, or an error.</summary>
internal sealed record Outcome
{
    /// <summary>Types of the columns as PostgreSQL's oids.</summary>
    public IReadOnlyList<uint> Types { get; init; } = [];

    /// <summary>Rows; NULL is null.</summary>
    public IReadOnlyList<string?[]> Rows { get; init; } = [];

    /// <summary>SQLSTATE of the error, or null.</summary>
    public string? SqlState { get; init; }

    public string Message { get; init; } = "";

    public bool Succeeded => SqlState is null;

    internal static Outcome Failed(string sqlState, string message) => new() { SqlState = sqlState, Message = message };
}
