using Vectorized.Storage.Objects;

namespace Vectorized.Tests.Recovery;

/// <summary>A store between whose calls a test acts: an exception before a call means that it has no effect, after, that it had.</summary>
internal sealed class InterceptedStore(IObjectStore inner) : IObjectStore
{
    internal delegate void Act(string call, string key);

    internal Act Before { get; set; } = (_, _) => { };

    internal Act After { get; set; } = (_, _) => { };

    /// <summary>What a listing is to show of what stands there.</summary>
    internal Func<ObjectPage, ObjectPage> Listed { get; set; } = page => page;

    public string Name => inner.Name;

    public byte[] Get(string key) => Call("get", key, () => inner.Get(key));

    public void Read(string key, long offset, Span<byte> into)
    {
        Before("read", key);
        inner.Read(key, offset, into);
        After("read", key);
    }

    public ObjectInfo? Head(string key) => Call("head", key, () => inner.Head(key));

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        byte[] copy = bytes.ToArray();
        return Call("put", key, () => inner.Put(key, copy, condition));
    }

    public IObjectUpload Upload(string key) => new Intercepted(this, key, Call("upload", key, () => inner.Upload(key)));

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax) =>
        Listed(Call("list", prefix, () => inner.List(prefix, after, countMax)));

    public void Delete(string key) => Call("delete", key, () =>
    {
        inner.Delete(key);
        return 0;
    });

    public void RemoveAbandonedUploads() => inner.RemoveAbandonedUploads();

    public void Dispose() => inner.Dispose();

    private T Call<T>(string call, string key, Func<T> run)
    {
        Before(call, key);
        var result = run();
        After(call, key);
        return result;
    }

    private sealed class Intercepted(InterceptedStore store, string key, IObjectUpload inner) : IObjectUpload
    {
        public long BytesWritten => inner.BytesWritten;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            store.Before("write", key);
            inner.Write(bytes);
            store.After("write", key);
        }

        public void Commit(PutCondition condition = default) => store.Call("commit", key, () =>
        {
            inner.Commit(condition);
            return 0;
        });

        public void Dispose() => inner.Dispose();
    }
}
