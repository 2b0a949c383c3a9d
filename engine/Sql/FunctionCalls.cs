namespace Vectorized.Engine.Sql;

/// <summary>
/// A call of a function, aggregate or window function. Special syntax becomes plain calls, as in PostgreSQL:
/// EXTRACT(f FROM x) is extract('f', x); POSITION(a IN b) is position(b, a); SUBSTRING, OVERLAY: arguments in order
/// (SUBSTRING(x FOR n) is substring(x, 1, n)); TRIM is btrim, ltrim, rtrim; (a, b) OVERLAPS (c, d) is
/// overlaps(a, b, c, d); COLLATION FOR (x) is pg_collation_for(x); COALESCE, NULLIF, GREATEST, LEAST, GROUPING by name.
/// </summary>
public sealed record FunctionCall(QualifiedName Name, SyntaxList<FunctionArgument> Arguments) : Expression
{
    /// <summary>`count(*)`.</summary>
    public bool Star { get; init; }

    public bool Distinct { get; init; }

    /// <summary>ORDER BY inside the parentheses.</summary>
    public SyntaxList<OrderItem> OrderBy { get; init; } = [];

    /// <summary>WITHIN GROUP (ORDER BY ...).</summary>
    public SyntaxList<OrderItem> WithinGroup { get; init; } = [];

    public Expression? Filter { get; init; }

    /// <summary>IGNORE NULLS (true), RESPECT NULLS (false), neither (null).</summary>
    public bool? IgnoreNulls { get; init; }

    public WindowSpecification? Over { get; init; }

    /// <summary>`AGGREGATE:f(x)`: a scalar function of an array used as an aggregate.</summary>
    public bool ScalarAsAggregate { get; init; }

    /// <summary>EXTRACT(f FROM x) and POSITION(a IN b): what tells them from plain calls when deparsed.</summary>
    public bool SqlSyntax { get; init; }
}

/// <summary>An argument: `x`, `name => x`, `VARIADIC x`.</summary>
public sealed record FunctionArgument(Expression Value, string? Name = null, bool Variadic = false) : SyntaxNode
{
    /// <summary>Behind the relation a time window is of: `SESSION(t PARTITION BY k, ts, gap)`; several in parentheses.</summary>
    public Expression? PartitionBy { get; init; }
}

public enum SqlValue
{
    CurrentDate,
    CurrentTime,
    CurrentTimestamp,
    LocalTime,
    LocalTimestamp,
    CurrentUser,
    CurrentRole,
    SessionUser,
    User,
    CurrentCatalog,
    CurrentSchema,
}

/// <summary>CURRENT_DATE, CURRENT_TIMESTAMP(3), USER...: functions without parentheses.</summary>
public sealed record SqlValueFunction(SqlValue Value, int? Precision = null) : Expression;

/// <summary>
/// What follows OVER, or a WINDOW clause's definition. `OVER w` has only <see cref="Reference"/>; `OVER (w ORDER BY x)`
/// has it as <see cref="Base"/>.
/// </summary>
public sealed record WindowSpecification : SyntaxNode
{
    public string? Reference { get; init; }

    public string? Base { get; init; }

    public SyntaxList<Expression> PartitionBy { get; init; } = [];

    public SyntaxList<OrderItem> OrderBy { get; init; } = [];

    public WindowFrame? Frame { get; init; }
}

/// <summary>`w AS (...)` of a WINDOW clause.</summary>
public sealed record NamedWindow(string Name, WindowSpecification Specification) : SyntaxNode;

public enum FrameUnit
{
    Rows,
    Range,
    Groups,
    Session,
}

public enum FrameBoundKind
{
    UnboundedPreceding,
    Preceding,
    CurrentRow,
    Following,
    UnboundedFollowing,
}

public enum FrameExclusion
{
    NoOthers,
    CurrentRow,
    Group,
    Ties,
}

/// <summary>
/// A frame; without BETWEEN <see cref="End"/> is null. SESSION WITH GAP x has only <see cref="Gap"/>.
/// </summary>
public sealed record WindowFrame(FrameUnit Unit, FrameBound? Start, FrameBound? End) : SyntaxNode
{
    public FrameExclusion Exclusion { get; init; }

    public Expression? Gap { get; init; }
}

/// <summary>A frame's bound; <see cref="Offset"/> for PRECEDING and FOLLOWING with a value.</summary>
public sealed record FrameBound(FrameBoundKind Kind, Expression? Offset = null) : SyntaxNode;
