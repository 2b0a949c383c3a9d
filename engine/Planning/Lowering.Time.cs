using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>Conditions on now() in views.</summary>
internal sealed partial class Lowering
{
    /// <summary>The conditions that stay as they are go below, so that no row they reject waits for its time.</summary>
    private LoweredPlan TemporalFilter(LogicalFilter f)
    {
        var input = Lower(LogicalFilter.Create(f.Input, [.. f.Conjuncts.Where(c => !TimeBound.UsesNow(c))]));
        var temporal = f.Conjuncts.Where(TimeBound.UsesNow).ToList();
        Located(() => temporal.ForEach(c => TimeBound.Of(c)));
        return Finish(
            new TemporalFilterNode(input.Node, Positional(ExpressionTree.And(temporal), input)) { Columns = [], Properties = null! },
            f, input.Ids);
    }

    /// <summary>Conditions on now() leave an inner join for a filter above it; elsewhere they are refused.</summary>
    private LogicalNode? WithoutTimeConditions(LogicalJoin j)
    {
        if (!facts.ForView || !j.Conditions.Any(TimeBound.UsesNow))
        {
            return null;
        }

        if (j.Kind != JoinKind.Inner)
        {
            throw context.Unsupported($"now() in the condition of a {j.Kind.ToString().ToLowerInvariant()} join", context.NowPosition);
        }

        var plain = new LogicalJoin(
            j.Left, j.Right, j.Kind, [.. j.Conditions.Where(c => !TimeBound.UsesNow(c))], j.Dependent);
        return LogicalFilter.Create(plain, [.. j.Conditions.Where(TimeBound.UsesNow)]);
    }

    /// <summary>A refusal points at the statement's now().</summary>
    private void Located(Action check)
    {
        try
        {
            check();
        }
        catch (SqlException e) when (e.Position == 0)
        {
            throw new SqlException(e.SqlState, e.Message, context.NowPosition, e.Hint);
        }
    }
}
