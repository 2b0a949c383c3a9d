namespace Vectorized.Engine.Sql;

/// <summary>A whole query: WITH, a body, and what applies to the body's result.</summary>
public sealed record Query(QueryBody Body) : SyntaxNode
{
    public WithClause? With { get; init; }

    public SyntaxList<OrderItem> OrderBy { get; init; } = [];

    /// <summary>LIMIT or FETCH FIRST; null: none, or LIMIT ALL.</summary>
    public Expression? Limit { get; init; }

    /// <summary>FETCH FIRST n ROWS WITH TIES.</summary>
    public bool WithTies { get; init; }

    public Expression? Offset { get; init; }

    /// <summary>FOR UPDATE and its like.</summary>
    public SyntaxList<LockingClause> Locking { get; init; } = [];

    public bool EmitOnWindowClose { get; init; }
}

/// <summary>SELECT, VALUES, a set operation, or a query in parentheses.</summary>
public abstract record QueryBody : SyntaxNode;

/// <summary>SELECT ... FROM ... WHERE ...; `TABLE t` is `SELECT * FROM t`.</summary>
public sealed record SelectBody : QueryBody
{
    public bool Distinct { get; init; }

    /// <summary>DISTINCT ON (...); null: none (then <see cref="Distinct"/> says whether plain DISTINCT is).</summary>
    public SyntaxList<Expression>? DistinctOn { get; init; }

    /// <summary>May be empty, as in PostgreSQL.</summary>
    public SyntaxList<SelectItem> Items { get; init; } = [];

    /// <summary>SELECT ... INTO name.</summary>
    public QualifiedName? Into { get; init; }

    public SyntaxList<FromItem> From { get; init; } = [];

    public Expression? Where { get; init; }

    public SyntaxList<GroupingElement> GroupBy { get; init; } = [];

    public bool GroupByDistinct { get; init; }

    public Expression? Having { get; init; }

    public SyntaxList<NamedWindow> Windows { get; init; } = [];
}

/// <summary>VALUES (..), (..); a value may be a <see cref="DefaultExpression"/> in an INSERT.</summary>
public sealed record ValuesBody(SyntaxList<SyntaxList<Expression>> Rows) : QueryBody;

public enum SetOperator
{
    Union,
    Intersect,
    Except,
}

/// <summary>`left UNION | INTERSECT | EXCEPT [ALL] right` [CORRESPONDING [BY (..)]].</summary>
public sealed record SetOperation(SetOperator Operator, bool All, QueryBody Left, QueryBody Right) : QueryBody
{
    /// <summary>CORRESPONDING: match columns by name. With BY, <see cref="CorrespondingBy"/> names them.</summary>
    public bool Corresponding { get; init; }

    public SyntaxList<Identifier> CorrespondingBy { get; init; } = [];
}

/// <summary>
/// A query in parentheses with a WITH, ORDER BY, LIMIT... of its own, as an operand of a set operation.
/// </summary>
public sealed record NestedQuery(Query Query) : QueryBody;

public sealed record SelectItem(Expression Value, string? Alias = null) : SyntaxNode;

public sealed record WithClause(bool Recursive, SyntaxList<CommonTable> Tables) : SyntaxNode;

/// <summary>`name (columns) AS [[NOT] MATERIALIZED] (statement)`, or `name AS CHANGELOG FROM relation`.</summary>
public sealed record CommonTable(string Name, SyntaxList<Identifier> Columns) : SyntaxNode
{
    /// <summary>A query, or an INSERT, UPDATE or DELETE; null for a changelog.</summary>
    public Statement? Statement { get; init; }

    /// <summary>The query, where it is one.</summary>
    public Query? Query => (Statement as SelectStatement)?.Query;

    public bool? Materialized { get; init; }

    public QualifiedName? ChangelogFrom { get; init; }
}

public enum SortDirection
{
    Default,
    Ascending,
    Descending,
}

public enum NullsOrder
{
    Default,
    First,
    Last,
}

public sealed record OrderItem(
    Expression Value, SortDirection Direction = SortDirection.Default, NullsOrder Nulls = NullsOrder.Default)
    : SyntaxNode
{
    /// <summary>ORDER BY x USING operator.</summary>
    public OperatorName? Using { get; init; }
}

public abstract record GroupingElement : SyntaxNode;

/// <summary>An expression, a number (position) or an alias.</summary>
public sealed record GroupingExpression(Expression Value) : GroupingElement;

/// <summary>`()`.</summary>
public sealed record EmptyGrouping : GroupingElement;

/// <summary>ROLLUP (a, (b, c)); a composite is an implicit <see cref="RowExpression"/>.</summary>
public sealed record RollupGrouping(SyntaxList<Expression> Items) : GroupingElement;

/// <summary>CUBE (a, (b, c)).</summary>
public sealed record CubeGrouping(SyntaxList<Expression> Items) : GroupingElement;

/// <summary>GROUPING SETS (...), whose elements may be any grouping element.</summary>
public sealed record GroupingSets(SyntaxList<GroupingElement> Elements) : GroupingElement;

public enum LockStrength
{
    Update,
    NoKeyUpdate,
    Share,
    KeyShare,
}

public enum LockWait
{
    Block,
    NoWait,
    SkipLocked,
}

public sealed record LockingClause(LockStrength Strength, SyntaxList<QualifiedName> Of, LockWait Wait) : SyntaxNode;
