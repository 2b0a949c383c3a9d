namespace Vectorized.Engine.Columns;

/// <summary>
/// Batch shells for one tick: handed out in order, all back at <see cref="Reset"/>. One thread. A query takes back to a
/// mark after each scanned vector.
/// </summary>
public sealed class BatchPool
{
    private readonly List<Batch> _shells = [];

    public int Position { get; private set; }

    public Batch Take(int rowCount, int columnCount)
    {
        if (Position == _shells.Count)
        {
            _shells.Add(new Batch());
        }

        return _shells[Position++].Reset(rowCount, columnCount);
    }

    public void Release(int position) => Position = position;

    public void Reset() => Position = 0;
}
