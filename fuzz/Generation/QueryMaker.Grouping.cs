namespace Vectorized.Fuzz.Generation;

/// <summary>GROUP BY, HAVING and aggregates.</summary>
internal sealed partial class QueryMaker
{
    /// <summary>Aggregates made for the innermost grouped query, some of which were not used in the end.</summary>
    private List<string> _aggregates = [];

    /// <summary>Keys of the grouping sets around the expressions being made; empty: none.</summary>
    private IReadOnlyList<Term> _grouping = [];

    private List<Term> GroupingKeys(Level level)
    {
        var keys = new List<Term>();
        int count = dice.Pick([1, 1, 1, 2, 2, 3]);
        for (int i = 0; i < count; i++)
        {
            var columns = level.Visible.Where(c => c.IsColumn && !c.Inexact).ToList();
            if (columns.Count > 0 && dice.Chance(0.75))
            {
                keys.Add(dice.Pick(columns));
                continue;
            }

            _withoutSubqueries++;
            var key = Expression(RandomKind(), 1, exact: true);
            _withoutSubqueries--;
            if (key.Local && !key.IsColumn)
            {
                Hit("group:expression");
                keys.Add(key);
            }
        }

        return [.. keys.DistinctBy(k => k.Sql)];
    }

    private Made Grouped(
        Level level, string from, string where, IReadOnlyList<Term> keys, IReadOnlyList<Kind> wanted, bool exact)
    {
        Hit(keys.Count == 0 ? "group:all" : "group:by");
        // PostgreSQL 15 takes a key it can fold to a constant for one in ORDER BY too, where grouping sets make it NULL: columns only.
        bool sets = keys.Count > 0 && keys.All(k => k.IsColumn) && Has(Features.GroupingSets) && dice.Chance(0.25);
        level.Raw = level.Visible;
        level.Visible = [.. keys];
        var outer = _aggregates;
        _aggregates = [];
        _grouping = sets ? keys : [];
        var (list, outputs) = Outputs(wanted, exact);
        _grouping = [];
        bool aggregates = _aggregates.Exists(a => list.Contains(a, StringComparison.Ordinal));
        _aggregates = outer;
        if (keys.Count == 0 && !aggregates)
        {
            // Without GROUP BY it is the aggregate that makes it one group.
            string name = Fresh();
            return Wrapped(level, $"SELECT {list}, count(*) AS {name}{from}{where}", outputs);
        }

        string group = keys.Count == 0 ? "" : $" GROUP BY {(sets ? GroupingSets(keys) : string.Join(", ", keys.Select(k => k.Sql)))}";
        string having = "";
        if (dice.Chance(0.18))
        {
            Hit("group:having");
            having = $" HAVING {Predicate(1).Sql}";
        }

        level.Visible = level.Raw;
        level.Raw = null;
        return new Made($"SELECT {list}{from}{where}{group}{having}", outputs);
    }

    private Made Wrapped(Level level, string sql, IReadOnlyList<Term> outputs)
    {
        level.Visible = level.Raw!;
        level.Raw = null;
        string names = string.Join(", ", outputs.Select(o => o.Sql));
        return new Made($"SELECT {names} FROM ({sql}) AS t{++_nextAlias}", outputs);
    }

    private string GroupingSets(IReadOnlyList<Term> keys)
    {
        string all = string.Join(", ", keys.Select(k => k.Sql));
        switch (dice.Next(3))
        {
            case 0:
                Hit("group:rollup");
                return $"ROLLUP ({all})";
            case 1:
                Hit("group:cube");
                return $"CUBE ({all})";
            default:
                Hit("group:sets");
                var sets = Enumerable.Range(0, dice.Between(1, 3))
                    .Select(_ => $"({string.Join(", ", dice.Sample(keys, dice.Between(0, keys.Count)).Select(k => k.Sql))})");
                return $"GROUPING SETS (({all}), {string.Join(", ", sets)})";
        }
    }

    /// <summary>An aggregate of the kind over the level's raw columns; null where there is none.</summary>
    private Term? Aggregate(Kind kind)
    {
        var level = _levels[^1];
        if (kind == Kind.Int4 && _grouping.Count > 0 && _withoutSubqueries == 0 && dice.Chance(0.3)
            && level.Visible.SequenceEqual(_grouping))
        {
            Hit("group:grouping()");
            string keys = string.Join(", ", dice.Sample(_grouping, dice.Between(1, _grouping.Count)).Select(k => k.Sql));
            return new Term($"grouping({keys})", Kind.Int4) { Bound = 8, Local = true };
        }

        if (AggregateList.Returning(kind) is not { Count: > 0 } returning)
        {
            return null;
        }

        var aggregate = dice.Pick(returning);
        if (aggregate.Needs != Features.None && !Has(aggregate.Needs))
        {
            return null;
        }

        var visible = level.Visible;
        level.Visible = level.Raw!;
        level.Raw = null;
        bool windows = level.Windows;
        level.Windows = false;
        var made = AggregateOver(aggregate);
        level.Windows = windows;
        level.Raw = level.Visible;
        level.Visible = visible;
        if (made is not null)
        {
            Hit($"aggregate:{aggregate.Name}");
            _aggregates.Add(made.Sql);
        }

        return made;
    }

    private Term? AggregateOver(Aggregate aggregate)
    {
        var made = new Term("", aggregate.Result) { Local = true, Bound = 1e5 };
        string arguments = "*";
        string order = "";
        string distinct = "";
        if (aggregate.Argument is { } kind)
        {
            distinct = aggregate.TakesDistinct && Has(Features.Distinct) && dice.Chance(0.15) ? "DISTINCT " : "";
            int without = _withoutSubqueries;
            _withoutSubqueries += dice.Chance(0.8) ? 1 : 0;
            var argument = Expression(kind, 1, exact: distinct.Length > 0 || aggregate.Ordered);
            _withoutSubqueries = without;
            if (!argument.Local || aggregate.Refine(argument, made) is not { } refined)
            {
                return null;
            }

            made = refined;
            arguments = argument.Sql;
            order = aggregate.Ordered ? $" ORDER BY {argument.Sql}{Direction()}" : "";
            _hits.UnionWith(distinct.Length > 0 ? ["aggregate:with distinct"] : []);
        }

        string sql = string.Format(aggregate.Template, $"{distinct}{arguments}", order);
        if (dice.Chance(0.12))
        {
            // A condition over outer columns alone would make count(*) an aggregate of the outer query.
            _withoutSubqueries++;
            var condition = Predicate(0);
            _withoutSubqueries--;
            if (condition.Local || aggregate.Argument is not null)
            {
                Hit("aggregate:with filter");
                sql += $" FILTER (WHERE {condition.Sql})";
            }
        }

        return made with { Sql = sql };
    }
}
