using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// A typed expression over the columns of one input. Immutable data: compared through its printed form
/// (<see cref="ExpressionText"/>), stored with durable plans, and evaluated by engine/Expressions.
/// </summary>
public abstract record ScalarExpression(SqlType Type)
{
    public sealed override string ToString() => ExpressionText.Print(this);
}

/// <summary>Column <paramref name="Index"/> of the input.</summary>
public sealed record ColumnExpression(int Index, SqlType Type) : ScalarExpression(Type);

/// <summary>A literal, or NULL of the type.</summary>
public sealed record ConstantExpression(Datum Value, SqlType Type) : ScalarExpression(Type);

/// <summary>Statement parameter $<paramref name="Number"/> (1-based), bound when the statement is executed.</summary>
public sealed record ParameterExpression(int Number, SqlType Type) : ScalarExpression(Type);

/// <summary>A value fixed for a transaction or tick: now(), current_user and the like.</summary>
public sealed record ContextExpression(ContextValue Value, SqlType Type) : ScalarExpression(Type);

/// <summary>A function or operator applied to already coerced arguments.</summary>
public sealed record CallExpression(ScalarFunction Function, IReadOnlyList<ScalarExpression> Arguments, SqlType Type)
    : ScalarExpression(Type);

/// <summary>A conversion; implicit ones look the same once bound.</summary>
public sealed record CastExpression(ScalarExpression Argument, SqlType Type) : ScalarExpression(Type);

/// <summary>AND/OR in three-valued logic over two or more terms; evaluated term by term on the rows still undecided.</summary>
public sealed record LogicalExpression(bool IsAnd, IReadOnlyList<ScalarExpression> Terms) : ScalarExpression(SqlType.Boolean);

/// <summary>IS NULL, or IS NOT NULL.</summary>
public sealed record NullTestExpression(ScalarExpression Argument, bool Negated) : ScalarExpression(SqlType.Boolean);

/// <summary>
/// Searched CASE: the first branch whose condition is true; a branch is evaluated only on its rows. NULLIF, GREATEST
/// and LEAST are functions.
/// </summary>
public sealed record CaseExpression(
    IReadOnlyList<CaseBranch> Branches, ScalarExpression Otherwise, SqlType Type) : ScalarExpression(Type);

/// <summary>One WHEN ... THEN.</summary>
public sealed record CaseBranch(ScalarExpression Condition, ScalarExpression Result);

/// <summary>COALESCE: later arguments are evaluated only on rows where all before were NULL.</summary>
public sealed record CoalesceExpression(IReadOnlyList<ScalarExpression> Arguments, SqlType Type) : ScalarExpression(Type);

/// <summary>argument [NOT] IN (constants), with SQL's NULL rule.</summary>
public sealed record InListExpression(ScalarExpression Argument, IReadOnlyList<Datum> Values, bool Negated)
    : ScalarExpression(SqlType.Boolean);

/// <summary>What a <see cref="ContextExpression"/> stands for.</summary>
public enum ContextValue : byte
{
    /// <summary>The tick record's time in a view, the transaction's start in a query.</summary>
    Now,
    CurrentUser,
    CurrentDatabase,
    CurrentSchema,
}
