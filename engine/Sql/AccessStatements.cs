namespace Vectorized.Engine.Sql;

/// <summary>One privilege, in lower case, with columns where given: `select (a, b)`.</summary>
public sealed record Privilege(string Name, SyntaxList<Identifier> Columns) : SyntaxNode;

/// <summary>GRANT or REVOKE privileges ON objects TO | FROM users. Empty privileges: ALL.</summary>
public sealed record GrantStatement(
    bool IsGrant, SyntaxList<Privilege> Privileges, SyntaxList<string> Grantees) : Statement
{
    public ObjectKind Kind { get; init; }

    public SyntaxList<ObjectReference> Objects { get; init; } = [];

    /// <summary>ALL kind IN SCHEMA names.</summary>
    public SyntaxList<QualifiedName> AllInSchemas { get; init; } = [];

    /// <summary>WITH GRANT OPTION; in REVOKE: GRANT OPTION FOR.</summary>
    public bool GrantOption { get; init; }

    public string? GrantedBy { get; init; }

    public bool Cascade { get; init; }
}

/// <summary>GRANT or REVOKE of role membership.</summary>
public sealed record GrantRoleStatement(bool IsGrant, SyntaxList<string> Roles, SyntaxList<string> Grantees) : Statement
{
    public bool AdminOption { get; init; }

    public string? GrantedBy { get; init; }

    public bool Cascade { get; init; }
}

/// <summary>ALTER DEFAULT PRIVILEGES [FOR USER names] [IN SCHEMA names] GRANT | REVOKE ... ON kinds TO | FROM users.
/// </summary>
public sealed record AlterDefaultPrivilegesStatement(
    bool IsGrant, SyntaxList<Privilege> Privileges, ObjectKind Kind, SyntaxList<string> Grantees) : Statement
{
    public SyntaxList<string> ForUsers { get; init; } = [];

    public SyntaxList<QualifiedName> InSchemas { get; init; } = [];

    public bool GrantOption { get; init; }

    public bool Cascade { get; init; }
}
