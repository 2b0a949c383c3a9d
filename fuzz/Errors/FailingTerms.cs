using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Errors;

/// <summary>
/// Integer expressions that fail on some rows: division by zero, overflow, values out of a function's range, casts of texts that
/// are no numbers; plain, inside of other expressions (which then fail as a whole), and guarded by CASE.
/// </summary>
internal static class FailingTerms
{
    private const string Number = @"^[ ]*[+-]?[0-9]+[ ]*$";

    /// <param name="dice">The case's choices.</param>
    /// <param name="ints">Integer columns.</param>
    /// <param name="texts">Text columns.</param>
    internal static FailingTerm Draw(Dice dice, IReadOnlyList<string> ints, IReadOnlyList<string> texts)
    {
        var term = Plain(dice, ints, texts);
        return dice.Next(7) switch
        {
            0 => term with { Name = $"{term.Name} in coalesce", Sql = $"coalesce({term.Sql}, 7)" },
            1 => term with { Name = $"{term.Name} in case", Sql = $"CASE WHEN {term.Sql} > 1 THEN 1 ELSE 0 END" },
            2 => Guarded(term),
            3 => Both(dice, term, ints),
            _ => term,
        };
    }

    internal static IEnumerable<string> Names =>
        from name in new[] { "divide", "modulo", "numeric divide", "overflow", "int2 overflow", "sqrt", "ln", "cast", "none" }
        select name;

    private static FailingTerm Plain(Dice dice, IReadOnlyList<string> ints, IReadOnlyList<string> texts)
    {
        string x = dice.Pick(ints);
        string y = dice.Pick(ints);
        string s = dice.Pick(texts);
        return dice.Next(9) switch
        {
            0 => Of("divide", $"({x} / {y})", $"{x} IS NOT NULL AND {y} = 0", "'22012'"),
            1 => Of("modulo", $"({x} % {y})", $"{x} IS NOT NULL AND {y} = 0", "'22012'"),
            2 => Of("numeric divide", $"(12.5 / {x})::int", $"{x} = 0", "'22012'"),
            3 => Of("overflow", $"({x} * 700000000)", $"{x} NOT BETWEEN -3 AND 3", "'22003'"),
            4 => Of("int2 overflow", $"({x} * 9000)::smallint::int", $"{x} NOT BETWEEN -3 AND 3", "'22003'"),
            5 => Of("sqrt", $"sqrt({x}::double precision)::int", $"{x} < 0", "'2201F'"),
            6 => Of("ln", $"ln({x}::double precision)::int", $"{x} <= 0", "'2201E'"),
            7 => Of("cast", $"{s}::int", $"{s} !~ '{Number}' OR length({s}) > 9",
                $"CASE WHEN {s} ~ '{Number}' THEN '22003' ELSE '22P02' END"),
            _ => new FailingTerm("none", $"({x} + 1)", "false", "''"),
        };
    }

    private static FailingTerm Of(string name, string sql, string fails, string state) =>
        new(name, sql, $"coalesce({fails}, false)", state);

    private static FailingTerm Guarded(FailingTerm term) => term.NeverFails ? term : new FailingTerm(
        $"{term.Name} guarded", $"CASE WHEN NOT ({term.Fails}) THEN {term.Sql} ELSE -1 END", "false", "''");

    /// <summary>Two that may fail: the left one is found first.</summary>
    private static FailingTerm Both(Dice dice, FailingTerm left, IReadOnlyList<string> ints)
    {
        string y = dice.Pick(ints);
        string fails = $"coalesce({y} = 0, false)";
        return left.NeverFails ? left : new FailingTerm(
            $"{left.Name} and another", $"({left.Sql} + 6 / {y})", $"({left.Fails} OR {fails})",
            $"CASE WHEN {left.Fails} THEN {left.State} ELSE '22012' END");
    }
}
