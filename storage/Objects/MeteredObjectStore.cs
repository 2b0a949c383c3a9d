namespace Vectorized.Storage.Objects;

/// <summary>Counts the requests to a store and the bytes they carry. Any thread; counts only grow.</summary>
public sealed class MeteredObjectStore(IObjectStore inner) : IObjectStore
{
    private long _reads;
    private long _writes;
    private long _listings;
    private long _deletes;
    private long _failures;
    private long _bytesRead;
    private long _bytesWritten;

    public string Name => inner.Name;

    /// <summary>Gets, range reads and heads. An attempt that the store itself tries again counts once.</summary>
    public long Reads => Volatile.Read(ref _reads);

    /// <summary>Puts and commits of uploads.</summary>
    public long Writes => Volatile.Read(ref _writes);

    public long Listings => Volatile.Read(ref _listings);

    public long Deletes => Volatile.Read(ref _deletes);

    /// <summary>Calls that ended in an error other than that there is no such object.</summary>
    public long Failures => Volatile.Read(ref _failures);

    public long BytesRead => Volatile.Read(ref _bytesRead);

    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    public byte[] Get(string key)
    {
        byte[] bytes = Call(ref _reads, () => inner.Get(key));
        Interlocked.Add(ref _bytesRead, bytes.Length);
        return bytes;
    }

    public void Read(string key, long offset, Span<byte> into)
    {
        Interlocked.Increment(ref _reads);
        Interlocked.Add(ref _bytesRead, into.Length);
        try
        {
            inner.Read(key, offset, into);
        }
        catch (ObjectStoreException e)
        {
            Count(e);
            throw;
        }
    }

    public ObjectInfo? Head(string key) => Call(ref _reads, () => inner.Head(key));

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        Interlocked.Increment(ref _writes);
        Interlocked.Add(ref _bytesWritten, bytes.Length);
        try
        {
            return inner.Put(key, bytes, condition);
        }
        catch (ObjectStoreException e)
        {
            Count(e);
            throw;
        }
    }

    public IObjectUpload Upload(string key) => new MeteredUpload(this, inner.Upload(key));

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax) =>
        Call(ref _listings, () => inner.List(prefix, after, countMax));

    public void Delete(string key) => Call(ref _deletes, () =>
    {
        inner.Delete(key);
        return 0;
    });

    public void RemoveAbandonedUploads() => Call(ref _listings, () =>
    {
        inner.RemoveAbandonedUploads();
        return 0;
    });

    public void Dispose() => inner.Dispose();

    private T Call<T>(ref long counter, Func<T> call)
    {
        Interlocked.Increment(ref counter);
        try
        {
            return call();
        }
        catch (ObjectStoreException e)
        {
            Count(e);
            throw;
        }
    }

    private void Count(ObjectStoreException e)
    {
        if (e.Kind != ObjectErrorKind.NotFound)
        {
            Interlocked.Increment(ref _failures);
        }
    }

    private sealed class MeteredUpload(MeteredObjectStore store, IObjectUpload inner) : IObjectUpload
    {
        public long BytesWritten => inner.BytesWritten;

        public void Write(ReadOnlySpan<byte> bytes) => inner.Write(bytes);

        public void Commit(PutCondition condition = default) => store.Call(ref store._writes, () =>
        {
            inner.Commit(condition);
            return Interlocked.Add(ref store._bytesWritten, inner.BytesWritten);
        });

        public void Dispose() => inner.Dispose();
    }
}
