using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>What is proven of a join's rows.</summary>
internal static class JoinFacts
{
    public static Facts Derive(LogicalJoin j, Facts left, Facts right, LogicalFacts facts)
    {
        var leftColumns = new HashSet<int>(j.Left.Columns);
        var rightColumns = new HashSet<int>(j.Right.Columns);
        var pairs = new List<EquiCondition>();
        foreach (var condition in j.Conditions)
        {
            if (EquiCondition.Match(condition, leftColumns, rightColumns) is { } pair)
            {
                pairs.Add(pair);
            }
        }

        // A row finds at most one partner when the equated columns contain a key of the other side.
        bool oneRight = right.Identifies(pairs.Select(p => p.Right).OfType<ColumnExpression>().Select(c => c.Index));
        bool oneLeft = left.Identifies(pairs.Select(p => p.Left).OfType<ColumnExpression>().Select(c => c.Index));
        return new Facts
        {
            Keys = Keys(j, left, right, oneLeft, oneRight),
            AppendOnly = !facts.ForView || (left.AppendOnly && right.AppendOnly && j.Kind is JoinKind.Inner or JoinKind.Semi),
            Rows = j.Kind is JoinKind.Semi or JoinKind.Anti ? Tested(j, left, right, pairs, facts.Domains)
                : Rows(j, left, right, pairs, Divisor(left, right, oneLeft, oneRight, pairs, facts.Domains)),
            BaseRows = j.Kind is JoinKind.Semi or JoinKind.Anti || oneRight ? left.BaseRows
                : oneLeft ? right.BaseRows : Math.Max(left.BaseRows, right.BaseRows),
        };
    }

    /// <summary>
    /// Keys hold a key of the left side, for a right row may come to stand beside several left ones as time passes. Rows go
    /// only with their left row.
    /// </summary>
    public static Facts OfTemporal(LogicalTemporalJoin j, Facts left, Facts right, LogicalFacts facts)
    {
        var atOnce = Derive(j.AtOnce, left, right, facts);
        return new Facts
        {
            Keys = LogicalFacts.Minimal(atOnce.Keys.Where(left.Identifies)),
            AppendOnly = !facts.ForView || left.AppendOnly,
            Rows = atOnce.Rows,
        };
    }

    private static List<HashSet<int>> Keys(LogicalJoin j, Facts left, Facts right, bool oneLeft, bool oneRight)
    {
        if (j.Kind is JoinKind.Semi or JoinKind.Anti)
        {
            return j.Kind == JoinKind.Semi ? LogicalFacts.Reduced(left.Keys, j.Conditions) : left.Keys;
        }

        var both = left.Keys.SelectMany(l => right.Keys.Select(r => l.Concat(r).ToHashSet()));
        if (j.Kind == JoinKind.Full)
        {
            // A row of either side alone has NULLs on the other: that tells them apart only where keys cannot be NULL.
            var notNull = Nullability.NotNullColumns(j.Left);
            var notNullRight = Nullability.NotNullColumns(j.Right);
            return LogicalFacts.Minimal(both.Where(k => k.Overlaps(notNull) && k.Overlaps(notNullRight)));
        }

        if (oneRight)
        {
            both = both.Concat(left.Keys);
        }

        if (oneLeft && j.Kind == JoinKind.Inner)
        {
            both = both.Concat(right.Keys);
        }

        return j.Kind == JoinKind.Inner ? LogicalFacts.Reduced(both, j.Conditions) : LogicalFacts.Minimal(both);
    }

    /// <summary>
    /// One in how many pairs of rows is equal in the equated columns: one in the number of values of their domain (Selinger et
    /// al., 1979), the domains taken as independent, but never more than the rows a key of one side is looked up among.
    /// </summary>
    private static double Divisor(
        Facts left, Facts right, bool oneLeft, bool oneRight, List<EquiCondition> pairs, ColumnDomains domains)
    {
        if (pairs.Count == 0)
        {
            return 1;
        }

        double product = 1;
        bool known = true;
        foreach (var pair in pairs)
        {
            double? l = pair.Left is ColumnExpression a ? domains.Of(a.Index) : null;
            double? r = pair.Right is ColumnExpression b ? domains.Of(b.Index) : null;
            known &= l is not null || r is not null;
            product *= Math.Max(l ?? 1, r ?? 1);
        }

        double most = oneRight && oneLeft ? Math.Max(left.BaseRows, right.BaseRows)
            : oneRight ? right.BaseRows : oneLeft ? left.BaseRows : Math.Max(left.Rows, right.Rows);
        return known ? Math.Min(product, most) : oneLeft || oneRight ? most : Math.Max(product, Math.Max(1, most / 10));
    }

    /// <summary>
    /// Left rows with a partner (semi) or without: of a domain of n values, r right rows take about n (1 - e^(-r/n)) of them.
    /// </summary>
    private static double Tested(
        LogicalJoin j, Facts left, Facts right, List<EquiCondition> pairs, ColumnDomains domains)
    {
        double share = 0.5;
        if (pairs.Count == 1 && pairs[0].Left is ColumnExpression column && domains.Of(column.Index) is { } size)
        {
            share = Math.Clamp(1 - Math.Exp(-right.Rows / size), 0.0001, 0.95);
        }

        return Math.Max(1, left.Rows * (j.Kind == JoinKind.Semi ? share : 1 - share));
    }

    private static double Rows(LogicalJoin j, Facts left, Facts right, List<EquiCondition> pairs, double divisor)
    {
        double others = Math.Pow(1.0 / 3, j.Conditions.Count - pairs.Count);
        double inner = Math.Max(1, left.Rows * right.Rows / divisor * others);
        return j.Kind switch
        {
            JoinKind.Left => Math.Max(left.Rows, inner),
            JoinKind.Full => Math.Max(left.Rows + right.Rows, inner),
            _ => inner,
        };
    }
}
