namespace Vectorized.Engine.Columns;

/// <summary>
/// A batch together with the arena its memory lives in: the handed-over lifetime. It moves from one owner to the next
/// (source reader to tick, tick to sink) and the last one disposes it, once; nobody shares it. Those that come every tick
/// are rented, so that a stream of them allocates nothing on the managed heap.
/// </summary>
public sealed class OwnedBatch(Batch batch, Arena arena) : IDisposable
{
    private static readonly ShellPool<OwnedBatch> _pool = new(64);
    private bool _isRented;

    public Batch Batch { get; } = batch;

    public Arena Arena { get; } = arena;

    /// <summary>An empty batch over an empty arena, to be filled by the caller; disposing gives it back for the next.</summary>
    public static OwnedBatch Rent()
    {
        var owned = _pool.TryTake() ?? new OwnedBatch(new Batch(), new Arena());
        owned._isRented = true;
        return owned;
    }

    public void Dispose()
    {
        Arena.Dispose();
        if (_isRented)
        {
            _isRented = false;
            Batch.Reset(0, 0);
            _pool.Return(this);
        }
    }
}
