namespace Vectorized.Engine.Sql;

/// <summary>What a statement may be at most; above, it is refused (54001 or 54000), never cut.</summary>
public static class SqlLimits
{
    /// <summary>
    /// The height of a syntax tree, in units: a nested expression, type, query or FROM item counts
    /// <see cref="LevelUnits"/>; a right operand and a link of a left-deep chain (a || b || c, a UNION b UNION c,
    /// a JOIN b JOIN c) count <see cref="LinkUnits"/>; a chain of ANDs or ORs is one level. So: 250 calls inside one
    /// another, 125 subqueries, 500 operators or UNIONs in a row. The figures let every part walk a tree recursively on
    /// a thread of 1.5 MB, if it takes no more than 2 KB a link and 4 KB an expression.
    /// </summary>
    public const int DepthMax = 1_000;

    public const int LevelUnits = 4;

    public const int LinkUnits = 2;

    /// <summary>What text of the deparser may take more than the text it came from (CAST for a typed literal, ...).
    /// </summary>
    public const int StoredSlack = 32;

    /// <summary>UTF-16 units of a query string.</summary>
    public const int LengthMax = 256 * 1024 * 1024;

    /// <summary>Bytes (UTF-8) of an identifier; longer ones are cut at a character's end, as in PostgreSQL.</summary>
    public const int IdentifierBytesMax = 63;

    /// <summary>The highest n of a parameter $n.</summary>
    public const int ParameterMax = 65_535;
}
