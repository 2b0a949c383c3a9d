using Vectorized.Engine.Binding;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Moves conditions to the lowest place where their columns exist, makes outer joins inner where a condition above
/// rejects the NULLs they add, and turns `rank &lt;= k` over row_number() into a limit. The order of conditions is kept
/// (a later one may rely on an earlier one), volatile ones stay.
/// </summary>
internal sealed class PredicatePushDown(ColumnPool pool)
{
    public LogicalNode Run(LogicalNode node) => Push(node, []);

    private LogicalNode Push(LogicalNode node, List<ScalarExpression> conditions)
    {
        switch (node)
        {
            case LogicalFilter f:
                return Push(f.Input, [.. f.Conjuncts, .. conditions]);
            case LogicalProject p:
                return Project(p, conditions);
            case LogicalJoin j:
                return Join(j, conditions);
            case LogicalAggregate a:
                var groups = new HashSet<int>(a.Groups);
                return Split(a, conditions, c => a.Groups.Count > 0 && UsesOnly(c, groups));
            case LogicalTopN t:
                return TopN(t, conditions);
            case LogicalWindow w:
                return Window(w, conditions);
            case LogicalUnion u:
                return Union(u, conditions);
            case LogicalTemporalJoin j:
                var ofLeft = new HashSet<int>(j.Left.Columns);
                return LogicalFilter.Create(
                    j.WithInputs([Push(j.Left, conditions.FindAll(c => UsesOnly(c, ofLeft))), Run(j.Right)]),
                    conditions.FindAll(c => !UsesOnly(c, ofLeft)));
            case LogicalSession s:
                // A condition on a partition's columns keeps or drops its sessions whole.
                var sessionOf = new HashSet<int>(s.Partition);
                return Split(s, conditions, c => UsesOnly(c, sessionOf));
            case LogicalHop h:
                return Split(h, conditions, c => !ExpressionTree.Columns(c).Overlaps([h.Start, h.End]));
            case LogicalTableFunction { Input: not null } t:
                var before = new HashSet<int>(t.Input.Columns);
                return Split(t, conditions, c => UsesOnly(c, before));
            default:
                return LogicalFilter.Create(node.MapInputs(Run), conditions);
        }
    }

    private static bool UsesOnly(ScalarExpression condition, HashSet<int> columns) =>
        ExpressionTree.Columns(condition) is { Count: > 0 } used && used.IsSubsetOf(columns)
            && !ExpressionTree.IsVolatile(condition);

    /// <summary>One input: some conditions go below, the rest stays above.</summary>
    private LogicalNode Split(LogicalNode node, List<ScalarExpression> conditions, Predicate<ScalarExpression> below)
    {
        var input = Push(node.Inputs[0], conditions.FindAll(c => below(c) && !ExpressionTree.IsVolatile(c)));
        var rest = conditions.FindAll(c => !below(c) || ExpressionTree.IsVolatile(c));
        return LogicalFilter.Create(ReferenceEquals(input, node.Inputs[0]) ? node : node.WithInputs([input]), rest);
    }

    private LogicalNode Project(LogicalProject p, List<ScalarExpression> conditions)
    {
        var values = p.Items.ToDictionary(i => i.Id, i => i.Value);
        var fixedOnes = values.Where(v => ExpressionTree.IsVolatile(v.Value)).Select(v => v.Key).ToHashSet();
        bool Below(ScalarExpression c) => !ExpressionTree.IsVolatile(c) && !ExpressionTree.Columns(c)
            .Overlaps(fixedOnes);
        var input = Push(p.Input, [.. conditions.Where(Below).Select(c => ExpressionTree.Substitute(c, values))]);
        return LogicalFilter.Create(p.WithInputs([input]), conditions.FindAll(c => !Below(c)));
    }

    private LogicalNode Union(LogicalUnion u, List<ScalarExpression> conditions)
    {
        var below = conditions.FindAll(c => !ExpressionTree.IsVolatile(c));
        var members = u.Inputs.Select((member, m) =>
        {
            var map = u.Columns.Select((id, i) => (id, i))
                .ToDictionary(p => p.id, p => (ScalarExpression)pool.Reference(u.MemberColumns[m][p.i]));
            return Push(member, below.ConvertAll(c => ExpressionTree.Substitute(c, map)));
        });
        return LogicalFilter.Create(u.WithInputs([.. members]), conditions.FindAll(ExpressionTree.IsVolatile));
    }

    private LogicalNode TopN(LogicalTopN t, List<ScalarExpression> conditions)
    {
        if (t.IsSort)
        {
            return t.WithInputs([Push(t.Input, conditions)]);
        }

        var rest = new List<ScalarExpression>(conditions);
        if (t.RowNumber >= 0 && t.Limit is null)
        {
            t = Ranked(t, rest);
        }

        var partition = new HashSet<int>(t.Partition);
        return Split(t, rest, c => UsesOnly(c, partition));
    }

