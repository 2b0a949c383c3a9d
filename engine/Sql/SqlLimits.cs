namespace Vectorized.Engine.Sql;

/// <summary>What a statement may be at most; above, it is refused (54001 or 54000), never cut.</summary>
public static class SqlLimits
{
    /// <summary>Levels of a syntax tree. Chains of AND and OR are one level, other left-deep chains one a link.</summary>
    public const int DepthMax = 1_000;

    /// <summary>UTF-16 units of a query string.</summary>
    public const int LengthMax = 256 * 1024 * 1024;

    /// <summary>Bytes (UTF-8) of an identifier; longer ones are cut at a character's end, as in PostgreSQL.</summary>
    public const int IdentifierBytesMax = 63;

    /// <summary>The highest n of a parameter $n.</summary>
    public const int ParameterMax = 65_535;
}
