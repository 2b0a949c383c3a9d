namespace Vectorized.Fuzz.Generation;

/// <summary>FROM: tables, derived tables, joins of every kind, functions.</summary>
internal sealed partial class QueryMaker
{
    /// <summary>An entry of FROM with the columns that may be named.</summary>
    private sealed record Source(string Sql, List<Term> Columns);

    /// <summary>FROM with its leading space; the level's columns are visible afterwards.</summary>
    private string From(Level level)
    {
        var entries = new List<string>();
        var visible = new List<Term>();
        int count = _budget > 1 && dice.Chance(0.2) ? 2 : 1;
        for (int i = 0; i < count; i++)
        {
            var source = Entry(level, visible, joins: 2);
            if (i > 0)
            {
                Hit("join:comma");
                if (Link(visible, source.Columns, dice.Chance(0.85) ? "=" : "<") is { } link && dice.Chance(0.9))
                {
                    level.Links.Add(link);
                }
            }

            entries.Add(source.Sql);
            visible.AddRange(source.Columns);
        }

        level.Visible = visible;
        return $" FROM {string.Join(", ", entries)}";
    }

    private Source Entry(Level level, List<Term> before, int joins)
    {
        _budget--;
        if (joins > 0 && _budget > 0 && dice.Chance(0.5))
        {
            return Has(Features.UsingJoins) && dice.Chance(0.15) ? UsingJoin(level) ?? Join(level, before, joins)
                : Join(level, before, joins);
        }

        return Single(level, before);
    }

    private Source Single(Level level, List<Term> before)
    {
        if (_budget > 0 && _levels.Count < LevelsMax && dice.Chance(0.2))
        {
            bool lateral = Has(Features.Lateral) && before.Count > 0 && dice.Chance(0.5);
            return Derived(level, lateral ? before : null);
        }

        if (_commonTables.Count > 0 && dice.Chance(0.5))
        {
            Hit("from:common table");
            var (name, columns, degree) = dice.Pick(_commonTables);
            _degree += degree;
            string alias = NextAlias();
            return new Source($"{name} AS {alias}", Qualified(alias, columns));
        }

        if (Has(Features.TableFunctions) && dice.Chance(0.06))
        {
            return Function(level, before);
        }

        if (dice.Chance(0.03))
        {
            Hit("from:values");
            var values = Values(RandomKinds(dice.Between(1, 3)));
            return Aliased($"({values.Sql})", values.Outputs);
        }

        return Has(Features.Aggregates) && dice.Chance(0.06) ? OwnExtreme() : Table();
    }

    /// <summary>A relation's rows that have the greatest or least value of a column, in groups or of all.</summary>
    private Source OwnExtreme()
    {
        var relation = AnyRelation();
        Kind[] kinds = [.. Kinds.Integers, Kind.Numeric, Kind.Date, Kind.Timestamp, Kind.Text];
        var columns = relation.Columns.Where(c => !c.Inexact && kinds.Contains(c.Kind)).ToList();
        if (columns.Count == 0)
        {
            string alias = NextAlias();
            return new Source($"{relation.Name} AS {alias}", Qualified(alias, relation.Columns));
        }

        Hit("from:own extreme");
        var value = dice.Pick(columns);
        var groups = columns.Where(c => c != value && dice.Chance(0.5)).Take(2).Select(c => c.Sql).ToList();
        bool isMax = dice.Chance(0.6);
        string comparison = dice.Chance(0.6) ? "=" : isMax ? ">=" : "<=";
        string grouped = string.Concat(groups.Select(g => $"{g}, "));
        string by = groups.Count == 0 ? "" : $" GROUP BY {string.Join(", ", groups)}";
        string equal = string.Concat(
            groups.Select(g => $" AND x.{g} {(dice.Chance(0.8) ? "=" : "IS NOT DISTINCT FROM")} y.{g}"));
        string sql = $"(SELECT x.* FROM {relation.Name} AS x JOIN (SELECT {grouped}{(isMax ? "max" : "min")}({value.Sql}) AS extreme"
            + $" FROM {relation.Name}{by}) AS y ON x.{value.Sql} {comparison} y.extreme{equal})";
        return Aliased(sql, relation.Columns);
    }

    private string NextAlias() => $"t{++_nextAlias}";

    private static List<Term> Qualified(string alias, IEnumerable<Term> columns) =>
        [.. columns.Select(c => c with { Sql = $"{alias}.{c.Sql}", Local = true, IsColumn = true })];