    /// <summary>A bound on a rank among the functions becomes the window's limit, as for <see cref="Ranked"/>.</summary>
    private LogicalNode Window(LogicalWindow w, List<ScalarExpression> conditions)
    {
        var rest = new List<ScalarExpression>(conditions);
        foreach (var item in w.Limit is null ? w.Items : [])
        {
            int at = item.Call.Kind > WindowFunctionKind.DenseRank ? -1
                : rest.FindIndex(c => RankBound.Match(c, item.Id) is not null);
            if (at >= 0 && RankBound.Match(rest[at], item.Id) is { } bound)
            {
                if (bound.IsWhole)
                {
                    rest.RemoveAt(at);
                }

                var limit = new LogicalRankLimit(item.Id, Math.Max(0, bound.Last));
                w = new LogicalWindow(w.Input, w.Partition, w.Order, w.Items, limit);
                break;
            }
        }

        var partition = new HashSet<int>(w.Partition);
        return Split(w, rest, c => UsesOnly(c, partition));
    }

    /// <summary>The first bound on the rank becomes the limit; it is dropped where the limit says the same.</summary>
    private static LogicalTopN Ranked(LogicalTopN t, List<ScalarExpression> conditions)
    {
        for (int i = 0; i < conditions.Count; i++)
        {
            if (RankBound.Match(conditions[i], t.RowNumber) is not { } bound)
            {
                continue;
            }

            if (bound.IsWhole)
            {
                conditions.RemoveAt(i);
            }

            var limit = new ConstantExpression(Datum.OfInt64(Math.Max(0, bound.Last)), SqlType.Int64);
            return new LogicalTopN(t.Input, t.Partition, t.Order, limit, null, t.RowNumber);
        }

        return t;
    }

    private LogicalNode Join(LogicalJoin j, List<ScalarExpression> conditions)
    {
        if (j.Dependent)
        {
            return LogicalFilter.Create(j.WithInputs([Run(j.Left), Run(j.Right)]), conditions);
        }

        j = OuterJoins.Simplify(j, conditions);
        return j.Kind switch
        {
            JoinKind.Inner => InnerJoin(j, conditions),
            JoinKind.Full => LogicalFilter.Create(j.WithInputs([Run(j.Left), Run(j.Right)]), conditions),
            _ => OuterJoin(j, conditions),
        };
    }

    private LogicalNode InnerJoin(LogicalJoin j, List<ScalarExpression> conditions)
    {
        var all = j.Conditions.Concat(conditions).Where(c => !ExpressionTree.IsVolatile(c)).ToList();
        all = Disjunctions.Factor(all);
        all.AddRange(Transitivity.Constants(all));
        var (left, right) = (new HashSet<int>(j.Left.Columns), new HashSet<int>(j.Right.Columns));
        all.AddRange(Disjunctions.Sides(all, left, right));
        var toLeft = all.FindAll(c => UsesOnly(c, left));
        var toRight = all.FindAll(c => UsesOnly(c, right));
        var own = all.FindAll(c => !UsesOnly(c, left) && !UsesOnly(c, right));
        var volatiles = j.Conditions.Concat(conditions).Where(ExpressionTree.IsVolatile).ToList();
        var joined = new LogicalJoin(Push(j.Left, toLeft), Push(j.Right, toRight), JoinKind.Inner, own);
        return LogicalFilter.Create(joined, volatiles);
    }

    /// <summary>Left, semi and anti joins: what is above goes left; of their own conditions the right-only ones go right.</summary>
    private LogicalNode OuterJoin(LogicalJoin j, List<ScalarExpression> conditions)
    {
        var (left, right) = (new HashSet<int>(j.Left.Columns), new HashSet<int>(j.Right.Columns));
        var own = Disjunctions.Factor(j.Conditions);
        var toLeft = conditions.FindAll(c => UsesOnly(c, left));
        var rest = conditions.FindAll(c => !UsesOnly(c, left));
        var toRight = own.FindAll(c => UsesOnly(c, right));
        toRight.AddRange(Transitivity.Constants([.. own, .. toLeft]).Where(c => UsesOnly(c, right)));
        own.RemoveAll(c => UsesOnly(c, right));
        if (j.Kind == JoinKind.Semi)
        {
            toLeft.AddRange(own.FindAll(c => UsesOnly(c, left)));
            own.RemoveAll(c => UsesOnly(c, left));
        }

        var joined = new LogicalJoin(Push(j.Left, toLeft), Push(j.Right, toRight), j.Kind, own);
        return LogicalFilter.Create(joined, rest);
    }
}
