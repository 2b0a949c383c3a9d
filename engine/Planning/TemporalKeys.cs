using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// Lets temporal joins keep a key of their left side through the pruning of columns, where its rows may be taken back: the
/// join finds by it what a row was output with.
/// </summary>
internal sealed class TemporalKeys(LogicalFacts facts)
{
    public LogicalNode Run(LogicalNode node)
    {
        node = node.MapInputs(Run);
        return node is LogicalTemporalJoin j && !facts.Of(j.Left).AppendOnly && facts.Of(j.Left).Keys.MinBy(k => k.Count) is { } key
            ? new LogicalTemporalJoin(j.Left, j.Right, j.Kind, j.Conditions, [.. key.Order()])
            : node;
    }
}
