namespace Vectorized.Engine.Sql;

/// <summary>INSERT INTO table [(columns)] query | DEFAULT VALUES; the query is null for DEFAULT VALUES.</summary>
public sealed record InsertStatement(QualifiedName Table, SyntaxList<Identifier> Columns, Query? Source) : Statement
{
    public WithClause? With { get; init; }

    public string? Alias { get; init; }

    public Overriding Overriding { get; init; }

    public OnConflictClause? OnConflict { get; init; }

    public SyntaxList<SelectItem> Returning { get; init; } = [];
}

public enum Overriding
{
    None,
    SystemValue,
    UserValue,
}

/// <summary>ON CONFLICT [(columns) [WHERE] | ON CONSTRAINT name] DO NOTHING | DO UPDATE SET ... [WHERE]; no assignments
/// means DO NOTHING.</summary>
public sealed record OnConflictClause(SyntaxList<IndexKey> Target, SyntaxList<Assignment> Assignments) : SyntaxNode
{
    public Expression? TargetWhere { get; init; }

    public string? Constraint { get; init; }

    public Expression? Where { get; init; }
}

/// <summary>`a = x`, or `(a, b) = ROW(x, y)` or a subquery.</summary>
public sealed record Assignment(SyntaxList<Identifier> Columns, Expression Value) : SyntaxNode
{
    /// <summary>The left side stood in parentheses: the value is a row.</summary>
    public bool IsRow { get; init; }
}

public sealed record UpdateStatement(QualifiedName Table, SyntaxList<Assignment> Assignments) : Statement
{
    public WithClause? With { get; init; }

    public bool Only { get; init; }

    public string? Alias { get; init; }

    public SyntaxList<FromItem> From { get; init; } = [];

    public Expression? Where { get; init; }

    public SyntaxList<SelectItem> Returning { get; init; } = [];
}

public sealed record DeleteStatement(QualifiedName Table) : Statement
{
    public WithClause? With { get; init; }

    public bool Only { get; init; }

    public string? Alias { get; init; }

    public SyntaxList<FromItem> Using { get; init; } = [];

    public Expression? Where { get; init; }

    public SyntaxList<SelectItem> Returning { get; init; } = [];
}

public sealed record TruncateStatement(SyntaxList<QualifiedName> Tables) : Statement
{
    public bool RestartIdentity { get; init; }

    public bool Cascade { get; init; }
}

public enum CopyEndpoint
{
    /// <summary>STDIN or STDOUT: the connection.</summary>
    Client,
    File,
    Program,
}

/// <summary>COPY table [(columns)] FROM | TO, or COPY (query) TO. Options of the old and the new syntax come out alike,
/// names in lower case: format, delimiter, null, header, quote, escape, force_quote, force_not_null, force_null,
/// encoding, freeze.</summary>
public sealed record CopyStatement(bool IsFrom, CopyEndpoint Endpoint) : Statement
{
    public QualifiedName? Table { get; init; }

    public SyntaxList<Identifier> Columns { get; init; } = [];

    /// <summary>A query or a data-modifying statement with RETURNING.</summary>
    public Statement? Query { get; init; }

    /// <summary>The file's name or the program.</summary>
    public string? Path { get; init; }

    public SyntaxList<CopyOption> Options { get; init; } = [];

    public Expression? Where { get; init; }
}

/// <summary>A COPY option: a value, a list of columns, `*`, or nothing (then it is on).</summary>
public sealed record CopyOption(string Name, string? Value = null) : SyntaxNode
{
    public SyntaxList<Identifier> Columns { get; init; } = [];

    public bool AllColumns { get; init; }
}
