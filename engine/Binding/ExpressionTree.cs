using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>Walking and rebuilding scalar expressions.</summary>
internal static class ExpressionTree
{
    /// <summary>The same node over children mapped one by one; the node itself when no child changed.</summary>
    public static ScalarExpression MapChildren(ScalarExpression node, Func<ScalarExpression, ScalarExpression> map)
    {
        switch (node)
        {
            case CallExpression e:
                return MapList(e.Arguments, map) is { } arguments ? e with { Arguments = arguments } : e;
            case CastExpression e:
                return map(e.Argument) is var cast && !ReferenceEquals(cast, e.Argument) ? e with { Argument = cast }
                    : e;
            case LogicalExpression e:
                return MapList(e.Terms, map) is { } terms ? e with { Terms = terms } : e;
            case NullTestExpression e:
                return map(e.Argument) is var tested && !ReferenceEquals(tested, e.Argument)
                    ? e with { Argument = tested } : e;
            case CaseExpression e:
                return MapCase(e, map);
            case CoalesceExpression e:
                return MapList(e.Arguments, map) is { } items ? e with { Arguments = items } : e;
            case InListExpression e:
                return map(e.Argument) is var item && !ReferenceEquals(item, e.Argument) ? e with { Argument = item }
                    : e;
            case LambdaExpression e:
                var (argument, body) = (map(e.Argument), map(e.Body));
                return ReferenceEquals(argument, e.Argument) && ReferenceEquals(body, e.Body) ? e
                    : e with { Argument = argument, Body = body };
            case ColumnExpression or ConstantExpression or ParameterExpression or ContextExpression or LambdaVariable:
                return node;
            default:
                throw new SqlException(SqlState.InternalError, $"expression {node.GetType().Name} cannot be rewritten");
        }
    }

    public static IEnumerable<ScalarExpression> Children(ScalarExpression node) => node switch
    {
        CallExpression e => e.Arguments,
        CastExpression e => [e.Argument],
        LogicalExpression e => e.Terms,
        NullTestExpression e => [e.Argument],
        CaseExpression e => e.Branches.SelectMany(b => (ScalarExpression[])[b.Condition, b.Result]).Append(e.Otherwise),
        CoalesceExpression e => e.Arguments,
        InListExpression e => [e.Argument],
        LambdaExpression e => [e.Argument, e.Body],
        _ => [],
    };

    /// <summary>Replaces column references; ids without an entry stay.</summary>
    public static ScalarExpression Substitute(
        ScalarExpression node, IReadOnlyDictionary<int, ScalarExpression> columns) =>
        node is ColumnExpression column
            ? columns.GetValueOrDefault(column.Index) ?? node
            : MapChildren(node, child => Substitute(child, columns));

    public static void CollectColumns(ScalarExpression node, ICollection<int> into)
    {
        if (node is ColumnExpression column)
        {
            into.Add(column.Index);
            return;
        }

        foreach (var child in Children(node))
        {
            CollectColumns(child, into);
        }
    }

    public static HashSet<int> Columns(ScalarExpression node)
    {
        var columns = new HashSet<int>();
        CollectColumns(node, columns);
        return columns;
    }

    public static bool Any(ScalarExpression node, Func<ScalarExpression, bool> predicate) =>
        predicate(node) || Children(node).Any(child => Any(child, predicate));

    /// <summary>The same for every row, given the parameters: no column and nothing volatile.</summary>
    public static bool IsConstant(ScalarExpression node) =>
        !Any(node, n => n is ColumnExpression or LambdaVariable || n is CallExpression { Function.Volatility: Volatility.Volatile });

    /// <summary>Known when the statement is planned: neither columns, parameters, session values nor anything volatile.</summary>
    public static bool IsFoldable(ScalarExpression node) => !Any(node, n =>
        n is ColumnExpression or ParameterExpression or ContextExpression or LambdaVariable
        || n is CallExpression { Function.Volatility: not Volatility.Immutable });

    public static bool IsVolatile(ScalarExpression node) =>
        Any(node, n => n is CallExpression { Function.Volatility: Volatility.Volatile });

    /// <summary>Whether an evaluation may raise an error.</summary>
    public static bool CanFail(ScalarExpression node) =>
        Any(node, n => n is CastExpression or LambdaExpression or CallExpression { Function.CanFail: true });

    /// <summary>Splits nested ANDs; TRUE vanishes.</summary>
    public static void Conjuncts(ScalarExpression predicate, ICollection<ScalarExpression> into)
    {
        if (predicate is LogicalExpression { IsAnd: true } and)
        {
            foreach (var term in and.Terms)
            {
                Conjuncts(term, into);
            }
        }
        else if (predicate is not ConstantExpression { Value: { IsNull: false, AsBoolean: true } })
        {
            into.Add(predicate);
        }
    }

    public static ScalarExpression And(IReadOnlyList<ScalarExpression> terms) => terms.Count switch
    {
        0 => True,
        1 => terms[0],
        _ => new LogicalExpression(true, terms),
    };

    public static ScalarExpression Or(IReadOnlyList<ScalarExpression> terms) => terms.Count switch
    {
        0 => False,
        1 => terms[0],
        _ => new LogicalExpression(false, terms),
    };

    public static readonly ConstantExpression True = new(Datum.OfBoolean(true), SqlType.Boolean);

    public static readonly ConstantExpression False = new(Datum.OfBoolean(false), SqlType.Boolean);

    public static ConstantExpression Null(SqlType type) => new(Datum.Null(type), type);

    private static CaseExpression MapCase(CaseExpression e, Func<ScalarExpression, ScalarExpression> map)
    {
        bool changed = false;
        var branches = new CaseBranch[e.Branches.Count];
        for (int i = 0; i < branches.Length; i++)
        {
            var old = e.Branches[i];
            var (condition, result) = (map(old.Condition), map(old.Result));
            bool same = ReferenceEquals(condition, old.Condition) && ReferenceEquals(result, old.Result);
            branches[i] = same ? old : new CaseBranch(condition, result);
            changed |= !same;
        }

        var otherwise = map(e.Otherwise);
        return changed || !ReferenceEquals(otherwise, e.Otherwise) ? new CaseExpression(branches, otherwise, e.Type)
            : e;
    }

    private static ScalarExpression[]? MapList(
        IReadOnlyList<ScalarExpression> items, Func<ScalarExpression, ScalarExpression> map)
    {
        ScalarExpression[]? changed = null;
        for (int i = 0; i < items.Count; i++)
        {
            var item = map(items[i]);
            if (changed is null && !ReferenceEquals(item, items[i]))
            {
                changed = [.. items];
            }

            if (changed is not null)
            {
                changed[i] = item;
            }
        }

        return changed;
    }
}
