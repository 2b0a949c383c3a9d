using Vectorized.Engine.State.Checkpoints;

namespace Vectorized.Engine.Dataflow;

/// <summary>A scope of the state registries of all parts, until it is disposed; the outer one goes on then.</summary>
internal readonly struct GraphScope : IDisposable
{
    private readonly GraphPart[] _parts;
    private readonly StateRegistry.ScopeMark[] _outer;

    internal GraphScope(GraphPart[] parts, string scope)
    {
        _parts = parts;
        _outer = [.. parts.Select(p => p.State.Registry.Open(scope))];
    }

    public void Dispose()
    {
        for (int i = 0; i < _parts.Length; i++)
        {
            _parts[i].State.Registry.Close(_outer[i]);
        }
    }
}
