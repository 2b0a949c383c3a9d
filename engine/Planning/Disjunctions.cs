using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>What follows from an OR: conditions all its terms share, and weaker ones on one side of a join.</summary>
internal static class Disjunctions
{
    /// <summary>(a and b) or (a and c) is a and (b or c).</summary>
    public static List<ScalarExpression> Factor(IEnumerable<ScalarExpression> conditions)
    {
        var result = new List<ScalarExpression>();
        foreach (var condition in conditions)
        {
            if (condition is LogicalExpression { IsAnd: false } or)
            {
                Factor(or, result);
            }
            else
            {
                result.Add(condition);
            }
        }

        return result;
    }

    /// <summary>
    /// For an OR over both sides in which every term restricts one side, the OR of these restrictions, for that side.
    /// </summary>
    public static List<ScalarExpression> Sides(
        IEnumerable<ScalarExpression> conditions, HashSet<int> left, HashSet<int> right)
    {
        var result = new List<ScalarExpression>();
        foreach (var or in conditions.OfType<LogicalExpression>().Where(c => !c.IsAnd))
        {
            var used = ExpressionTree.Columns(or);
            if (used.Overlaps(left) && used.Overlaps(right))
            {
                Side(or, left, result);
                Side(or, right, result);
            }
        }

        return result;
    }

    private static void Side(LogicalExpression or, HashSet<int> side, List<ScalarExpression> result)
    {
        var terms = new List<ScalarExpression>();
        foreach (var term in or.Terms)
        {
            var parts = new List<ScalarExpression>();
            ExpressionTree.Conjuncts(term, parts);
            var own = parts.FindAll(p => ExpressionTree.Columns(p) is { Count: > 0 } used && used.IsSubsetOf(side));
            if (own.Count == 0)
            {
                return;
            }

            terms.Add(ExpressionTree.And(own));
        }

        result.Add(ExpressionTree.Or(terms));
    }

    private static void Factor(LogicalExpression or, List<ScalarExpression> result)
    {
        var terms = or.Terms.Select(t =>
        {
            var parts = new List<ScalarExpression>();
            ExpressionTree.Conjuncts(t, parts);
            return parts.ConvertAll(p => (Text: ExpressionText.Print(p), Part: p));
        }).ToList();
        var common = terms[0].Select(p => p.Text).ToHashSet();
        foreach (var term in terms.Skip(1))
        {
            common.IntersectWith(term.Select(p => p.Text));
        }

        if (common.Count == 0)
        {
            result.Add(or);
            return;
        }

        result.AddRange(terms[0].Where(p => common.Contains(p.Text)).DistinctBy(p => p.Text).Select(p => p.Part));
        var rest = terms.ConvertAll(t => t.Where(p => !common.Contains(p.Text)).Select(p => p.Part).ToList());
        if (rest.TrueForAll(r => r.Count > 0))
        {
            result.Add(ExpressionTree.Or([.. rest.Select(ExpressionTree.And)]));
        }
    }
}
