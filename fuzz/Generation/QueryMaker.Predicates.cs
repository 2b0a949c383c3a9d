namespace Vectorized.Fuzz.Generation;

/// <summary>Conditions.</summary>
internal sealed partial class QueryMaker
{
    private static readonly string[] _comparisons = ["=", "<>", "<", "<=", ">", ">="];

    private Term Predicate(int depth)
    {
        int roll = dice.Between(0, 99);
        if (depth > 0 && roll < 30)
        {
            return Logical(depth);
        }

        roll = dice.Between(0, 99);
        return roll switch
        {
            < 34 => Comparison(depth),
            < 43 => NullTest(depth),
            < 50 => Between(depth),
            < 57 => InList(depth),
            < 62 => Like(depth),
            < 66 => Distinctness(depth),
            < 70 => TruthTest(depth),
            < 74 => RowComparison(),
            < 78 => Calculated(depth),
            _ => SubqueryPredicate() ?? Comparison(depth),
        };
    }

    private static Term Bool(string sql, params ReadOnlySpan<Term> parts)
    {
        bool local = false;
        foreach (var part in parts)
        {
            local |= part.Local;
        }

        return new Term(sql, Kind.Bool) { Bound = 1, Local = local };
    }

    private Term Logical(int depth)
    {
        var a = Predicate(depth - 1);
        if (dice.Chance(0.2))
        {
            Hit("predicate:not");
            return Bool($"(NOT {a.Sql})", a);
        }

        string name = dice.Chance(0.4) ? "AND" : "OR";
        Hit($"predicate:{name.ToLowerInvariant()}");
        var b = Predicate(depth - 1);
        return Bool($"({a.Sql} {name} {b.Sql})", a, b);
    }

    /// <summary>A kind there is a column of, mostly.</summary>
    private Kind ComparableKind()
    {
        var visible = _levels[^1].Visible;
        var kind = visible.Count > 0 && dice.Chance(0.85) ? dice.Pick(visible).Kind : RandomKind();
        return kind == Kind.Jsonb ? RandomKind() : kind;
    }

    private Term Comparison(int depth)
    {
        var kind = ComparableKind();
        if (kind is Kind.Numeric or Kind.Float8 && dice.Chance(0.3))
        {
            // What has no exact value is compared with what it does not meet.
            Hit("predicate:compare inexact");
            var inexact = Expression(kind, depth);
            return Bool($"({inexact.Sql} {dice.Pick(["<", ">"])} 2.37)", inexact);
        }

        string comparison = dice.Pick(_comparisons);
        Hit($"predicate:{comparison}");
        var a = Expression(kind, depth, exact: true);
        var b = kind.IsInteger() && dice.Chance(0.2) ? Expression(dice.Pick(Kinds.Integers), 0, exact: true)
            : Expression(kind, dice.Next(depth + 1), exact: true);
        return Bool($"({a.Sql} {comparison} {b.Sql})", a, b);
    }

    private Term NullTest(int depth)
    {
        var a = Expression(ComparableKind(), depth);
        bool negated = dice.Chance(0.65);
        Hit(negated ? "predicate:is not null" : "predicate:is null");
        return Bool($"({a.Sql} IS {(negated ? "NOT " : "")}NULL)", a);
    }

    private Term Between(int depth)
    {
        var kind = ComparableKind();
        var a = Expression(kind, depth, exact: true);
        var low = Expression(kind, 0, exact: true);
        var high = Expression(kind, 0, exact: true);
        bool symmetric = dice.Chance(0.5);
        Hit(symmetric ? "predicate:between symmetric" : "predicate:between");
        string not = dice.Chance(0.4) ? "NOT " : "";
        return Bool($"({a.Sql} {not}BETWEEN {(symmetric ? "SYMMETRIC " : "")}{low.Sql} AND {high.Sql})", a, low, high);
    }

    private Term InList(int depth)
    {
        var kind = ComparableKind();
        var a = Expression(kind, depth, exact: true);
        bool negated = dice.Chance(0.4);
        Hit(negated ? "predicate:not in list" : "predicate:in list");
        var items = Enumerable.Range(0, dice.Between(1, 4))
            .Select(_ => dice.Chance(0.05) ? Null(kind) : dice.Chance(0.85) ? Literal(kind) : Expression(kind, 0, exact: true)).ToList();
        return Bool($"({a.Sql} {(negated ? "NOT " : "")}IN ({string.Join(", ", items.Select(i => i.Sql))}))", [a, .. items]);
    }

