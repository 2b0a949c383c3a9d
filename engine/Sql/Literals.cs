namespace Vectorized.Engine.Sql;

public sealed record NullLiteral : Expression;

public sealed record BooleanLiteral(bool Value) : Expression;

/// <summary>
/// An unsigned number: decimal digits with at most one point and exponent (`12`, `1.5`, `1e3`, `.5`); hexadecimal,
/// octal and binary integers are written out in decimal, underscores are gone.
/// </summary>
public sealed record NumberLiteral(string Text) : Expression
{
    public bool IsInteger => Text.AsSpan().IndexOfAny('.', 'e', 'E') < 0;
}

/// <summary>
/// A string of any spelling ('', E'', U&amp;'', $$), escapes resolved; of type unknown until it is bound.
/// </summary>
public sealed record StringLiteral(string Value) : Expression;

/// <summary>B'0101' or X'1F'.</summary>
public sealed record BitStringLiteral(string Digits, bool Hexadecimal) : Expression;

/// <summary>`$n`, n from 1.</summary>
public sealed record Parameter(int Number) : Expression;
