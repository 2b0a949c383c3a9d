using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;

namespace Vectorized.Engine.Planning;

/// <summary>An aggregate's input found again in another relation: the rows both have in common.</summary>
/// <param name="Plan">The aggregate's input over the other relation's columns.</param>
/// <param name="Values">By column of the aggregate's input, what it is over the plan.</param>
/// <param name="Beyond">What the other relation filters beyond that, over the plan.</param>
/// <param name="Window">The tumbling window at the plan's top that the other relation does not have.</param>
internal sealed record RankedInput(
    LogicalNode Plan, IReadOnlyDictionary<int, ScalarExpression> Values, IReadOnlyList<ScalarExpression> Beyond, LogicalHop? Window)
{
    internal ScalarExpression Of(int column) => Values[column];

    /// <summary>Null: the aggregate's input is not proven to hold the relation's rows.</summary>
    internal static RankedInput? Of(StrippedPlan input, StrippedPlan relation, ColumnPool pool)
    {
        if (PlanMatch.Find(input.Base, relation.Base, pool) is { } same)
        {
            return Split(input.Conditions, same, relation) is var (shared, beyond)
                ? new RankedInput(
                    LogicalFilter.Create(relation.Base, shared), Over(input.Values, same), beyond, null)
                : null;
        }

        if (input.Base is not LogicalHop hop || hop.SlideMicros != hop.SizeMicros)
        {
            return null;
        }

        var below = StrippedPlan.Of(hop.Input, pool);
        if (PlanMatch.Find(below.Base, relation.Base, pool) is not { } match
            || Split(below.Conditions, match, relation) is not var (under, over))
        {
            return null;
        }

        var time = ExpressionTree.Substitute(below.Values[hop.TimeColumn], match);
        var rows = LogicalFilter.Create(relation.Base, under);
        int timeId = time is ColumnExpression column ? column.Index : pool.Add("time", time.Type);
        rows = time is ColumnExpression ? rows : LogicalProject.Extend(rows, pool, [new ProjectItem(timeId, time)]);
        var window = new LogicalHop(
            rows, timeId, hop.SlideMicros, hop.SizeMicros, hop.OffsetMicros, pool.Copy(hop.Start), pool.Copy(hop.End));
        var values = Over(below.Values, match);
        values[hop.Start] = pool.Reference(window.Start);
        values[hop.End] = pool.Reference(window.End);
        // A filter over the windows that the relation lacks would leave the aggregate with fewer rows.
        return input.Conditions.Count > 0 ? null : new RankedInput(window, Over(input.Values, values), over, window);
    }

    private static Dictionary<int, ScalarExpression> Over(
        IReadOnlyDictionary<int, ScalarExpression> values, IReadOnlyDictionary<int, ScalarExpression> map) =>
        values.ToDictionary(v => v.Key, v => ExpressionTree.Substitute(v.Value, map));

    /// <summary>The relation's conditions that the input has too, all of the input's, and its others; null: the input has more.</summary>
    private static (List<ScalarExpression> Shared, List<ScalarExpression> Beyond)? Split(
        IReadOnlyList<ScalarExpression> ofInput, IReadOnlyDictionary<int, ScalarExpression> map, StrippedPlan relation)
    {
        var shared = new List<ScalarExpression>();
        var beyond = relation.Conditions.ToList();
        foreach (var condition in ofInput)
        {
            var mapped = ExpressionTree.Substitute(condition, map);
            int at = beyond.FindIndex(c => ExpressionComparer.Instance.Equals(c, mapped));
            if (at < 0)
            {
                return null;
            }

            shared.Add(beyond[at]);
            beyond.RemoveAt(at);
        }

        return (shared, beyond);
    }
}
