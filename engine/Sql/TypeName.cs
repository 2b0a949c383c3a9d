namespace Vectorized.Engine.Sql;

/// <summary>
/// A type as written, its SQL spellings mapped to PostgreSQL's internal names: int4, int8, int2, float4, float8, bool,
/// numeric, varchar, bpchar, time, timetz, timestamp, timestamptz, interval, bit, varbit; any other name as it is
/// ("struct" with <see cref="Fields"/>, "map" with two <see cref="TypeArguments"/>, "vector" with a modifier).
/// </summary>
public sealed record TypeName(QualifiedName Name) : SyntaxNode
{
    /// <summary>Modifiers: numeric(10, 2), varchar(5), timestamp(3). char alone has none (it means char(1)).</summary>
    public SyntaxList<Expression> Modifiers { get; init; } = [];

    /// <summary>How many [] follow; 0 is no array.</summary>
    public int ArrayDimensions { get; init; }

    public bool SetOf { get; init; }

    public IntervalFields IntervalFields { get; init; }

    /// <summary>Fields of struct&lt;a int, b text&gt;.</summary>
    public SyntaxList<StructField> Fields { get; init; } = [];

    /// <summary>Types in parentheses: map(varchar, int).</summary>
    public SyntaxList<TypeName> TypeArguments { get; init; } = [];
}

/// <summary>One field of struct&lt;...&gt;.</summary>
public sealed record StructField(string Name, TypeName Type) : SyntaxNode;

/// <summary>The fields an INTERVAL is restricted to; they also give a bare number in the literal its unit.</summary>
public enum IntervalFields
{
    All,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    YearToMonth,
    DayToHour,
    DayToMinute,
    DayToSecond,
    HourToMinute,
    HourToSecond,
    MinuteToSecond,
}
