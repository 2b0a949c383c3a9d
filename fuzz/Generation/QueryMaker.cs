namespace Vectorized.Fuzz.Generation;

/// <summary>
/// Random queries that are valid by construction: every name resolves, types fit, no row makes an expression fail (bounds are
/// carried along), and the result is determined (LIMIT only over an order of all columns, no inexact keys). One thread.
/// </summary>
internal sealed partial class QueryMaker(Dice dice, Features features, IReadOnlyList<Relation> relations)
{
    private const int LevelsMax = 5;

    /// <summary>
    /// Views are joined only up to so many tables in all: joins of views of joins of one table multiply to what fits no memory.
    /// </summary>
    private const int DegreeMax = 8;

    private readonly List<Level> _levels = [];
    private readonly List<(string Name, IReadOnlyList<Term> Columns, int Degree)> _commonTables = [];
    private readonly HashSet<string> _hits = new(StringComparer.Ordinal);
    private int _nextAlias;
    private int _nextColumn;

    /// <summary>Entries of FROM and subqueries the query may still get.</summary>
    private int _budget;

    /// <summary>Tables joined so far, those of views counted.</summary>
    private int _degree;

    /// <summary>Greater than zero where a subquery may not stand.</summary>
    private int _withoutSubqueries;

    internal GeneratedQuery Make()
    {
        Begin(dice.Pick([2, 3, 4, 5, 7, 10]));
        var made = Query(null, top: true, exact: false);
        return new GeneratedQuery(made.Sql, made.IsOrdered, made.Outputs, [.. _hits]) { Degree = Math.Max(_degree, 1) };
    }

    /// <summary>FROM with its leading space, and a condition over its columns.</summary>
    internal (string From, string Condition) MakeCondition()
    {
        Begin(2);
        var level = new Level();
        _levels.Add(level);
        string from = From(level);
        return (from, Predicate(2).Sql);
    }

    private void Begin(int budget)
    {
        _levels.Clear();
        _commonTables.Clear();
        _hits.Clear();
        _nextAlias = 0;
        _nextColumn = 0;
        _budget = budget;
        _degree = 0;
    }

    /// <summary>A query's text; <paramref name="Nests"/>: it must stand in parentheses as an operand.</summary>
    private sealed record Made(string Sql, IReadOnlyList<Term> Outputs, bool Nests = false, bool IsOrdered = false);

    private void Hit(string production) => _hits.Add(production);

    private bool Has(Features feature) => features.Has(feature);

    /// <summary>WITH, a body, ORDER BY and LIMIT.</summary>
    private Made Query(IReadOnlyList<Kind>? wanted, bool top, bool exact)
    {
        int commonTables = _commonTables.Count;
        string with = Has(Features.CommonTables) && _budget > 2 && dice.Chance(top ? 0.12 : 0.04)
            ? top && Has(Features.Recursion) && dice.Chance(0.3) ? WithRecursive() : With() : "";
        bool limits = Has(Features.Limits) && dice.Chance(top ? 0.15 : 0.12);
        var body = Body(wanted, exact || limits);
        _commonTables.RemoveRange(commonTables, _commonTables.Count - commonTables);
        bool orders = !body.Nests && (limits || dice.Chance(top ? 0.3 : 0.03));
        if (!orders)
        {
            return body with { Sql = with + body.Sql, Nests = body.Nests || with.Length > 0 };
        }

        string sql = $"{with}{body.Sql} ORDER BY {OrderOfAll(body.Outputs.Count)}";
        if (limits)
        {
            sql += Limit();
        }

        return new Made(sql, body.Outputs, Nests: true, IsOrdered: !body.Outputs.Any(o => o.Inexact));
    }

    private string OrderOfAll(int count)
    {
        Hit("clause:order by");
        var positions = dice.Chance(0.6) ? Enumerable.Range(1, count).ToList() : dice.Sample([.. Enumerable.Range(1, count)], count);
        return string.Join(", ", positions.Select(p => p + Direction()));
    }

    private string Direction()
    {
        string direction = dice.Pick(["", "", " ASC", " DESC"]);
        return direction + dice.Pick(["", "", "", " NULLS FIRST", " NULLS LAST"]);
    }

    private string Limit()
    {
        Hit("clause:limit");
        string sql = dice.Chance(0.85) ? $" LIMIT {dice.Pick([1, 1, 2, 3, 5, 10, 10, 30])}" : "";
        if (sql.Length == 0 || dice.Chance(0.25))
        {
            Hit("clause:offset");
            sql += $" OFFSET {dice.Pick([0, 1, 1, 2, 3])}";
        }

        return sql;
    }

    private string With()
    {
        var parts = new List<string>();
        int count = dice.Between(1, 2);
        for (int i = 0; i < count; i++)
        {
            Hit("clause:with");
            int before = _degree;
            var made = Subquery(null, exact: false);
            string name = $"w{++_nextAlias}";
            string hint = dice.Pick(["", "", " MATERIALIZED", " NOT MATERIALIZED"]);
            parts.Add($"{name} AS{hint} ({made.Sql})");
            _commonTables.Add((name, made.Outputs, Math.Max(_degree - before, 1)));
        }

        return $"WITH {string.Join(", ", parts)} ";
    }

