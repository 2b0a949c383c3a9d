namespace Vectorized.Fuzz.Generation;

/// <summary>Literals of every kind, by domain.</summary>
internal static class ValueMaker
{
    private static readonly string[] _tinyTexts = ["a", "b", "ab", "B", ""];

    private static readonly string[] _smallTexts =
        ["a", "b", "c", "ab", "abc", "bca", "A", "Ab", "aab", "zz", "x1", "10", "  a", "b ", "a,b", "a-b-c"];

    private static readonly string[] _oddTexts =
    [
        "", " ", "é", "日本", "x%y", "_", "it's", "back\\slash", "\"q\"", "𝄞", "ß", "NULL", "{1,2}", "a|b", "Ω",
        "twelve bytes", "thirteen byte", "a longer text that stands outside of its view",
    ];

    private static readonly string[] _tinyIntervals = ["1 day", "2 days", "01:00:00", "5 days 02:30:00"];

    private static readonly string[] _smallIntervals =
        ["1 day", "2 days", "3 days", "01:00:00", "02:30:00", "00:00:05", "1 mon 2 days", "1 year", "-1 days", "-00:10:00", "00:00:00"];

    /// <summary>Names of one letter: PostgreSQL orders an object's by length first.</summary>
    private static readonly string[] _tinyDocuments = [@"{""a"": 1}", @"{""a"": ""x"", ""b"": 2}", "[1, 2]", "1", "{}"];

    private static readonly string[] _smallDocuments =
    [
        @"{""a"": {""b"": 2}, ""b"": [1, ""x"", null]}", @"{""a"": null}", @"{""b"": true, ""a"": [3]}", @"{""a"": 1, ""c"": -2}",
        "[]", @"[1, 2, ""x""]", @"[{""a"": 1}, [2]]", @"""x""", "7", "null", "true", "false",
    ];

    internal static double Bound(Kind kind, Domain domain) => (kind, domain) switch
    {
        (Kind.Bool, _) => 1,
        (Kind.Int2, Domain.Boundary) => 32_768,
        (Kind.Int4, Domain.Boundary) => 2_147_483_648,
        (Kind.Int8, Domain.Boundary) => 9.3e18,
        (Kind.Numeric, Domain.Boundary) => 1e14,
        (Kind.Float8, Domain.Boundary) => 1e300,
        (Kind.Text, Domain.Boundary) => 48,
        (Kind.Text, _) => 6,
        (Kind.Date or Kind.Timestamp, Domain.Boundary) => 46_000,
        (Kind.Date or Kind.Timestamp, _) => 9_200,
        (Kind.TimestampTz, Domain.Boundary) => 46_000,
        (Kind.TimestampTz, _) => 9_200,
        (Kind.Bytea, _) => 15,
        (Kind.Real, _) => 100,
        (Kind.Interval, _) => 400,
        (Kind.IntArray, _) => 4,
        (Kind.Jsonb, _) => 30,
        (_, Domain.Tiny) => 4,
        _ => 40,
    };

    /// <summary>A value as a literal that says its type where both databases need to be told; without NULL.</summary>
    internal static string Literal(Dice dice, Kind kind, Domain domain) => kind switch
    {
        Kind.Bool => dice.Chance(0.5) ? "true" : "false",
        Kind.Int2 or Kind.Int4 or Kind.Int8 => Cast(Integer(dice, kind, domain), kind),
        Kind.Numeric => $"{Numeric(dice, domain)}::numeric",
        Kind.Float8 => Float(dice, domain),
        Kind.Text => $"{Quote(Text(dice, domain))}::varchar",
        Kind.Date => $"DATE '{Date(dice, domain)}'",
        Kind.Timestamp => $"TIMESTAMP '{Timestamp(dice, domain)}'",
        Kind.Real => $"{Parenthesised(dice.Pick(["0", "1", "1.5", "2", "-0.25", "3.75", "100"]))}::real",
        Kind.Time => $"TIME '{dice.Pick(["00:00:00", "00:00:01", "12:00:00", "12:30:15", "23:59:59"])}'",
        Kind.TimestampTz => $"TIMESTAMPTZ '{Timestamp(dice, domain)}{dice.Pick(["+00", "+00", "+02", "-05:30"])}'",
        Kind.Bytea => $"'{dice.Pick([@"\x", @"\x00", @"\x61", @"\x6100ff", @"\xdeadbeef", @"\x0102030405060708090a0b0c0d0e0f"])}'::bytea",
        Kind.Interval => $"INTERVAL '{dice.Pick(domain == Domain.Tiny ? _tinyIntervals : _smallIntervals)}'",
        Kind.Jsonb => $"'{dice.Pick(domain == Domain.Tiny ? _tinyDocuments : _smallDocuments)}'::jsonb",
        _ => Array(dice),
    };

