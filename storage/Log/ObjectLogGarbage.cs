using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Log;

/// <summary>
/// Which batches of a log on an object store are deleted: those whose records are all in a durable checkpoint. Fences never are: a writer
/// that slept meets one at its next put. What earlier writers had no time to delete is listed once; a listing is only a hint. Added by
/// the log's thread, cut by any, one at a time.
/// </summary>
/// <param name="store">The caller's.</param>
/// <param name="databaseId">Whose log it is.</param>
/// <param name="first">The number from which on the log was read: what is below is covered.</param>
/// <param name="batches">Those found there that hold records.</param>
internal sealed class ObjectLogGarbage(IObjectStore store, ulong databaseId, ulong first, IEnumerable<ulong> batches)
{
    /// <summary>Openings without a batch between them after which nothing is looked for any more.</summary>
    private const int FencesMax = 8;

    private readonly Queue<ulong> _batches = new(batches);
    private bool _hasListed;

    /// <summary>A batch is durable.</summary>
    internal void Add(ulong number)
    {
        lock (_batches)
        {
            _batches.Enqueue(number);
        }
    }

    /// <summary>Deletes batches with records up to a number. A failure leaves the rest for the next call.</summary>
    internal void Cut(ulong number)
    {
        if (!_hasListed)
        {
            DeleteLeftovers();
            _hasListed = true;
        }

        while (Oldest(number) is { } oldest)
        {
            store.Delete(ObjectLogFormat.Key(oldest));
            lock (_batches)
            {
                _batches.Dequeue();
            }
        }
    }

    /// <summary>The oldest batch, if all its records are covered: the next one's are not needed to know.</summary>
    private ulong? Oldest(ulong number)
    {
        lock (_batches)
        {
            return _batches.Count >= 2 && _batches.ElementAt(1) <= number + 1 ? _batches.Peek() : null;
        }
    }

    /// <summary>Batches below the checkpoint this log was opened with, the newest first.</summary>
    private void DeleteLeftovers()
    {
        var numbers = new List<ulong>();
        bool hasMore = true;
        for (string after = ""; hasMore;)
        {
            var page = store.List(ObjectLogFormat.Folder, after);
            numbers.AddRange(page.Entries.Select(e => ObjectLogFormat.NumberOf(e.Key)).OfType<ulong>().Where(n => n < first));
            after = page.Entries.Count > 0 ? page.Entries[^1].Key : after;
            hasMore = page.HasMore;
        }

        int fences = 0;
        for (int i = numbers.Count - 1; i >= 0 && fences < FencesMax; i--)
        {
            if (ObjectLog.TryGet(store, databaseId, numbers[i]) is not var (head, _))
            {
                continue;
            }

            fences = head.IsFence ? fences + 1 : 0;
            if (!head.IsFence)
            {
                store.Delete(ObjectLogFormat.Key(numbers[i]));
            }
        }
    }
}
