namespace Vectorized.Pgwire.Session;

/// <summary>Bytes of incomplete messages over all connections, against a bound. Any thread.</summary>
internal sealed class MemoryBudget(long bytesMax)
{
    private long _used;

    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes bytes (or gives them back, when negative); false, and nothing taken, beyond the bound.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) > bytesMax && bytes > 0)
        {
            Interlocked.Add(ref _used, -bytes);
            return false;
        }

        return true;
    }
}
