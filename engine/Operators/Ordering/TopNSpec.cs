using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Operators.Aggregates;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>A top-N as operators need it: limit and offset evaluated, ties broken, how keys are made.</summary>
internal sealed class TopNSpec
{
    internal TopNSpec(OperatorContext context, TopNNode node)
    {
        Types = [.. node.Input.Columns.Select(c => c.Type)];
        Partition = [.. node.PartitionColumns];
        Order = node.Order;
        Ties = [.. (node.Input.Properties.Key ?? Enumerable.Range(0, Types.Length)).Except(Partition)];
        EmitsRowNumber = node.EmitRowNumber;
        Offset = Evaluate(context, node.Offset, SqlState.InvalidRowCountInOffset, "OFFSET") ?? 0;
        long? limit = Evaluate(context, node.Limit, SqlState.InvalidRowCountInLimit, "LIMIT");
        HasLimit = limit is not null;
        End = limit is { } rows && rows <= long.MaxValue - Offset ? Offset + rows : long.MaxValue;
    }

    internal SqlType[] Types { get; }

    internal int[] Partition { get; }

    internal IReadOnlyList<SortKey> Order { get; }

    /// <summary>Columns that tell rows equal in the order apart: the stream's key, or the whole row.</summary>
    internal int[] Ties { get; }

    internal bool EmitsRowNumber { get; }

    internal bool HasLimit { get; }

    /// <summary>Rows of a partition before the first one output.</summary>
    internal long Offset { get; }

    /// <summary>Rows of a partition before the first one beyond; the largest number when there is no limit.</summary>
    internal long End { get; }

    /// <summary>Keys of (partition, order, ties).</summary>
    internal NormalizedKeyEncoder FullEncoder() => Encoder([.. Ascending(Partition), .. Order, .. Ascending(Ties)]);

    /// <summary>Keys of (partition, order).</summary>
    internal NormalizedKeyEncoder PartitionOrderEncoder() => Encoder([.. Ascending(Partition), .. Order]);

    /// <summary>What full keys start with.</summary>
    internal NormalizedKeyEncoder PartitionEncoder() => Encoder([.. Ascending(Partition)]);

    /// <summary>What stands in full keys behind that.</summary>
    internal NormalizedKeyEncoder OrderEncoder() => Encoder([.. Order]);

    /// <summary>Where a window that starts at <see cref="Offset"/> overlaps so many rows from a rank on.</summary>
    internal long Overlap(long rank, long count) =>
        Math.Max(0, Math.Min(rank > long.MaxValue - count ? long.MaxValue : rank + count, End) - Math.Max(rank, Offset));

    private static IEnumerable<SortKey> Ascending(int[] columns) =>
        columns.Select(c => new SortKey(c, Descending: false, NullsFirst: false));

    private NormalizedKeyEncoder Encoder(IReadOnlyList<SortKey> keys) => new(OrderedValues.OrderTypes(Types), keys);

    private static long? Evaluate(OperatorContext context, ScalarExpression? expression, string sqlState, string clause)
    {
        if (expression is null)
        {
            return null;
        }

        Vector result = default;
        CompiledExpression.Compile(expression).Evaluate(context.Evaluation, new Batch().Reset(1, 0), ref result);
        if (!result.IsValid(0))
        {
            return null;
        }

        long value = Datum.FromVector(in result, 0).AsInt64;
        return value >= 0 ? value : throw new SqlException(sqlState, $"{clause} must not be negative");
    }
}
