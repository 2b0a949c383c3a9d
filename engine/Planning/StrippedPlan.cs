using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>A plan without the projections and filters at its top.</summary>
/// <param name="Base">What is below them.</param>
/// <param name="Values">By column of the whole plan, what it is over the base's columns.</param>
/// <param name="Conditions">The filters' conditions over the base's columns, the innermost last.</param>
internal sealed record StrippedPlan(
    LogicalNode Base, IReadOnlyDictionary<int, ScalarExpression> Values, IReadOnlyList<ScalarExpression> Conditions)
{
    /// <summary>Stops above whatever computes something volatile.</summary>
    internal static StrippedPlan Of(LogicalNode node, ColumnPool pool)
    {
        var values = node.Columns.ToDictionary(id => id, id => (ScalarExpression)pool.Reference(id));
        var conditions = new List<ScalarExpression>();
        while (true)
        {
            switch (node)
            {
                case LogicalFilter f when !f.Conjuncts.Any(ExpressionTree.IsVolatile):
                    conditions.AddRange(f.Conjuncts);
                    node = f.Input;
                    break;
                case LogicalProject p when !p.Expressions.Any(ExpressionTree.IsVolatile):
                    var items = p.Items.ToDictionary(i => i.Id, i => i.Value);
                    values = values.ToDictionary(v => v.Key, v => ExpressionTree.Substitute(v.Value, items));
                    conditions = conditions.ConvertAll(c => ExpressionTree.Substitute(c, items));
                    node = p.Input;
                    break;
                default:
                    return new StrippedPlan(node, values, conditions);
            }
        }
    }
}
