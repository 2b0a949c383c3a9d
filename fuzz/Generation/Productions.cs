namespace Vectorized.Fuzz.Generation;

/// <summary>The names of all productions a run with the given features must reach.</summary>
internal static class Productions
{
    private static readonly (Features Needs, string Names)[] _list =
    [
        (Features.None, "query:plain, query:star, query:values, query:without from, clause:where, clause:order by, from:table, "
            + "from:subquery, from:column aliases, from:values, join:comma, join:inner, join:cross, on:equality, "
            + "on:null-safe, on:range, "
            + "on:predicate, on:two conditions, literal:null, depth:1, depth:2, depth:3, depth:4"),
        (Features.None, "expression:case, expression:simple case, expression:coalesce, expression:nullif, "
            + "expression:greatest, expression:least"),
        (Features.None, "predicate:not, predicate:and, predicate:or, predicate:=, predicate:<>, predicate:<, "
            + "predicate:<=, predicate:>, "
            + "predicate:>=, predicate:compare inexact, predicate:is null, predicate:is not null, predicate:between, "
            + "predicate:between symmetric, predicate:in list, predicate:not in list, predicate:like, predicate:ilike, "
            + "predicate:similar to, predicate:is distinct, predicate:is not distinct, predicate:is true, predicate:is false, "
            + "predicate:is unknown, predicate:row =, predicate:row <>, predicate:row <, predicate:row <=, "
            + "predicate:row >, predicate:row >="),
        (Features.Subqueries, "subquery:scalar, subquery:exists, subquery:not exists, subquery:in, subquery:not in, subquery:any, "
            + "subquery:all, subquery:row in, subquery:compared"),
        (Features.Correlation, "correlation:1, correlation:2, correlation:3"),
        (Features.OuterJoins, "join:left, join:right, join:full"),
        (Features.Lateral, "from:lateral, join:inner lateral, join:cross lateral"),
        (Features.Lateral | Features.OuterJoins, "join:left lateral"),
        (Features.Lateral | Features.Arrays | Features.TableFunctions, "from:unnest lateral"),
        (Features.UsingJoins, "join:using, join:natural, join:using inner, join:natural inner"),
        (Features.UsingJoins | Features.OuterJoins, "join:using left, join:using right, join:using full, "
            + "join:natural left, join:natural right, "
            + "join:natural full"),
        (Features.Aggregates, "from:own extreme, group:by, group:all, group:expression, group:having, aggregate:with filter"),
        (Features.Aggregates | Features.Distinct, "aggregate:with distinct"),
        (Features.GroupingSets, "group:rollup, group:cube, group:sets, group:grouping()"),
        (Features.SetOperations, "set:union, set:union all, set:intersect, set:intersect all, set:except, set:except all"),
        (Features.Distinct, "query:distinct"),
        (Features.Distinct | Features.Limits, "query:distinct on"),
        (Features.CommonTables, "clause:with, from:common table"),
        (Features.CommonTables | Features.Recursion, "recursive:union, recursive:union all, recursive:join"),
        (Features.Limits, "clause:limit, clause:offset"),
        (Features.TableFunctions, "from:generate_series, from:with ordinality"),
        (Features.TableFunctions | Features.Arrays, "from:unnest"),
        (Features.Windows, "window:row_number, window:rank, window:dense_rank, window:lag, window:lead, window:first_value, "
            + "window:last_value, window:nth_value, window:aggregate, window:rows, window:range"),
    ];

    internal static IEnumerable<string> Names(Features features)
    {
        foreach (var (needs, names) in _list.Where(p => (p.Needs & ~features) == 0))
        {
            foreach (string name in names.Split(", "))
            {
                yield return name;
            }
        }

        foreach (var function in FunctionList.All.Where(f => (f.Needs & ~features) == 0 && features.Has(Features.Functions)))
        {
            yield return $"function:{function.Name}";
        }

        foreach (var aggregate in AggregateList.All.Where(a => (a.Needs & ~features) == 0 && features.Has(Features.Aggregates)))
        {
            yield return $"aggregate:{aggregate.Name}";
        }

        foreach (var kind in Kinds.All.Where(k => (k != Kind.IntArray || features.Has(Features.Arrays))
            && (k != Kind.Interval || features.Has(Features.Intervals)) && (k != Kind.Jsonb || features.Has(Features.Jsonb))))
        {
            yield return $"literal:{kind.Name()}";
        }
    }
}
