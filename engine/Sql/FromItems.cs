namespace Vectorized.Engine.Sql;

/// <summary>An entry of FROM.</summary>
public abstract record FromItem : SyntaxNode
{
    public TableAlias? Alias { get; init; }
}

/// <summary>`AS name (columns)`; for a function of type record also `AS name (column type, ...)`.</summary>
public sealed record TableAlias(string? Name, SyntaxList<Identifier> Columns) : SyntaxNode
{
    public SyntaxList<StructField> ColumnDefinitions { get; init; } = [];
}

public sealed record TableReference(QualifiedName Name) : FromItem
{
    public bool Only { get; init; }

    /// <summary>FOR SYSTEM_TIME AS OF ...</summary>
    public AsOfClause? AsOf { get; init; }
}

public enum AsOfKind
{
    SystemTime,
    SystemVersion,
}

/// <summary>FOR SYSTEM_TIME AS OF x: proctime() makes a temporal join; else now(), now() - interval, a string (time)
/// or an integer (Unix seconds). FOR SYSTEM_VERSION AS OF x: a snapshot's id or name.</summary>
public sealed record AsOfClause(AsOfKind Kind, Expression Value) : SyntaxNode;

public sealed record SubqueryReference(Query Query) : FromItem
{
    public bool Lateral { get; init; }
}

/// <summary>
/// A function in FROM. <see cref="Function"/> is a <see cref="FunctionCall"/> or what PostgreSQL lets stand there
/// (<see cref="SqlValueFunction"/>, a cast). TUMBLE, HOP and SESSION: the first argument is the table, a
/// <see cref="ColumnReference"/> holding its name or a <see cref="ScalarSubquery"/>.
/// </summary>
public sealed record FunctionReference(Expression Function) : FromItem
{
    public bool Lateral { get; init; }

    public bool WithOrdinality { get; init; }
}

/// <summary>ROWS FROM (f(..), g(..) AS (a int)) [WITH ORDINALITY].</summary>
public sealed record RowsFromReference(SyntaxList<RowsFromFunction> Functions) : FromItem
{
    public bool Lateral { get; init; }

    public bool WithOrdinality { get; init; }
}

public sealed record RowsFromFunction(Expression Function, SyntaxList<StructField> ColumnDefinitions) : SyntaxNode;

public enum JoinKind
{
    Inner,
    Left,
    Right,
    Full,
    Cross,
}

/// <summary>A join; at most one of <see cref="Natural"/>, <see cref="On"/>, <see cref="Using"/>.
/// A comma in FROM is not a join but another item. With an alias it stood in parentheses.</summary>
public sealed record JoinReference(JoinKind Kind, FromItem Left, FromItem Right) : FromItem
{
    public bool Natural { get; init; }

    public bool AsOf { get; init; }

    public Expression? On { get; init; }

    public SyntaxList<Identifier>? Using { get; init; }

    /// <summary>USING (..) AS alias.</summary>
    public string? UsingAlias { get; init; }
}
