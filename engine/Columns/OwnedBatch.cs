namespace Vectorized.Engine.Columns;

/// <summary>
/// A batch together with the arena its memory lives in: the handed-over lifetime. It moves from one owner to the next
/// (source reader to tick, tick to sink) and the last one disposes it; nobody shares it.
/// </summary>
public sealed class OwnedBatch(Batch batch, Arena arena) : IDisposable
{
    public Batch Batch { get; } = batch;

    public Arena Arena { get; } = arena;

    public void Dispose() => Arena.Dispose();
}