    internal static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    internal static string Text(Dice dice, Domain domain) => domain switch
    {
        Domain.Tiny => dice.Pick(_tinyTexts),
        Domain.Small => dice.Pick(_smallTexts),
        _ => dice.Pick(_oddTexts),
    };

    private static string Cast(string number, Kind kind) => kind == Kind.Int4 ? Parenthesised(number)
        : $"{Parenthesised(number)}::{kind.Name()}";

    private static string Parenthesised(string number) => number[0] == '-' ? $"({number})" : number;

    private static string Integer(Dice dice, Kind kind, Domain domain)
    {
        if (domain != Domain.Boundary)
        {
            return domain == Domain.Tiny ? dice.Between(0, 4).ToString() : dice.Between(-3, 12).ToString();
        }

        long max = kind switch { Kind.Int2 => short.MaxValue, Kind.Int4 => int.MaxValue, _ => long.MaxValue };
        return dice.Next(6) switch
        {
            0 => max.ToString(),
            1 => (-max).ToString(),
            2 => (max - 1).ToString(),
            3 => "0",
            4 => "-1",
            _ => dice.Between(-100, 100).ToString(),
        };
    }

    private static string Numeric(Dice dice, Domain domain) => domain switch
    {
        Domain.Tiny => dice.Pick(["0", "1", "1.5", "2.00", "(-1.25)"]),
        Domain.Small => $"({dice.Between(-2, 7)}.{dice.Pick(["00", "25", "50", "99"])})",
        _ => dice.Pick(["0.01", "99999999999999.99", "(-99999999999999.99)", "0.00", "1e10", "(-0.01)", "12345678901.23"]),
    };

    private static string Float(Dice dice, Domain domain) => domain switch
    {
        Domain.Tiny => $"{Parenthesised(dice.Pick(["0", "1", "1.5", "2", "-0.25"]))}::double precision",
        Domain.Small => $"({dice.Between(-2, 7)}.{dice.Pick(["0", "25", "5"])})::double precision",
        _ => dice.Pick(["'NaN'", "'Infinity'", "'-Infinity'", "0", "(-0.0)", "1e300", "1e-300", "(-1.5)"]) + "::double precision",
    };

    private static string Date(Dice dice, Domain domain) => domain switch
    {
        Domain.Tiny => $"2024-01-0{dice.Between(1, 4)}",
        Domain.Small => $"2024-0{dice.Between(1, 4)}-{dice.Pick([1, 15, 28]):00}",
        _ => dice.Pick(["1970-01-01", "1999-12-31", "2000-02-29", "2024-02-29", "1900-03-01", "2100-01-01"]),
    };

    private static string Timestamp(Dice dice, Domain domain) => domain switch
    {
        Domain.Tiny => $"2024-01-01 00:0{dice.Between(0, 4)}:00",
        Domain.Small => $"2024-01-0{dice.Between(1, 3)} {dice.Pick([0, 11, 23]):00}:00:{dice.Pick([0, 59]):00}",
        _ => dice.Pick(["1970-01-01 00:00:00", "1999-12-31 23:59:59.999999", "2000-02-29 12:00:00.5", "2024-03-31 02:30:00"]),
    };

    private static string Array(Dice dice)
    {
        int count = dice.Between(0, 4);
        var items = Enumerable.Range(0, count).Select(_ => dice.Chance(0.15) ? "NULL" : dice.Between(0, 5).ToString());
        return $"'{{{string.Join(",", items)}}}'::integer[]";
    }
}
