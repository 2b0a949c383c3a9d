using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>
/// A store that fails as object stores do, by a seed: the same calls in the same order meet the same faults. Faults are
/// what a client cannot tell from the real thing, never a lie about what is there: a get by name is never stale. Any
/// thread, if the store behind it is; no lock is held over a call or a wait.
/// </summary>
public sealed partial class FaultyObjectStore(IObjectStore inner, ulong seed, FaultRates rates, IClock clock) : IObjectStore
{
    private const int MemoryOfListings = 150;
    private const int BurstMax = 3;
    private const int LateCallsMax = 12;

    private readonly Lock _gate = new();
    private readonly SeededRandom _random = new(seed);
    private readonly List<(long Due, Action Effect)> _late = [];
    private readonly LinkedList<(string Key, long? LengthBefore)> _changes = [];
    private long _calls;
    private int _burst;

    /// <summary>No faults any more; what is late still happens.</summary>
    public bool IsCalm { get; set; }

    /// <summary>Faults so far, by name.</summary>
    public SortedDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    public string Name => inner.Name;

    /// <summary>No call gets through: 500, 503 and time-outs without effect.</summary>
    public bool IsDown { get; set; }

    public byte[] Get(string key)
    {
        Fail("get", isConditional: false, null);
        byte[] bytes = inner.Get(key);
        bytes = Happens("truncated", rates.Truncated) && bytes.Length > 0 ? bytes[..Draw(bytes.Length)] : bytes;
        Flip(bytes);
        return bytes;
    }

    public void Read(string key, long offset, Span<byte> into)
    {
        Fail("read", isConditional: false, null);
        inner.Read(key, offset, into);
        if (Happens("truncated", rates.Truncated) && into.Length > 0)
        {
            into[Draw(into.Length)..].Clear();
        }

        Flip(into);
    }

    public ObjectInfo? Head(string key)
    {
        Fail("head", isConditional: false, null);
        return inner.Head(key);
    }

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        byte[] copy = bytes.ToArray();
        string Effect()
        {
            Remember(key);
            return inner.Put(key, copy, condition);
        }

        bool isConditional = condition != PutCondition.None;
        Fail("put", isConditional, () => Effect());
        string tag = Effect();
        return Happens("twice", rates.Twice) ? Effect() : tag;
    }

    public IObjectUpload Upload(string key)
    {
        Fail("upload", isConditional: false, null);
        return new FaultyUpload(this, key, inner.Upload(key));
    }

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax)
    {
        Fail("list", isConditional: false, null);
        return Happens("stale listing", rates.StaleListing) ? Earlier(prefix, after, countMax) : inner.List(prefix, after, countMax);
    }

    public void Delete(string key)
    {
        void Effect()
        {
            Remember(key);
            inner.Delete(key);
        }

        Fail("delete", isConditional: false, Effect);
        Effect();
    }

    public void RemoveAbandonedUploads()
    {
        Fail("clean", isConditional: false, null);
        inner.RemoveAbandonedUploads();
    }

    public void Dispose() => inner.Dispose();

    private sealed class FaultyUpload(FaultyObjectStore store, string key, IObjectUpload inner) : IObjectUpload
    {
        private bool _isCommitted;

        public long BytesWritten => inner.BytesWritten;

        public void Write(ReadOnlySpan<byte> bytes) => inner.Write(bytes);

        public void Commit(PutCondition condition = default)
        {
            void Effect()
            {
                if (!_isCommitted)
                {
                    store.Remember(key);
                    inner.Commit(condition);
                    _isCommitted = true;
                }
            }

            // Its effect is never late: the client's side of an upload is gone by then.
            Action effect = Effect;
            try
            {
                store.Fail("commit", condition != PutCondition.None, effect);
            }
            catch (ObjectStoreException)
            {
                store.Forget(effect);
                throw;
            }

            Effect();
        }

        public void Dispose() => inner.Dispose();
    }
}
