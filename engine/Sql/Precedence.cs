namespace Vectorized.Engine.Sql;

/// <summary>
/// How tightly an infix operator binds: PostgreSQL's precedence list (gram.y), lowest first. Is, Comparison and
/// Membership do not associate; the others do from the left, Not and UnaryMinus are prefixes.
/// </summary>
internal enum Precedence
{
    None,
    Or,
    And,
    Not,
    Is,
    Comparison,

    /// <summary>BETWEEN, IN, LIKE, ILIKE, SIMILAR.</summary>
    Membership,
    Escape,

    /// <summary>Every operator not named here, prefix or infix.</summary>
    Operator,
    Additive,
    Multiplicative,
    Exponent,
    AtTimeZone,
    Collate,
    UnaryMinus,

    /// <summary>What needs no parentheses anywhere.</summary>
    Primary,
}
