namespace Vectorized.Engine.State;

/// <summary>Takes back what it retired once no reader can see it. Called on the owner's thread.</summary>
internal interface IRetirable
{
    void Release(nint token, long size);
}

/// <summary>
/// What one owner thread has unlinked and readers may still see, oldest first; its part's <see cref="StateContext"/>
/// drains it once a tick. One thread. No allocation once the queue has its size.
/// </summary>
internal sealed class RetireList(EpochProtection protection)
{
    private readonly Queue<Entry> _entries = new();

    private readonly record struct Entry(long Epoch, IRetirable Owner, nint Token, long Size);

    internal int Count => _entries.Count;

    internal void Retire(IRetirable owner, nint token, long size) =>
        _entries.Enqueue(new Entry(protection.Current, owner, token, size));

    /// <summary>Releases what was retired under an epoch up to <paramref name="safeEpoch"/>.</summary>
    internal void Drain(long safeEpoch)
    {
        while (_entries.TryPeek(out var entry) && entry.Epoch <= safeEpoch)
        {
            _entries.Dequeue();
            entry.Owner.Release(entry.Token, entry.Size);
        }
    }
}
