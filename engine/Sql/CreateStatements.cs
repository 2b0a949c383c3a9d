namespace Vectorized.Engine.Sql;

/// <summary>CREATE SINK name [INTO table [(columns)]] FROM relation | AS query [WITH] [FORMAT]. Exactly one of
/// <see cref="From"/> and <see cref="Query"/> is there.</summary>
public sealed record CreateSinkStatement(QualifiedName Name) : Statement
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }

    public QualifiedName? Into { get; init; }

    public SyntaxList<Identifier> IntoColumns { get; init; } = [];

    public QualifiedName? From { get; init; }

    public Query? Query { get; init; }

    public SyntaxList<Option> Options { get; init; } = [];

    public FormatEncode? Format { get; init; }
}

public sealed record CreateViewStatement(QualifiedName Name, Query Query) : Statement
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }

    public bool Temporary { get; init; }

    public SyntaxList<Identifier> Columns { get; init; } = [];

    public SyntaxList<Option> Options { get; init; } = [];
}

/// <summary>CREATE MATERIALIZED VIEW; EMIT ON WINDOW CLOSE is a property of the query.</summary>
public sealed record CreateMaterializedViewStatement(QualifiedName Name, Query Query) : Statement
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }

    public SyntaxList<Identifier> Columns { get; init; } = [];

    public SyntaxList<Option> Options { get; init; } = [];

    public bool WithNoData { get; init; }

    /// <summary>Not from a text: the view of a running subscription, in a schema that takes nothing else.</summary>
    internal bool IsOfSubscription { get; init; }
}

/// <summary>An index key: a column or expression with its order.</summary>
public sealed record IndexKey(
    Expression Value, SortDirection Direction = SortDirection.Default, NullsOrder Nulls = NullsOrder.Default)
    : SyntaxNode
{
    public QualifiedName? OperatorClass { get; init; }
}

public sealed record CreateIndexStatement(QualifiedName Table, SyntaxList<IndexKey> Keys) : Statement
{
    /// <summary>Null: the engine names it.</summary>
    public QualifiedName? Name { get; init; }

    public bool IfNotExists { get; init; }

    public bool Unique { get; init; }

    public bool Concurrently { get; init; }

    /// <summary>USING method, in lower case.</summary>
    public string? Method { get; init; }

    public SyntaxList<Expression> Include { get; init; } = [];

    public SyntaxList<Expression> DistributedBy { get; init; } = [];

    public SyntaxList<Option> Options { get; init; } = [];

    public Expression? Where { get; init; }
}

/// <summary>CREATE SCHEMA [name] [AUTHORIZATION owner]; without a name it is the owner's.</summary>
public sealed record CreateSchemaStatement(QualifiedName? Name, string? Owner, bool IfNotExists) : Statement;

/// <summary>CREATE DATABASE name [[WITH] OWNER = x, RESOURCE_GROUP = x, ...].</summary>
public sealed record CreateDatabaseStatement(string Name, bool IfNotExists, SyntaxList<Option> Options) : Statement;

/// <summary>CREATE USER | ROLE name [WITH] options: bare words (superuser, nocreatedb, login, ...) are options
/// without a value; password and oauth have one.</summary>
public sealed record CreateUserStatement(ObjectKind Kind, string Name, SyntaxList<UserOption> Options) : Statement
{
    public bool IfNotExists { get; init; }
}

/// <summary>An option of a user, in lower case: `superuser`, `password 'x'`, `encrypted password 'x'` (as password),
/// `connection limit 5`, `oauth (jwks_url = '..')`.</summary>
public sealed record UserOption(string Name, string? Value = null) : SyntaxNode
{
    public SyntaxList<Option> Options { get; init; } = [];
}

/// <summary>CREATE SECRET name WITH (...) AS value.</summary>
public sealed record CreateSecretStatement(
    QualifiedName Name, SyntaxList<Option> Options, Expression? Value) : Statement
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }
}

public sealed record CreateConnectionStatement(QualifiedName Name, SyntaxList<Option> Options) : Statement
{
    public bool OrReplace { get; init; }

    public bool IfNotExists { get; init; }
}

public sealed record CreateSubscriptionStatement(
    QualifiedName Name, QualifiedName From, SyntaxList<Option> Options) : Statement
{
    public bool IfNotExists { get; init; }
}

/// <summary>CREATE FUNCTION or CREATE AGGREGATE.</summary>
public sealed record CreateFunctionStatement(
    ObjectKind Kind, QualifiedName Name, SyntaxList<FunctionParameter> Parameters) : Statement
{
    public bool OrReplace { get; init; }

    public bool Temporary { get; init; }

    public bool IfNotExists { get; init; }

    public TypeName? Returns { get; init; }

    /// <summary>RETURNS TABLE (a int, b text).</summary>
    public SyntaxList<StructField>? ReturnsTable { get; init; }

    /// <summary>In lower case.</summary>
    public string? Language { get; init; }

    public string? Runtime { get; init; }

    /// <summary>AS 'body' [, 'second'].</summary>
    public SyntaxList<string> Body { get; init; } = [];

    /// <summary>RETURN expression (an SQL function).</summary>
    public Expression? Return { get; init; }

    /// <summary>USING LINK 'url' | BASE64 'x': the kind in lower case and the text.</summary>
    public string? UsingKind { get; init; }

    public string? UsingText { get; init; }

    /// <summary>IMMUTABLE, STABLE, VOLATILE, in lower case.</summary>
    public string? Volatility { get; init; }

    /// <summary>STRICT or RETURNS NULL ON NULL INPUT.</summary>
    public bool Strict { get; init; }

    public SyntaxList<Option> Options { get; init; } = [];
}

/// <summary>A parameter: [IN | OUT | INOUT | VARIADIC] [name] type [DEFAULT value].</summary>
public sealed record FunctionParameter(string? Name, TypeName Type) : SyntaxNode
{
    /// <summary>in, out, inout, variadic; null: not said.</summary>
    public string? Mode { get; init; }

    public Expression? Default { get; init; }
}

/// <summary>An object DROP and its like name; functions may have argument types (null: no parentheses).</summary>
public sealed record ObjectReference(QualifiedName Name, SyntaxList<TypeName>? Arguments = null) : SyntaxNode;

public sealed record DropStatement(ObjectKind Kind, SyntaxList<ObjectReference> Objects) : Statement
{
    public bool IfExists { get; init; }

    /// <summary>CASCADE; else RESTRICT, said or not.</summary>
    public bool Cascade { get; init; }
}
