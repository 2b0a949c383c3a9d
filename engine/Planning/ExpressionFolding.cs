using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Evaluates what is fixed at planning time and simplifies conditions by it: TRUE and FALSE vanish from AND and OR, decided
/// CASE branches go, `x = 1 OR x = 2` becomes a list. An evaluation that fails is left for the rows that reach it.
/// </summary>
internal static class ExpressionFolding
{
    public static LogicalNode Run(LogicalNode node)
    {
        node = node.MapInputs(Run);
        switch (node)
        {
            case LogicalFilter f:
                var conjuncts = Conditions(f.Conjuncts);
                return LogicalFilter.Create(f.Input, conjuncts);
            case LogicalProject p:
                return new LogicalProject(p.Input, [.. p.Items.Select(i => i with { Value = Fold(i.Value) })]);
            case LogicalJoin j:
                return new LogicalJoin(j.Left, j.Right, j.Kind, Conditions(j.Conditions), j.Dependent);
            case LogicalTemporalJoin j:
                return new LogicalTemporalJoin(j.Left, j.Right, j.Kind, Conditions(j.Conditions), j.LeftKey);
            case LogicalValues v when v.Columns.Count > 0:
                return new LogicalValues([.. v.Rows.Select(r => r.Select(Fold).ToArray())], v.Columns);
            case LogicalTableFunction t:
                return new LogicalTableFunction(
                    t.Input, t.Function, [.. t.Arguments.Select(Fold)], t.Produced, t.Ordinality);
            case LogicalTopN t:
                return new LogicalTopN(
                    t.Input, t.Partition, t.Order, t.Limit is null ? null : Fold(t.Limit), t.Offset is null ? null
                        : Fold(t.Offset), t.RowNumber);
            default:
                return node;
        }
    }

    public static ScalarExpression Fold(ScalarExpression expression)
    {
        if (expression is ColumnExpression or ConstantExpression or ParameterExpression or ContextExpression)
        {
            return expression;
        }

        expression = ExpressionTree.MapChildren(expression, Fold);
        return expression switch
        {
            LogicalExpression e => Logical(e),
            CaseExpression e => Case(e),
            CoalesceExpression e => Coalesce(e),
            NullTestExpression { Argument: ConstantExpression c } e => Boolean(c.Value.IsNull != e.Negated),
            CallExpression { Function.Strict: true } e when IsNullAnyway(e) => ExpressionTree.Null(e.Type),
            _ => Constant(expression),
        };
    }

    /// <summary>Conjuncts, folded and flattened; a false one stays (it is the only one then).</summary>
    private static List<ScalarExpression> Conditions(IReadOnlyList<ScalarExpression> conditions)
    {
        var result = new List<ScalarExpression>();
        foreach (var condition in conditions)
        {
            ExpressionTree.Conjuncts(Fold(condition), result);
        }

        return result.Find(IsFalse) is { } no ? [no] : result;
    }

    private static bool IsFalse(ScalarExpression e) => e is ConstantExpression c
        && (c.Value.IsNull || !c.Value.AsBoolean);

    private static ConstantExpression Boolean(bool value) => value ? ExpressionTree.True : ExpressionTree.False;

    /// <summary>
    /// A constant NULL decides a strict call, so that its other arguments need not be computed: subqueries among them are then not used and
    /// go. An argument without columns that did not fold is one that fails, and still has to.
    /// </summary>
    private static bool IsNullAnyway(CallExpression e) => e.Arguments.Any(a => a is ConstantExpression { Value.IsNull: true })
        && e.Arguments.All(a => a is ConstantExpression || ExpressionTree.Columns(a).Count > 0);

    /// <summary>Children that are constants make the call one, unless it depends on session or chance.</summary>
    private static ScalarExpression Constant(ScalarExpression expression) =>
        ExpressionTree.Children(expression).All(c => c is ConstantExpression)
            && ConstantFolder.TryFold(expression, out var value)
            ? new ConstantExpression(value.IsNull ? Datum.Null(expression.Type) : value, expression.Type)
            : expression;

    private static ScalarExpression Logical(LogicalExpression e)
    {
        var terms = new List<ScalarExpression>();
        foreach (var term in e.Terms)
        {
            if (term is ConstantExpression { Value.IsNull: false } c)
            {
                if (c.Value.AsBoolean != e.IsAnd)
                {
                    return c;
                }
            }
            else if (term is LogicalExpression inner && inner.IsAnd == e.IsAnd)
            {
                terms.AddRange(inner.Terms);
            }
            else
            {
                terms.Add(term);
            }
        }

        terms = [.. terms.DistinctBy(ExpressionText.Print)];
        return e.IsAnd ? ExpressionTree.And(terms) : ExpressionTree.Or(Listed(terms));
    }

    /// <summary>Equalities of one value with constants under an OR, and lists of it, as one list.</summary>
    private static List<ScalarExpression> Listed(List<ScalarExpression> terms)
    {
        var result = new List<ScalarExpression>();
        var lists = new Dictionary<string, (int At, ScalarExpression Value, List<Datum> Items)>(StringComparer.Ordinal);
        foreach (var term in terms)
        {
            var (value, items) = term switch
            {
                CallExpression { Function.Name: "=", Arguments: [var x, ConstantExpression c] }
                    when x is not ConstantExpression && c.Type.Equals(x.Type) => (x, (IReadOnlyList<Datum>)[c.Value]),
                InListExpression { Negated: false } list => (list.Argument, list.Values),
                _ => (null, []),
            };
            if (value is null)
            {
                result.Add(term);
                continue;
            }

            string text = ExpressionText.Print(value);
            if (lists.TryGetValue(text, out var known))
            {
                known.Items.AddRange(items);
                result[known.At] = new InListExpression(known.Value, [.. known.Items], false);
            }
            else
            {
                lists.Add(text, (result.Count, value, [.. items]));
                result.Add(term);
            }
        }

        return result;
    }

    private static ScalarExpression Case(CaseExpression e)
    {
        var branches = new List<CaseBranch>();
        var otherwise = e.Otherwise;
        foreach (var branch in e.Branches)
        {
            if (branch.Condition is not ConstantExpression c)
            {
                branches.Add(branch);
            }
            else if (!IsFalse(c))
            {
                otherwise = branch.Result;
                break;
            }
        }

        return branches.Count == 0 ? otherwise : branches.Count == e.Branches.Count ? e
            : new CaseExpression(branches, otherwise, e.Type);
    }

    private static ScalarExpression Coalesce(CoalesceExpression e)
    {
        var kept = new List<ScalarExpression>();
        foreach (var argument in e.Arguments)
        {
            if (argument is ConstantExpression { Value.IsNull: true })
            {
                continue;
            }

            kept.Add(argument);
            if (argument is ConstantExpression)
            {
                break;
            }
        }

        return kept.Count switch
        {
            0 => ExpressionTree.Null(e.Type),
            1 => kept[0],
            _ => e with { Arguments = kept },
        };
    }
}
