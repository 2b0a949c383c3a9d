using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;

namespace Vectorized.Pgwire.Session;

/// <summary>A statement the session itself carries out: DEALLOCATE of a statement the protocol prepared.</summary>
internal sealed class LocalPortal(Action action, string tag) : IPortal
{
    public IReadOnlyList<ResultColumn>? Columns => null;

    public string CommandTag => tag;

    public ICopyIn? CopyIn => null;

    public ICopyOut? CopyOut => null;

    public ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        action();
        return default;
    }

    public void Dispose()
    {
    }
}