    /// <summary>
    /// A recursive table of one integer: a few small ones to start with, then the next number up to a bound or, where equal rows
    /// fall together, those of a table they meet in.
    /// </summary>
    private string WithRecursive()
    {
        string name = $"w{++_nextAlias}";
        string column = Fresh();
        bool all = dice.Chance(0.4);
        var start = Subquery([Kind.Int4], exact: true);
        string next = $"SELECT r.{column} + {dice.Between(1, 2)} FROM {name} AS r WHERE r.{column} < {dice.Between(2, 6)}";
        var met = relations.SelectMany(r => r.Columns.Where(c => c.Kind == Kind.Int4 && !c.Inexact).Select(c => (r, c))).ToList();
        if (!all && met.Count > 0 && dice.Chance(0.5))
        {
            Hit("recursive:join");
            var (relation, to) = dice.Pick(met);
            next = $"SELECT s.{dice.Pick(met.FindAll(m => m.r == relation)).c.Sql} FROM {name} AS r JOIN {relation.Name} AS s"
                + $" ON s.{to.Sql} {dice.Pick(["=", "<", "="])} r.{column} + 1";
        }

        Hit(all ? "recursive:union all" : "recursive:union");
        _commonTables.Add((name, [new Term(column, Kind.Int4) { Bound = 2_147_483_648 }], 1));
        return $"WITH RECURSIVE {name} ({column}) AS (SELECT q.{start.Outputs[0].Sql} FROM ({start.Sql}) AS q"
            + $" WHERE q.{start.Outputs[0].Sql} BETWEEN 0 AND 3 UNION {(all ? "ALL " : "")}{next}) ";
    }

    private Made Body(IReadOnlyList<Kind>? wanted, bool exact)
    {
        if (Has(Features.SetOperations) && _budget > 1 && dice.Chance(0.1))
        {
            return SetOperation(wanted ?? RandomKinds(dice.Between(1, 3)), exact);
        }

        return dice.Chance(0.02) ? Values(wanted ?? RandomKinds(dice.Between(1, 3))) : Select(wanted, exact);
    }

    private Made SetOperation(IReadOnlyList<Kind> kinds, bool exact)
    {
        string name = dice.Pick(["UNION", "UNION", "INTERSECT", "EXCEPT"]);
        bool all = dice.Chance(0.5);
        Hit($"set:{name.ToLowerInvariant()}{(all ? " all" : "")}");
        _budget--;
        bool compares = exact || !all || name != "UNION";
        var left = Operand(kinds, compares);
        var right = Operand(kinds, compares);
        Term[] outputs = [.. left.Outputs.Zip(right.Outputs, Merge)];
        return new Made($"{left.Sql} {name}{(all ? " ALL" : "")} {right.Sql}", outputs);
    }

    private Made Operand(IReadOnlyList<Kind> kinds, bool exact)
    {
        var made = dice.Chance(0.12) && _budget > 1 ? Query(kinds, top: false, exact) : Select(kinds, exact);
        bool parenthesised = made.Nests || made.Sql.Contains(" UNION ", StringComparison.Ordinal)
            || made.Sql.Contains(" INTERSECT ", StringComparison.Ordinal) || made.Sql.Contains(" EXCEPT ", StringComparison.Ordinal)
            || dice.Chance(0.3);
        return parenthesised ? made with { Sql = $"({made.Sql})" } : made;
    }

    private static Term Merge(Term a, Term b) => a with
    {
        Bound = Math.Max(a.Bound, b.Bound),
        Scale = Math.Max(a.Scale, b.Scale),
        Inexact = a.Inexact || b.Inexact,
    };

    private Made Values(IReadOnlyList<Kind> kinds)
    {
        Hit("query:values");
        var outputs = kinds.Select(k => new Term("column", k)).ToArray();
        var rows = new List<string>();
        int count = dice.Between(1, 4);
        for (int row = 0; row < count; row++)
        {
            var cells = kinds.Select(k => dice.Chance(0.1) ? Null(k) : Literal(k)).ToArray();
            outputs = [.. outputs.Zip(cells, Merge)];
            rows.Add($"({string.Join(", ", cells.Select(c => c.Sql))})");
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = outputs[i] with { Sql = $"column{i + 1}" };
        }

        return new Made($"VALUES {string.Join(", ", rows)}", outputs);
    }

    /// <summary>A query at a level of its own; its budget is counted.</summary>
    private Made Subquery(IReadOnlyList<Kind>? wanted, bool exact)
    {
        _budget--;
        Hit($"depth:{Math.Clamp(_levels.Count, 1, 4)}");
        int without = _withoutSubqueries;
        _withoutSubqueries = 0;
        var made = Query(wanted, top: false, exact);
        _withoutSubqueries = without;
        return made;
    }

    private IReadOnlyList<Kind> RandomKinds(int count) => [.. Enumerable.Range(0, count).Select(_ => RandomKind())];

    private Kind RandomKind()
    {
        var kind = dice.Pick(Kinds.All, k => k switch
        {
            Kind.Int4 => 4,
            Kind.Text or Kind.Int8 => 2.5,
            Kind.Bool or Kind.Numeric => 1.5,
            Kind.Jsonb => 0,
            Kind.Interval or Kind.IntArray or Kind.Real or Kind.Time or Kind.TimestampTz or Kind.Bytea => 0.5,
            _ => 1,
        });
        return kind == Kind.Interval && !Has(Features.Intervals) || kind == Kind.IntArray && !Has(Features.Arrays) ? Kind.Int4 : kind;
    }
}
