using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;

namespace Vectorized.Engine.Binding;

/// <summary>What is proven never to be NULL. Conservative: what is not known counts as nullable.</summary>
internal static class Nullability
{
    /// <summary>Output columns of the plan that are never NULL.</summary>
    /// <param name="node">The plan.</param>
    /// <param name="failuresAreNull">A projected expression that fails on a row is NULL there (a view's on_error).</param>
    public static HashSet<int> NotNullColumns(LogicalNode node, bool failuresAreNull = false)
    {
        var known = new HashSet<int>();
        switch (node)
        {
            case LogicalScan s:
                known.UnionWith(s.Columns.Where((_, i) =>
                    s.Relation.Columns[s.RelationColumns[i]].NotNull
                        || s.Relation.PrimaryKey.Contains(s.RelationColumns[i])
                    || s.RelationColumns[i] == s.Relation.RowIdColumn));
                break;
            case LogicalSystemScan s:
                known.UnionWith(s.Columns.Where((_, i) => s.Relation.Columns[s.RelationColumns[i]].NotNull));
                break;
            case LogicalValues v:
                known.UnionWith(v.Columns.Where((_, i) => v.Rows.All(r => IsNotNull(r[i], known))));
                break;
            case LogicalProject p:
                var below = NotNullColumns(p.Input, failuresAreNull);
                known.UnionWith(p.Items.Where(i => IsNotNull(i.Value, below)
                    && !(failuresAreNull && ExpressionTree.CanFail(i.Value))).Select(i => i.Id));
                break;
            case LogicalFilter f:
                known.UnionWith(NotNullColumns(f.Input, failuresAreNull));
                AddRejected(f.Conjuncts, known);
                known.IntersectWith(f.Columns);
                break;
            case LogicalAggregate a:
                Aggregate(a, known, failuresAreNull);
                break;
            case LogicalGroupingSets g:
                known.UnionWith(g.Aggregates.Where(i => i.IsCount).Select(i => i.Id).Append(g.SetId));
                break;
            case LogicalJoin j:
                Join(j, known, failuresAreNull);
                break;
            case LogicalTopN t:
                known.UnionWith(NotNullColumns(t.Input, failuresAreNull));
                if (t.RowNumber >= 0)
                {
                    known.Add(t.RowNumber);
                }

                break;
            case LogicalWindow w:
                known.UnionWith(NotNullColumns(w.Input, failuresAreNull));
                known.UnionWith(w.Items.Where(i => IsNeverNull(i.Call)).Select(i => i.Id));
                break;
            case LogicalUnion u:
                var members = u.Inputs.Select(i => NotNullColumns(i, failuresAreNull)).ToList();
                known.UnionWith(u.Columns.Where(
                    (_, i) => members.Select((m, k) => m.Contains(u.MemberColumns[k][i])).All(x => x)));
                break;
            case LogicalHop h:
                known.UnionWith(NotNullColumns(h.Input, failuresAreNull));
                known.UnionWith([h.TimeColumn, h.Start, h.End]);
                break;
            case LogicalTemporalJoin j:
                Join(j.AtOnce, known, failuresAreNull);
                break;
            case LogicalSession s:
                known.UnionWith(NotNullColumns(s.Input, failuresAreNull));
                known.UnionWith([s.TimeColumn, s.Start, s.End]);
                break;
            case LogicalTableFunction { Input: not null } f:
                known.UnionWith(NotNullColumns(f.Input, failuresAreNull));
                break;
            default:
                break;
        }

        return known;
    }

    private static bool IsNeverNull(WindowCall call) => call.Kind switch
    {
        WindowFunctionKind.Aggregate => call.Aggregate is AggregateKind.Count or AggregateKind.CountStar,
        <= WindowFunctionKind.CumeDist => true,
        _ => false,
    };

    /// <summary>Not NULL given the columns that are not.</summary>
    public static bool IsNotNull(ScalarExpression expression, IReadOnlySet<int> known) => expression switch
    {
        ColumnExpression e => known.Contains(e.Index),
        ConstantExpression e => !e.Value.IsNull,
        ContextExpression or NullTestExpression => true,
        CallExpression e => e.Function.NullFree && e.Arguments.All(a => IsNotNull(a, known)),
        CastExpression e => IsNotNull(e.Argument, known) && Casts.IsNullFree(e.Argument.Type, e.Type),
        LogicalExpression e => e.Terms.All(t => IsNotNull(t, known)),
        CaseExpression e => IsNotNull(e.Otherwise, known) && e.Branches.All(b => IsNotNull(b.Result, known)),
        CoalesceExpression e => e.Arguments.Any(a => IsNotNull(a, known)),
        InListExpression e => IsNotNull(e.Argument, known) && e.Values.All(v => !v.IsNull),
        _ => false,
    };

    /// <summary>Columns whose NULL keeps the condition from being true.</summary>
    public static HashSet<int> RejectedColumns(ScalarExpression condition)
    {
        switch (condition)
        {
            case LogicalExpression { IsAnd: true } and:
                return [.. and.Terms.SelectMany(RejectedColumns)];
            case LogicalExpression or:
                var common = RejectedColumns(or.Terms[0]);
                foreach (var term in or.Terms.Skip(1))
                {
                    common.IntersectWith(RejectedColumns(term));
                }

                return common;
            case NullTestExpression { Negated: true } test:
                return StrictColumns(test.Argument);
            default:
                return StrictColumns(condition);
        }
    }

    /// <summary>Columns whose NULL makes the expression NULL.</summary>
    private static HashSet<int> StrictColumns(ScalarExpression expression) => expression switch
    {
        ColumnExpression e => [e.Index],
        CallExpression { Function.Strict: true } e => [.. e.Arguments.SelectMany(StrictColumns)],
        CastExpression e => StrictColumns(e.Argument),
        InListExpression e => StrictColumns(e.Argument),
        _ => [],
    };

    private static void AddRejected(IEnumerable<ScalarExpression> conditions, HashSet<int> known)
    {
        foreach (var condition in conditions)
        {
            known.UnionWith(RejectedColumns(condition));
        }
    }

    private static void Aggregate(LogicalAggregate a, HashSet<int> known, bool failuresAreNull)
    {
        var below = NotNullColumns(a.Input, failuresAreNull);
        known.UnionWith(a.Groups.Where(below.Contains));
        foreach (var item in a.Aggregates)
        {
            bool always = a.Groups.Count > 0 && item.Filter < 0 && below.Contains(item.Argument)
                && item.Kind is AggregateKind.Sum or AggregateKind.Min or AggregateKind.Max or AggregateKind.Avg or AggregateKind.BoolAnd
                    or AggregateKind.BoolOr or AggregateKind.StringAgg or AggregateKind.SingleValue;
            if (item.IsCount || always)
            {
                known.Add(item.Id);
            }
        }
    }

    private static void Join(LogicalJoin j, HashSet<int> known, bool failuresAreNull)
    {
        if (j.Kind is not (JoinKind.Right or JoinKind.Full))
        {
            known.UnionWith(NotNullColumns(j.Left, failuresAreNull));
        }

        if (j.Kind is JoinKind.Inner or JoinKind.Right)
        {
            known.UnionWith(NotNullColumns(j.Right, failuresAreNull));
        }

        if (j.Kind is JoinKind.Inner or JoinKind.Semi)
        {
            AddRejected(j.Conditions, known);
        }

        known.IntersectWith(j.Columns);
    }
}
