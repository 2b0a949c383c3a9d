namespace Vectorized.Engine.Sql;

/// <summary>
/// A node of the syntax tree: immutable, compared by structure. Where it stood in the text takes no part in equality,
/// so that `GROUP BY a + b` matches a later `a + b`, and a deparsed tree equals the one it came from.
/// The parser bounds the height of trees (<see cref="SqlLimits.DepthMax"/>): walking one recursively is safe.
/// </summary>
public abstract record SyntaxNode
{
    /// <summary>1-based offset (UTF-16 units) in the parsed string of the token the node is named for; 0: none.
    /// For an operator that is the operator itself, as in PostgreSQL's error positions.</summary>
    public int Position { get; init; }

    /// <summary>
    /// An expression or query that stood in parentheses of its own; the deparser keeps them. No part of equality.
    /// </summary>
    public bool Parenthesized { get; init; }

    public virtual bool Equals(SyntaxNode? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>The node as canonical SQL.</summary>
    public sealed override string ToString() => Deparser.Deparse(this);
}
