namespace Vectorized.Fuzz.Generation;

/// <summary>SELECT cores: plain, grouped, distinct.</summary>
internal sealed partial class QueryMaker
{
    private Made Select(IReadOnlyList<Kind>? wanted, bool exact)
    {
        var level = new Level();
        _levels.Add(level);
        var made = SelectAt(level, wanted, exact);
        _levels.RemoveAt(_levels.Count - 1);
        return made;
    }

    /// <summary>A query of one row and one column: an aggregate over everything, or the first row of an order.</summary>
    private Made ScalarSelect(Kind kind)
    {
        _budget--;
        Hit($"depth:{Math.Clamp(_levels.Count, 1, 4)}");
        int without = _withoutSubqueries;
        _withoutSubqueries = 0;
        var level = new Level();
        _levels.Add(level);
        Made made;
        if (Has(Features.Aggregates) && (dice.Chance(0.8) || !Has(Features.Limits)))
        {
            string from = From(level);
            string where = Where(level, 0.7);
            made = Grouped(level, from, where, [], [kind], exact: false);
        }
        else
        {
            made = Plain(level, From(level), [kind], exact: true, "SELECT ");
            made = made with { Sql = $"{made.Sql} ORDER BY 1{Direction()} LIMIT 1" };
        }

        _levels.RemoveAt(_levels.Count - 1);
        _withoutSubqueries = without;
        return made;
    }

    private Made SelectAt(Level level, IReadOnlyList<Kind>? wanted, bool exact)
    {
        if (dice.Chance(0.02))
        {
            Hit("query:without from");
            return Plain(level, "", wanted ?? RandomKinds(dice.Between(1, 3)), exact, "SELECT ");
        }

        string from = From(level);
        if (Has(Features.Aggregates) && dice.Chance(0.3))
        {
            string where = Where(level, 0.5);
            var keys = dice.Chance(0.12) ? [] : GroupingKeys(level);
            return Grouped(level, from, where, keys, wanted ?? RandomKinds(dice.Between(1, 3)), exact);
        }

        if (Has(Features.Distinct) && dice.Chance(0.1))
        {
            return dice.Chance(0.6) || !Has(Features.Limits)
                ? Distinct(level, from, wanted)
                : DistinctOn(level, from, wanted ?? RandomKinds(dice.Between(1, 4)));
        }

        level.Windows = Has(Features.Windows) && dice.Chance(0.25);
        bool isStar = wanted is null && dice.Chance(0.15) && !(exact && level.Visible.Any(c => c.Inexact));
        return isStar ? Star(level, from) : Plain(level, from, wanted, exact, "SELECT ");
    }

    private Made Distinct(Level level, string from, IReadOnlyList<Kind>? wanted)
    {
        Hit("query:distinct");
        return Plain(level, from, wanted, exact: true, "SELECT DISTINCT ");
    }

    private Made DistinctOn(Level level, string from, IReadOnlyList<Kind> wanted)
    {
        Hit("query:distinct on");
        var made = Plain(level, from, wanted, exact: true, "");
        int keys = Math.Min(dice.Between(1, 2), wanted.Count);
        string on = string.Join(", ", Enumerable.Range(1, keys));
        string order = string.Join(", ", Enumerable.Range(1, wanted.Count).Select(i => i + Direction()));
        return new Made($"SELECT DISTINCT ON ({on}) {made.Sql} ORDER BY {order}", made.Outputs, Nests: true, IsOrdered: true);
    }

    private Made Star(Level level, string from)
    {
        Hit("query:star");
        var names = level.Visible.Where(c => c.IsColumn).ToList();
        string star = string.Join(", ", names.Select(n => $"{n.Sql} AS {Fresh()}"));
        return new Made($"SELECT {star}{from}{Where(level, 0.45)}", Renamed(names, star));
    }

    private static List<Term> Renamed(IReadOnlyList<Term> terms, string list) =>
        [.. terms.Zip(list.Split(", ").Select(p => p[(p.LastIndexOf(' ') + 1)..]), (t, n) => t with { Sql = n })];

    private Made Plain(Level level, string from, IReadOnlyList<Kind>? wanted, bool exact, string select)
    {
        Hit("query:plain");
        bool windows = level.Windows;
        level.Windows = false;
        string where = from.Length == 0 ? "" : Where(level, 0.45);
        level.Windows = windows;
        var (list, outputs) = Outputs(wanted ?? LikelyKinds(level, exact), exact);
        level.Windows = false;
        return new Made($"{select}{list}{from}{where}", outputs);
    }

    /// <summary>Kinds of columns that are there, so that most outputs say something.</summary>
    private List<Kind> LikelyKinds(Level level, bool exact) =>
        [.. Enumerable.Range(0, dice.Between(1, 4)).Select(_ => level.Visible.Count > 0 && dice.Chance(0.7)
            ? dice.Pick(level.Visible).Kind : RandomKind()).Select(k => exact && k == Kind.Jsonb ? Kind.Int4 : k)];

    private (string List, IReadOnlyList<Term> Outputs) Outputs(IReadOnlyList<Kind> kinds, bool exact)
    {
        var outputs = new List<Term>();
        var items = new List<string>();
        foreach (var kind in kinds)
        {
            var term = Expression(kind, dice.Between(0, 2), exact);
            string name = Fresh();
            items.Add($"{term.Sql} AS {name}");
            outputs.Add(term with { Sql = name });
        }

        return (string.Join(", ", items), outputs);
    }

    private string Fresh() => $"c{++_nextColumn}";

    private string Where(Level level, double chance)
    {
        var conjuncts = level.Links;
        level.Links = [];
        bool correlates = _levels.Count > 1 && Has(Features.Correlation) && dice.Chance(0.6);
        if (correlates && Correlation(level) is { } link)
        {
            conjuncts.Add(link);
        }

        if (dice.Chance(correlates ? chance / 2 : chance))
        {
            // Most conditions let most rows pass, so that results say something.
            var condition = Predicate(dice.Between(0, 2));
            conjuncts.Add(dice.Chance(0.5) ? condition.Sql : $"({condition.Sql} OR {Predicate(0).Sql})");
        }

        if (conjuncts.Count == 0)
        {
            return "";
        }

        Hit("clause:where");
        return $" WHERE {string.Join(" AND ", conjuncts)}";
    }

    /// <summary>A condition between a column of this level and one of an enclosing query.</summary>
    private string? Correlation(Level level)
    {
        var outer = _levels.Take(_levels.Count - 1).SelectMany(l => l.Visible).Where(c => c.IsColumn && !c.Inexact).ToList();
        var pairs = level.Visible.SelectMany(c => outer.Where(o => o.Kind == c.Kind && c.IsColumn && !c.Inexact).Select(o =>
            (c, o))).ToList();
        if (pairs.Count == 0)
        {
            return null;
        }

        var (local, far) = dice.Pick(pairs);
        int distance = Enumerable.Range(1, _levels.Count - 1).First(d => _levels[^(d + 1)].Visible.Contains(far));
        Hit($"correlation:{Math.Min(distance, 3)}");
        string comparison = dice.Pick(["=", "=", "=", "<>", "<", ">=", "IS NOT DISTINCT FROM"]);
        return $"({local.Sql} {comparison} {far.Sql})";
    }
}