    private Relation AnyRelation()
    {
        var relation = dice.Pick(relations.Where(r => r.Degree == 1 || _degree + r.Degree <= DegreeMax).ToList());
        _degree += relation.Degree;
        return relation;
    }

    private Source Table()
    {
        Hit("from:table");
        var relation = AnyRelation();
        string alias = NextAlias();
        return new Source($"{relation.Name} AS {alias}", Qualified(alias, relation.Columns));
    }

    /// <summary>A derived table; with a list of columns before it, a lateral one that sees them.</summary>
    private Source Derived(Level level, List<Term>? lateral)
    {
        Hit(lateral is null ? "from:subquery" : "from:lateral");
        level.Visible = lateral ?? [];
        var made = Subquery(null, exact: false);
        return Aliased($"{(lateral is null ? "" : "LATERAL ")}({made.Sql})", made.Outputs);
    }

    private Source Aliased(string sql, IReadOnlyList<Term> outputs)
    {
        string alias = NextAlias();
        if (dice.Chance(0.7) && !sql.StartsWith("(VALUES", StringComparison.Ordinal))
        {
            return new Source($"{sql} AS {alias}", Qualified(alias, outputs));
        }

        Hit("from:column aliases");
        var renamed = outputs.Select(o => o with { Sql = Fresh() }).ToList();
        return new Source($"{sql} AS {alias} ({string.Join(", ", renamed.Select(r => r.Sql))})", Qualified(alias, renamed));
    }

    private Source Function(Level level, List<Term> before)
    {
        string alias = NextAlias();
        string column = Fresh();
        var arrays = before.Where(c => c.Kind == Kind.IntArray).ToList();
        string call;
        if (Has(Features.Arrays) && (arrays.Count > 0 || dice.Chance(0.3)))
        {
            bool lateral = arrays.Count > 0 && Has(Features.Lateral);
            Hit(lateral ? "from:unnest lateral" : "from:unnest");
            call = $"unnest({(lateral ? dice.Pick(arrays).Sql : Literal(Kind.IntArray).Sql)})";
        }
        else
        {
            Hit("from:generate_series");
            call = $"generate_series({dice.Between(0, 3)}, {dice.Between(0, 6)}{dice.Pick(["", "", ", 2"])})";
        }

        var columns = new List<Term> { new(column, Kind.Int4) { Bound = 50 } };
        string ordinality = "";
        if (dice.Chance(0.2))
        {
            Hit("from:with ordinality");
            ordinality = " WITH ORDINALITY";
            columns.Add(new Term(Fresh(), Kind.Int8) { Bound = 1000 });
        }

        _ = level;
        return new Source(
            $"{call}{ordinality} AS {alias} ({string.Join(", ", columns.Select(c => c.Sql))})", Qualified(alias, columns));
    }

    private Source Join(Level level, List<Term> before, int joins)
    {
        var left = Entry(level, before, joins - 1);
        string kind = !Has(Features.OuterJoins) ? dice.Pick(["JOIN", "JOIN", "CROSS JOIN"])
            : dice.Pick(["JOIN", "JOIN", "JOIN", "INNER JOIN", "LEFT JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN",
                "CROSS JOIN"]);
        bool sees = kind is not ("RIGHT JOIN" or "FULL JOIN");
        var right = sees ? Entry(level, [.. before, .. left.Columns], joins - 1) : Entry(level, [], 0);
        string name = kind switch { "JOIN" or "INNER JOIN" => "inner", _ => kind[..^5].ToLowerInvariant() };
        Hit($"join:{name}{(right.Sql.StartsWith("LATERAL", StringComparison.Ordinal) ? " lateral" : "")}");
        var columns = new List<Term>([.. left.Columns, .. right.Columns]);
        string sql = right.Sql.Contains(" JOIN ", StringComparison.Ordinal) && right.Sql[0] != '('
            && !right.Sql.StartsWith("LATERAL", StringComparison.Ordinal)
            ? $"({right.Sql})" : right.Sql;
        if (kind == "CROSS JOIN")
        {
            return new Source($"{left.Sql} {kind} {sql}", columns);
        }

        return new Source($"{left.Sql} {kind} {sql} ON {On(level, left, right, kind)}", columns);
    }

