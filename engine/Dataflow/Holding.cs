namespace Vectorized.Engine.Dataflow;

/// <summary>
/// While it lasts, state and time operators that are made belong to a view that is being built (<see cref="DataflowGraph.Hold"/>).
/// </summary>
internal readonly struct Holding : IDisposable
{
    private readonly GraphPart[] _parts;

    internal Holding(GraphPart[] parts)
    {
        _parts = parts;
        Set(true);
    }

    public void Dispose() => Set(false);

    private void Set(bool isHolding)
    {
        foreach (var part in _parts)
        {
            part.State.Registry.IsHolding = isHolding;
            part.Context.DueTimes.IsHolding = isHolding;
        }
    }
}
