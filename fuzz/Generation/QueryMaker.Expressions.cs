namespace Vectorized.Fuzz.Generation;

/// <summary>Value expressions of a wanted kind.</summary>
internal sealed partial class QueryMaker
{
    private Term Expression(Kind kind, int depth, bool exact = false)
    {
        for (int attempt = 0; attempt < 8; attempt++)
        {
            if (Attempt(kind, depth) is { } made && !(exact && made.Inexact))
            {
                return made;
            }
        }

        return Literal(kind);
    }

    private Term? Attempt(Kind kind, int depth)
    {
        var level = _levels[^1];
        double roll = dice.Between(0, 99);
        if (level.Raw is not null && roll < 45)
        {
            return Aggregate(kind);
        }

        if (level.Windows && roll < 45)
        {
            return Window(kind);
        }

        roll = dice.Between(0, 99);
        if (depth == 0 || roll < 35)
        {
            return roll < 31 || dice.Chance(0.6) ? Column(kind) : dice.Chance(0.07) ? Null(kind) : Literal(kind);
        }

        return roll switch
        {
            < 75 => kind == Kind.Bool ? Predicate(depth) : Call(kind, depth),
            < 80 => Case(kind, depth),
            < 84 => Coalesce(kind, depth),
            < 87 => NullIf(kind, depth),
            < 90 => Extreme(kind, depth),
            < 97 => Scalar(kind),
            _ => Literal(kind),
        };
    }

    /// <summary>A column of this level or, where correlation may be, of an enclosing one.</summary>
    private Term? Column(Kind kind)
    {
        var here = _levels[^1].Visible.Where(c => c.Kind == kind).ToList();
        if (here.Count > 0 && !(Has(Features.Correlation) && _levels.Count > 1 && dice.Chance(0.15)))
        {
            return dice.Pick(here);
        }

        if (!Has(Features.Correlation) || _levels.Count < 2)
        {
            return null;
        }

        int distance = dice.Between(1, _levels.Count - 1);
        // The merged column of a USING join has a name without a qualifier, which a relation further in may have, too.
        var there = _levels[^(distance + 1)].Visible
            .Where(c => c.Kind == kind && c.IsColumn && c.Sql.Contains('.', StringComparison.Ordinal)).ToList();
        if (there.Count == 0)
        {
            return null;
        }

        Hit($"correlation:{Math.Min(distance, 3)}");
        return dice.Pick(there) with { Local = false, IsColumn = false };
    }

    private Term Literal(Kind kind)
    {
        var domain = dice.Chance(0.06) && Has(Features.Boundaries) && kind is not (Kind.IntArray or Kind.Jsonb) ? Domain.Boundary
            : dice.Chance(0.7) ? Domain.Tiny : Domain.Small;
        Hit($"literal:{kind.Name()}");
        return new Term(ValueMaker.Literal(dice, kind, domain), kind)
        {
            Bound = ValueMaker.Bound(kind, domain),
            Scale = kind == Kind.Numeric ? 2 : 0,
        };
    }

    private Term Null(Kind kind)
    {
        Hit("literal:null");
        return new Term($"NULL::{kind.Name()}", kind);
    }

    private Term? Call(Kind kind, int depth)
    {
        if (!Has(Features.Functions))
        {
            return Column(kind);
        }

        var function = dice.Pick(FunctionList.Returning(kind));
        if (function.Needs != Features.None && !Has(function.Needs))
        {
            return null;
        }

        var arguments = function.Arguments.Select(a => Expression(a, depth - 1)).ToArray();
        var made = new Term(Fill(function.Template, arguments), kind)
        {
            Inexact = arguments.Any(a => a.Inexact),
            Local = arguments.Any(a => a.Local),
        };
        var refined = function.Refine is null ? made with { Bound = 1 } : function.Refine(arguments, made);
        if (refined is not null)
        {
            Hit($"function:{function.Name}");
        }

        return refined;
    }

    private string Fill(string template, Term[] arguments)
    {
        string sql = template;
        for (int at = sql.IndexOf('{'); at >= 0; at = sql.IndexOf('{', at))
        {
            string value = sql[at + 1] switch
            {
                'n' => dice.Between(0, 4).ToString(),
                'p' => dice.Between(1, 5).ToString(),
                's' => ValueMaker.Quote(ValueMaker.Text(dice, Domain.Tiny)),
                'f' => dice.Pick(["year", "month", "day", "dow", "doy", "quarter", "week"]),
                't' => dice.Pick(["day", "month", "year", "hour", "minute", "week"]),
                char digit => arguments[digit - '0'].Sql,
            };
            sql = string.Concat(sql.AsSpan(0, at), value, sql.AsSpan(at + 3));
            at += value.Length;
        }

        return sql;
    }

    private Term Case(Kind kind, int depth)
    {
        Hit("expression:case");
        Term[] results = [Expression(kind, depth - 1), Expression(kind, depth - 1), Expression(kind, depth - 1)];
        var made = Joined(results, kind);
        if (dice.Chance(0.3))
        {
            Hit("expression:simple case");
            var operand = Expression(Kind.Int4, 0);
            string first = $"WHEN {dice.Between(0, 3)} THEN {results[0].Sql}";
            string second = $"WHEN {dice.Between(0, 3)} THEN {results[1].Sql}";
            return made with
            {
                Sql = $"CASE {operand.Sql} {first} {second} ELSE {results[2].Sql} END",
                Local = made.Local || operand.Local,
            };
        }

        var condition = Predicate(depth - 1);
        string otherwise = dice.Chance(0.7) ? $" ELSE {results[1].Sql}" : "";
        return made with
        {
            Sql = $"CASE WHEN {condition.Sql} THEN {results[0].Sql}{otherwise} END",
            Local = made.Local
            || condition.Local
        };
    }

    private static Term Joined(Term[] terms, Kind kind) => new("", kind)
    {
        Bound = terms.Max(t => t.Bound),
        Scale = terms.Max(t => t.Scale),
        Inexact = terms.Any(t => t.Inexact),
        Local = terms.Any(t => t.Local),
    };

    private Term Coalesce(Kind kind, int depth)
    {
        Hit("expression:coalesce");
        Term[] terms = [Expression(kind, depth - 1), Expression(kind, depth - 1)];
        return Joined(terms, kind) with { Sql = $"coalesce({terms[0].Sql}, {terms[1].Sql})" };
    }

    private Term NullIf(Kind kind, int depth)
    {
        Hit("expression:nullif");
        Term[] terms = [Expression(kind, depth - 1, exact: true), Expression(kind, 0, exact: true)];
        return Joined(terms, kind) with { Sql = $"nullif({terms[0].Sql}, {terms[1].Sql})" };
    }

    private Term? Extreme(Kind kind, int depth)
    {
        if (kind == Kind.Jsonb)
        {
            return null;
        }

        string name = dice.Pick(["greatest", "least"]);
        Hit($"expression:{name}");
        Term[] terms = [Expression(kind, depth - 1), Expression(kind, 0)];
        return Joined(terms, kind) with { Sql = $"{name}({terms[0].Sql}, {terms[1].Sql})" };
    }

    private Term? Scalar(Kind kind)
    {
        if (!MaySubquery())
        {
            return null;
        }

        Hit("subquery:scalar");
        var made = ScalarSelect(kind);
        return made.Outputs[0] with { Sql = $"({made.Sql})", Local = false, IsColumn = false };
    }

    private bool MaySubquery() =>
        Has(Features.Subqueries) && _withoutSubqueries == 0 && _budget > 0 && _levels.Count < LevelsMax;
}
