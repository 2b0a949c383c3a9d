namespace Vectorized.Engine.Sql;

/// <summary>One name, folded and cut as PostgreSQL does; the quotes are gone.</summary>
public sealed record Identifier(string Name) : SyntaxNode
{
    public static implicit operator string(Identifier identifier) => identifier.Name;
}

/// <summary>
/// A possibly qualified name: [[database.]schema.]name; one to three parts or as many as were written.
/// </summary>
public sealed record QualifiedName(SyntaxList<string> Parts) : SyntaxNode
{
    public QualifiedName(string name) : this([name])
    {
    }

    /// <summary>
    /// How a bare name was written (`COUNT`, `timestamptz`) where the deparser keeps that; no part of equality.
    /// </summary>
    public string? Spelling { get; init; }

    public bool Equals(QualifiedName? other) => base.Equals(other) && Parts.Equals(other!.Parts);

    public override int GetHashCode() => Parts.GetHashCode();

    /// <summary>The last part.</summary>
    public string Name => Parts[^1];

    /// <summary>The part before the name, or null.</summary>
    public string? Schema => Parts.Count > 1 ? Parts[^2] : null;

    /// <summary>The part before the schema, or null.</summary>
    public string? Database => Parts.Count > 2 ? Parts[^3] : null;
}

/// <summary>An operator as written: `+`, or OPERATOR(pg_catalog.+).</summary>
public sealed record OperatorName(string Symbol, string? Schema = null) : SyntaxNode;
