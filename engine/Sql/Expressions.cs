namespace Vectorized.Engine.Sql;

/// <summary>A value expression as written; names and types are not resolved.</summary>
public abstract record Expression : SyntaxNode;

/// <summary>
/// `a`, `t.a`, `s.t.a`, `db.s.t.a`; also the whole-row `t`, and the table argument of TUMBLE and its like.
/// </summary>
public sealed record ColumnReference(SyntaxList<string> Parts) : Expression
{
    public string Name => Parts[^1];
}

/// <summary>`*`, `t.*`, `* EXCEPT (a, t.b)`; in select lists, RETURNING, and as an argument.</summary>
public sealed record Wildcard(SyntaxList<string> Qualifier, SyntaxList<ColumnReference> Except) : Expression;

/// <summary>`(row).field`.</summary>
public sealed record FieldAccess(Expression Operand, string Field) : Expression;

/// <summary>`(row).*`.</summary>
public sealed record FieldWildcard(Expression Operand) : Expression;

/// <summary>`a[1]`; also map and jsonb access.</summary>
public sealed record Subscript(Expression Operand, Expression Index) : Expression;

/// <summary>`a[1:2]`, either bound may be missing.</summary>
public sealed record Slice(Expression Operand, Expression? Lower, Expression? Upper) : Expression;

/// <summary>A prefix operator: `-x`, `+x`, `~x`, `@x`, `|/ x`. A minus before a number is not folded.</summary>
public sealed record UnaryExpression(OperatorName Operator, Expression Operand) : Expression;

/// <summary>Any infix operator that has no node of its own; `!=` is spelt `&lt;&gt;`.</summary>
public sealed record BinaryExpression(OperatorName Operator, Expression Left, Expression Right) : Expression;

public enum LogicalOperator
{
    And,
    Or,
}

/// <summary>AND or OR over two or more operands; a left-deep chain is one node.</summary>
public sealed record LogicalExpression(LogicalOperator Operator, SyntaxList<Expression> Operands) : Expression;

public sealed record NotExpression(Expression Operand) : Expression;

public enum TruthTest
{
    Null,
    True,
    False,
    Unknown,
}

/// <summary>`x IS [NOT] NULL | TRUE | FALSE | UNKNOWN`; ISNULL and NOTNULL too.</summary>
public sealed record IsExpression(Expression Operand, TruthTest Test, bool Negated) : Expression;

/// <summary>`a IS [NOT] DISTINCT FROM b`.</summary>
public sealed record IsDistinctExpression(Expression Left, Expression Right, bool Negated) : Expression;

public enum JsonKind
{
    Value,
    Object,
    Array,
    Scalar,
}

/// <summary>`x IS [NOT] JSON [VALUE | OBJECT | ARRAY | SCALAR] [WITH UNIQUE KEYS]`.</summary>
public sealed record IsJsonExpression(Expression Operand, JsonKind Kind, bool UniqueKeys, bool Negated) : Expression;

public sealed record BetweenExpression(
    Expression Operand, Expression Low, Expression High, bool Symmetric, bool Negated) : Expression;

public sealed record InListExpression(Expression Operand, SyntaxList<Expression> Items, bool Negated) : Expression;

public sealed record InSubqueryExpression(Expression Operand, Query Query, bool Negated) : Expression;

public enum LikeKind
{
    Like,
    ILike,
    SimilarTo,
}

public sealed record LikeExpression(
    LikeKind Kind, Expression Operand, Expression Pattern, Expression? Escape, bool Negated) : Expression;

public enum Quantifier
{
    Any,
    All,
}

/// <summary>`x op ANY | ALL (array)`; LIKE and its kin are the operators ~~ !~~ ~~* !~~*.</summary>
public sealed record QuantifiedArray(
    Expression Left, OperatorName Operator, Quantifier Quantifier, Expression Array) : Expression;

/// <summary>`x op ANY | ALL (SELECT ...)`.</summary>
public sealed record QuantifiedSubquery(
    Expression Left, OperatorName Operator, Quantifier Quantifier, Query Query) : Expression;

public sealed record ExistsExpression(Query Query) : Expression;

/// <summary>`(SELECT ...)` as a value.</summary>
public sealed record ScalarSubquery(Query Query) : Expression;

/// <summary>`ARRAY(SELECT ...)`.</summary>
public sealed record ArraySubquery(Query Query) : Expression;

/// <summary>CASE; with <see cref="Operand"/> the conditions are values compared with it.</summary>
public sealed record CaseExpression(Expression? Operand, SyntaxList<CaseWhen> Whens, Expression? Else) : Expression;

public sealed record CaseWhen(Expression Condition, Expression Result) : SyntaxNode;

/// <summary>
/// CAST(x AS t), `x::t`, and the typed literal `t 'x'` (then the operand is a <see cref="StringLiteral"/>).
/// </summary>
public sealed record CastExpression(Expression Operand, TypeName Type) : Expression;

public sealed record CollateExpression(Expression Operand, QualifiedName Collation) : Expression;

public sealed record AtTimeZoneExpression(Expression Operand, Expression Zone) : Expression;

/// <summary>`ARRAY[a, b]`; inner brackets of `ARRAY[[1], [2]]` are nodes of this kind.</summary>
public sealed record ArrayExpression(SyntaxList<Expression> Elements) : Expression;

/// <summary>
/// `ROW(a, b)` or, two elements at least, `(a, b)`: then <see cref="Implicit"/>, which in GROUP BY means a list of keys
/// and not one key that is a row.
/// </summary>
public sealed record RowExpression(SyntaxList<Expression> Elements) : Expression
{
    public bool Implicit { get; init; }
}

/// <summary>`MAP {k: v, ...}`.</summary>
public sealed record MapExpression(SyntaxList<MapEntry> Entries) : Expression;

public sealed record MapEntry(Expression Key, Expression Value) : SyntaxNode;

/// <summary>`|x, y| body`, an argument of functions such as array_transform.</summary>
public sealed record LambdaExpression(SyntaxList<string> Parameters, Expression Body) : Expression;

/// <summary>
/// DEFAULT as a value. The grammar lets it stand anywhere; it means something only as a whole value in VALUES of an
/// INSERT and in SET (elsewhere: "DEFAULT is not allowed in this context").
/// </summary>
public sealed record DefaultExpression : Expression;

/// <summary>WHERE CURRENT OF cursor.</summary>
public sealed record CurrentOfExpression(string Cursor) : Expression;
