using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Whether the rows of a view's stream only rise within their partition: counts, and the greatest (ascending: least) values, of a
/// stream that only grows. Such a row is taken back only when its group comes again in the same tick with a value that comes no later in
/// the order, so what is beyond the first rank never returns by a loss of others.
/// </summary>
internal static class RisingRows
{
    internal static bool Are(PlanNode node, IReadOnlyList<int> partition, IReadOnlyList<SortKey> order)
    {
        if (order is not [{ NullsFirst: false } key])
        {
            return false;
        }

        // Columns that must be the same as long as a group lives.
        int[] kept = [.. partition];
        int value = key.Column;
        while (true)
        {
            switch (node)
            {
                case ProjectNode p when p.Expressions[value] is ColumnExpression below
                    && kept.All(c => p.Expressions[c] is ColumnExpression):
                    kept = [.. kept.Select(c => ((ColumnExpression)p.Expressions[c]).Index)];
                    (node, value) = (p.Input, below.Index);
                    break;
                case FilterNode f:
                    var conditions = new List<ScalarExpression>();
                    ExpressionTree.Conjuncts(f.Predicate, conditions);
                    // A value that is not NULL stays so.
                    conditions.RemoveAll(c => c is NullTestExpression { Negated: true, Argument: ColumnExpression tested }
                        && tested.Index == value);
                    kept = [.. kept, .. conditions.SelectMany(ExpressionTree.Columns)];
                    node = f.Input;
                    break;
                case AggregateNode { Input.Properties.Kind: StreamKind.AppendOnly } a:
                    return value >= a.GroupColumns.Count && kept.All(c => c < a.GroupColumns.Count)
                        && Rises(a.Aggregates[value - a.GroupColumns.Count], key.Descending);
                default:
                    return false;
            }
        }
    }

    private static bool Rises(AggregateCall call, bool descending) => call.Kind switch
    {
        AggregateKind.Count or AggregateKind.CountStar or AggregateKind.Max => descending,
        AggregateKind.Min => !descending,
        _ => false,
    };
}