    private string On(Level level, Source left, Source right, string kind)
    {
        var conjuncts = new List<string>();
        bool full = kind == "FULL JOIN";
        string comparison = full ? "=" : dice.Pick(["=", "=", "=", "=", "=", "<", ">=", "<>", "IS NOT DISTINCT FROM"]);
        if (Link(left.Columns, right.Columns, comparison) is { } link)
        {
            Hit(comparison == "=" ? "on:equality" : comparison[0] == 'I' ? "on:null-safe" : "on:range");
            conjuncts.Add(link);
            if (dice.Chance(0.15) && Link(left.Columns, right.Columns, full ? "=" : dice.Pick(["=", "<=", "<>"])) is { } second
                && second != link)
            {
                Hit("on:two conditions");
                conjuncts.Add(second);
            }
        }

        if (!full && (conjuncts.Count == 0 || dice.Chance(0.2)))
        {
            Hit("on:predicate");
            level.Visible = [.. left.Columns, .. right.Columns];
            conjuncts.Add(Predicate(1).Sql);
        }

        return conjuncts.Count == 0 ? "true" : string.Join(" AND ", conjuncts);
    }

    /// <summary>A comparison of a column of one side with one of the other; null where no types meet.</summary>
    private string? Link(IReadOnlyList<Term> left, IReadOnlyList<Term> right, string comparison)
    {
        var pairs = left.SelectMany(l => right.Where(r => Meet(l, r)).Select(r => (l, r))).ToList();
        if (pairs.Count == 0)
        {
            return null;
        }

        var (a, b) = dice.Pick(pairs, p => p.l.Kind == Kind.Bool ? 0.2 : p.l.Kind == p.r.Kind ? 2 : 0.3);
        return $"{a.Sql} {comparison} {b.Sql}";
    }

    private static bool Meet(Term a, Term b) => !a.Inexact && !b.Inexact
        && (a.Kind == b.Kind || (a.Kind.IsInteger() && b.Kind.IsNumber() && b.Kind != Kind.Float8));

    /// <summary>Two tables or derived tables joined by columns of one name, by USING or NATURAL; null where no types meet.</summary>
    private Source? UsingJoin(Level level)
    {
        _budget--;
        level.Visible = [];
        var left = dice.Chance(0.8) ? Bare() : BareDerived();
        var right = dice.Chance(0.8) ? Bare() : BareDerived();
        var pairs = left.Columns.SelectMany(l => right.Columns.Where(r => r.Kind == l.Kind && !r.Inexact
            && !l.Inexact).Select(r => (l, r))).ToList();
        if (pairs.Count == 0)
        {
            return null;
        }

        var shared = dice.Sample(pairs, dice.Between(1, 2)).DistinctBy(p => p.l.Sql).DistinctBy(p => p.r.Sql).ToList();
        string[] names = [.. shared.Select(_ => Fresh())];
        string a = NextAlias();
        string b = NextAlias();
        var leftColumns = left.Columns.Select(c => Name(c, shared.FindIndex(p => p.l.Sql == c.Sql), names)).ToList();
        var rightColumns = right.Columns.Select(c => Name(c, shared.FindIndex(p => p.r.Sql == c.Sql), names)).ToList();
        bool natural = dice.Chance(0.4);
        string kind = Has(Features.OuterJoins) ? dice.Pick(["JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]) : "JOIN";
        Hit(natural ? "join:natural" : "join:using");
        Hit($"join:{(natural ? "natural" : "using")} {(kind == "JOIN" ? "inner" : kind[..^5].ToLowerInvariant())}");
        string other = $"{right.Sql} AS {b} ({Names(rightColumns)})";
        string sql = $"{left.Sql} AS {a} ({Names(leftColumns)}) {(natural ? "NATURAL " : "")}{kind} {other}"
            + (natural ? "" : $" USING ({string.Join(", ", names)})");
        var merged = shared.Select((p, i) => Merge(p.l, p.r) with { Sql = names[i], Local = true, IsColumn = true });
        return new Source(sql, [.. merged, .. Qualified(a, leftColumns), .. Qualified(b, rightColumns)]);
    }

    private Term Name(Term column, int position, string[] names) => column with { Sql = position < 0 ? Fresh() : names[position] };

    private static string Names(IEnumerable<Term> columns) => string.Join(", ", columns.Select(c => c.Sql));

    private Source Bare()
    {
        var relation = AnyRelation();
        return new Source(relation.Name, [.. relation.Columns]);
    }

    private Source BareDerived()
    {
        if (_levels.Count >= LevelsMax)
        {
            return Bare();
        }

        var made = Subquery(null, exact: false);
        return new Source($"({made.Sql})", [.. made.Outputs]);
    }
}
