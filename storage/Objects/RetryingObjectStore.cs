namespace Vectorized.Storage.Objects;

/// <summary>
/// Tries transient failures of a store again. A conditional put whose first answer was lost may be told by its second
/// that the condition does not hold: whoever puts on a condition reads what is there before believing that another won.
/// </summary>
internal sealed class RetryingObjectStore(IObjectStore inner, RetryPolicy policy) : IObjectStore
{
    public string Name => inner.Name;

    public byte[] Get(string key) => Call(() => inner.Get(key));

    public void Read(string key, long offset, Span<byte> into)
    {
        for (var attempts = policy.Start(); ;)
        {
            try
            {
                inner.Read(key, offset, into);
                return;
            }
            catch (ObjectStoreException e)
            {
                attempts.PauseOrThrow(e);
            }
        }
    }

    public ObjectInfo? Head(string key) => Call(() => inner.Head(key));

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        for (var attempts = policy.Start(); ;)
        {
            try
            {
                return inner.Put(key, bytes, condition);
            }
            catch (ObjectStoreException e)
            {
                attempts.PauseOrThrow(e);
            }
        }
    }

    public IObjectUpload Upload(string key) => new RetryingUpload(Call(() => inner.Upload(key)), policy);

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax) =>
        Call(() => inner.List(prefix, after, countMax));

    public void Delete(string key) => Call(() =>
    {
        inner.Delete(key);
        return 0;
    });

    public void RemoveAbandonedUploads() => Call(() =>
    {
        inner.RemoveAbandonedUploads();
        return 0;
    });

    public void Dispose() => inner.Dispose();

    private T Call<T>(Func<T> call)
    {
        for (var attempts = policy.Start(); ;)
        {
            try
            {
                return call();
            }
            catch (ObjectStoreException e)
            {
                attempts.PauseOrThrow(e);
            }
        }
    }

    /// <summary>
    /// Pieces are the inner store's to try again (what was taken is its affair); the commit is tried again here.
    /// </summary>
    private sealed class RetryingUpload(IObjectUpload inner, RetryPolicy policy) : IObjectUpload
    {
        public long BytesWritten => inner.BytesWritten;

        public void Write(ReadOnlySpan<byte> bytes) => inner.Write(bytes);

        public void Commit(PutCondition condition = default)
        {
            for (var attempts = policy.Start(); ;)
            {
                try
                {
                    inner.Commit(condition);
                    return;
                }
                catch (ObjectStoreException e)
                {
                    attempts.PauseOrThrow(e);
                }
            }
        }

        public void Dispose() => inner.Dispose();
    }
}
