using Vectorized.Engine.Operators;

namespace Vectorized.Engine.Dataflow;

/// <summary>
/// Operators that have left the graph, upstream first. Their own state is freed at once, but that a checkpoint under way still reads: that
/// is kept until it ends, as waiting for a store that does not answer would hold up the lane. Main lane only.
/// </summary>
internal sealed class DetachedOperators
{
    private readonly List<Operator> _kept = [];

    /// <summary>
    /// Whether state that was made before now may still be read by another thread. Set by the owner of the lane; null: never.
    /// </summary>
    internal Func<bool>? IsRead { get; set; }

    /// <summary>Some are not freed yet.</summary>
    internal bool Any => _kept.Count > 0;

    internal void Add(IReadOnlyList<Operator> operators)
    {
        foreach (var op in operators)
        {
            op.Leave();
        }

        _kept.AddRange(operators);
        if (IsRead?.Invoke() != true)
        {
            Free();
        }
    }

    /// <summary>Nobody reads any more.</summary>
    internal void Free()
    {
        foreach (var op in _kept)
        {
            op.Drop();
        }

        _kept.Clear();
    }
}
