using Vectorized.Engine.Binding;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>Conditions on now() in views.</summary>
internal sealed partial class Lowering
{
    private PlanWatermarks? _watermarks;

    private PlanWatermarks Watermarks => _watermarks ??= new PlanWatermarks(context.Catalog);

    /// <summary>A row that is taken back must have the value it came with: only rows that stay can be given theirs here.</summary>
    private void CheckArrivalTimes(LogicalNode node)
    {
        if (facts.ForView && node.Expressions.Any(ArrivalTimes.Uses)
            && !(node is LogicalProject project && facts.Of(project.Input).AppendOnly))
        {
            throw context.Unsupported(
                node is LogicalProject ? "proctime() over rows that may be taken back" : "proctime() outside of the SELECT list", 0,
                "Make it a generated column of the table or source: at timestamptz AS proctime().");
        }
    }

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

    /// <summary>The first group column with a watermark, by its index among the groups.</summary>
    private WindowClosing? Closing(LoweredPlan input, int[] groups)
    {
        if (!facts.ForView || groups.Length == 0)
        {
            return null;
        }

        int[] columns = [.. groups.Select(input.Position)];
        return Watermarks.First(input.Node, columns) is { } closing
            ? closing with { Column = Array.IndexOf(columns, closing.Column) } : null;
    }

    /// <summary>
    /// The first pair of keys with watermarks on both sides. Not where partners are counted row by row: those counts are not found by
    /// the key.
    /// </summary>
    private WindowClosing? Closing(
        JoinKind kind, LoweredPlan left, int[] leftKeys, LoweredPlan right, int[] rightKeys, bool hasResidual)
    {
        if (!facts.ForView || (hasResidual && kind != JoinKind.Inner))
        {
            return null;
        }

        var (ofLeft, ofRight) = (Watermarks.Of(left.Node), Watermarks.Of(right.Node));
        for (int i = 0; i < leftKeys.Length; i++)
        {
            if (ofLeft.TryGetValue(leftKeys[i], out var l) && ofRight.TryGetValue(rightKeys[i], out var r))
            {
                return new WindowClosing(i, [.. l, .. r]);
            }
        }

        return null;
    }

    private LoweredPlan Session(LogicalSession s)
    {
        var input = Lower(s.Input);
        int time = input.Position(s.TimeColumn);
        return Finish(
            new SessionNode(input.Node, [.. s.Partition.Select(input.Position).Order()], time, s.GapMicros)
            {
                Columns = [],
                Properties = null!,
                Closing = facts.ForView ? Watermarks.First(input.Node, [time]) : null,
            },
            s, [.. input.Ids, s.Start, s.End]);
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