    private Term Like(int depth)
    {
        var a = Expression(Kind.Text, depth);
        string kind = dice.Pick(["LIKE", "LIKE", "ILIKE", "SIMILAR TO"]);
        Hit($"predicate:{kind.ToLowerInvariant()}");
        string pattern = kind == "SIMILAR TO" ? dice.Pick(["(a|b)%", "_*", "%[a-c]", "a+b?"])
            : dice.Pick(["%a%", "a%", "%b", "_", "__%", "%", "", "a_c", "%é%", "x\\%y"]);
        return Bool($"({a.Sql} {(dice.Chance(0.3) ? "NOT " : "")}{kind} '{pattern}')", a);
    }

    private Term Distinctness(int depth)
    {
        var kind = ComparableKind();
        var a = Expression(kind, depth, exact: true);
        var b = Expression(kind, 0, exact: true);
        bool negated = dice.Chance(0.4);
        Hit(negated ? "predicate:is not distinct" : "predicate:is distinct");
        return Bool($"({a.Sql} IS {(negated ? "NOT " : "")}DISTINCT FROM {b.Sql})", a, b);
    }

    private Term TruthTest(int depth)
    {
        var a = depth > 0 ? Predicate(depth - 1) : Expression(Kind.Bool, 0);
        string test = dice.Pick(["TRUE", "FALSE", "UNKNOWN"]);
        Hit($"predicate:is {test.ToLowerInvariant()}");
        return Bool($"({a.Sql} IS {(dice.Chance(0.5) ? "NOT " : "")}{test})", a);
    }

    private Term RowComparison()
    {
        Kind[] kinds = [ComparableKind(), ComparableKind()];
        var a = kinds.Select(k => Expression(k, 0, exact: true)).ToArray();
        var b = kinds.Select(k => Expression(k, 0, exact: true)).ToArray();
        string comparison = dice.Pick(_comparisons);
        Hit($"predicate:row {comparison}");
        return Bool($"(({a[0].Sql}, {a[1].Sql}) {comparison} ({b[0].Sql}, {b[1].Sql}))", [.. a, .. b]);
    }

    private Term Calculated(int depth) => Call(Kind.Bool, Math.Max(depth, 1)) ?? Expression(Kind.Bool, 0);

    private Term? SubqueryPredicate()
    {
        if (!MaySubquery())
        {
            return null;
        }

        switch (dice.Next(8))
        {
            case 0 or 1 or 2:
                bool negated = dice.Chance(0.4);
                Hit(negated ? "subquery:not exists" : "subquery:exists");
                return Bool($"({(negated ? "NOT " : "")}EXISTS ({Subquery(null, exact: false).Sql}))");
            case 3 or 4:
                return InSubquery();
            case 5:
                var kind = ComparableKind();
                string quantifier = dice.Pick(["ANY", "ALL"]);
                string comparison = dice.Pick(_comparisons);
                Hit($"subquery:{quantifier.ToLowerInvariant()}");
                var a = Expression(kind, 0, exact: true);
                return Bool($"({a.Sql} {comparison} {quantifier} ({Subquery([kind], exact: true).Sql}))", a);
            case 6:
                Kind[] kinds = [ComparableKind(), ComparableKind()];
                Hit("subquery:row in");
                var row = kinds.Select(k => Expression(k, 0, exact: true)).ToArray();
                string sub = Subquery(kinds, exact: true).Sql;
                return Bool($"(({row[0].Sql}, {row[1].Sql}) {(dice.Chance(0.3) ? "NOT " : "")}IN ({sub}))", row);
            default:
                var compared = ComparableKind();
                Hit("subquery:compared");
                var left = Expression(compared, 0, exact: true);
                var made = ScalarSelect(compared);
                return made.Outputs[0].Inexact && compared is not (Kind.Numeric or Kind.Float8) ? null
                    : made.Outputs[0].Inexact ? Bool($"(({made.Sql}) > 2.37)")
                    : Bool($"({left.Sql} {dice.Pick(_comparisons)} ({made.Sql}))", left);
        }
    }

    private Term InSubquery()
    {
        var kind = ComparableKind();
        bool negated = dice.Chance(0.4);
        Hit(negated ? "subquery:not in" : "subquery:in");
        var a = Expression(kind, 0, exact: true);
        return Bool($"({a.Sql} {(negated ? "NOT " : "")}IN ({Subquery([kind], exact: true).Sql}))", a);
    }
}
