using Vectorized.Engine.Operators.Ordering;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>A window node as operators need it: how rows are ordered, which columns its functions read, how far they reach.</summary>
internal sealed class WindowSpec
{
    internal WindowSpec(OperatorContext context, WindowNode node)
    {
        Node = node;
        var sorted = new TopNNode(node.Input, node.PartitionColumns, node.Order, null, null, EmitRowNumber: false)
        {
            Columns = node.Input.Columns,
            Properties = node.Input.Properties,
        };
        Rows = new TopNSpec(context, sorted);
        Reach = new WindowReach(node.Calls);
        Keys = Rows.FullEncoder();
        OrderKeys = Rows.OrderEncoder();
        Columns = [.. node.Calls.SelectMany(c => c.UsedColumns()).Concat(
            Reach.UsesPeers ? node.Order.Select(k => k.Column) : []).Distinct().Order()];
        Limit = node.Limit;
        DropsBeyond = Limit is not null && node.Input.Properties.Kind == StreamKind.AppendOnly
            && node.Calls.All(c => c.Kind <= Binding.WindowFunctionKind.DenseRank);
        ResultTypes = [.. node.Calls.Select(c => c.ResultType)];
    }

    internal WindowNode Node { get; }

    /// <summary>Partition, order and ties.</summary>
    internal TopNSpec Rows { get; }

    internal WindowReach Reach { get; }

    /// <summary>Keys of (partition, order, ties).</summary>
    internal NormalizedKeyEncoder Keys { get; }

    /// <summary>Keys of the order alone: equal ones are peers.</summary>
    internal NormalizedKeyEncoder OrderKeys { get; }

    /// <summary>Input columns the functions read.</summary>
    internal int[] Columns { get; }

    internal SqlType[] ResultTypes { get; }

    /// <summary>Which rows are put out.</summary>
    internal RankLimit? Limit { get; }

    /// <summary>What is beyond the limit never comes back and is needed for nothing.</summary>
    internal bool DropsBeyond { get; }

    internal Binding.WindowFunctionKind LimitKind => Node.Calls[Limit!.Value.Call].Kind;

    /// <summary>Bytes of a full key that name its partition.</summary>
    internal int PartitionLength(ReadOnlySpan<byte> key) => Keys.PrefixLength(key, Rows.Partition.Length);

    /// <summary>Bytes of a full key that name its group of peers.</summary>
    internal int PeersLength(ReadOnlySpan<byte> key) => Keys.PrefixLength(key, Rows.Partition.Length + Rows.Order.Count);
}
