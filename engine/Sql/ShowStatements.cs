namespace Vectorized.Engine.Sql;

/// <summary>SHOW name; a null name is SHOW ALL. TIME ZONE is timezone, TRANSACTION ISOLATION LEVEL is
/// transaction_isolation, SESSION AUTHORIZATION is session_authorization.</summary>
public sealed record ShowVariableStatement(string? Name) : Statement;

public enum ShowKind
{
    Tables,
    InternalTables,
    Sources,
    Sinks,
    Views,
    MaterializedViews,
    Subscriptions,
    Secrets,
    Connections,
    Functions,
    Schemas,
    Databases,
    Users,
    Cluster,
    Jobs,
    ProcessList,
    Cursors,
    SubscriptionCursors,

    /// <summary>Columns of the relation <see cref="ShowObjectsStatement.From"/>.</summary>
    Columns,

    /// <summary>Indexes of the relation <see cref="ShowObjectsStatement.From"/>.</summary>
    Indexes,
}

/// <summary>SHOW TABLES [FROM schema] [LIKE 'x' | ILIKE 'x' | WHERE condition], and the other lists.</summary>
public sealed record ShowObjectsStatement(ShowKind Kind) : Statement
{
    /// <summary>The schema; for columns and indexes the relation.</summary>
    public QualifiedName? From { get; init; }

    public string? Pattern { get; init; }

    /// <summary>The pattern was ILIKE's.</summary>
    public bool IgnoreCase { get; init; }

    public Expression? Where { get; init; }
}

/// <summary>SHOW CREATE kind name.</summary>
public sealed record ShowCreateStatement(ObjectKind Kind, QualifiedName Name) : Statement;

/// <summary>DESCRIBE relation; DESCRIBE FRAGMENTS relation; DESCRIBE FRAGMENT id (<see cref="FragmentId"/>).</summary>
public sealed record DescribeStatement(QualifiedName? Name) : Statement
{
    public bool Fragments { get; init; }

    public long? FragmentId { get; init; }
}
