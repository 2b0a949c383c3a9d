using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>
/// A store that fails as object stores do, by a seed: the same calls in the same order meet the same faults. Faults are
/// what a client cannot tell from the real thing, never a lie about what is there: a get by name is never stale. Any
/// thread (one call at a time).
/// </summary>
public sealed class FaultyObjectStore(IObjectStore inner, ulong seed, FaultRates rates, IClock clock) : IObjectStore
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

    public byte[] Get(string key)
    {
        lock (_gate)
        {
            Fail("get", isConditional: false, null);
            byte[] bytes = inner.Get(key);
            bytes = Happens("truncated", rates.Truncated) && bytes.Length > 0 ? bytes[..(int)_random.Next(bytes.Length)] : bytes;
            Flip(bytes);
            return bytes;
        }
    }

    public void Read(string key, long offset, Span<byte> into)
    {
        lock (_gate)
        {
            Fail("read", isConditional: false, null);
            inner.Read(key, offset, into);
            if (Happens("truncated", rates.Truncated) && into.Length > 0)
            {
                into[(int)_random.Next(into.Length)..].Clear();
            }

            Flip(into);
        }
    }

    public ObjectInfo? Head(string key)
    {
        lock (_gate)
        {
            Fail("head", isConditional: false, null);
            return inner.Head(key);
        }
    }

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        lock (_gate)
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
    }

    public IObjectUpload Upload(string key)
    {
        lock (_gate)
        {
            Fail("upload", isConditional: false, null);
            return new FaultyUpload(this, key, inner.Upload(key));
        }
    }

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax)
    {
        lock (_gate)
        {
            Fail("list", isConditional: false, null);
            return Happens("stale listing", rates.StaleListing)
                ? Earlier(prefix, after, countMax)
                : inner.List(prefix, after, countMax);
        }
    }

    public void Delete(string key)
    {
        lock (_gate)
        {
            void Effect()
            {
                Remember(key);
                inner.Delete(key);
            }

            Fail("delete", isConditional: false, Effect);
            Effect();
        }
    }

    public void RemoveAbandonedUploads()
    {
        lock (_gate)
        {
            Fail("clean", isConditional: false, null);
            inner.RemoveAbandonedUploads();
        }
    }

    public void Dispose() => inner.Dispose();

    /// <summary>
    /// Raises the fault this call meets, if any. The effect is what a change does: null for what changes nothing.
    /// </summary>
    private void Fail(string what, bool isConditional, Action? effect)
    {
        _calls++;
        foreach (var (_, late) in _late.Where(l => l.Due <= _calls).ToList())
        {
            Quietly(late);
        }

        _late.RemoveAll(l => l.Due <= _calls);
        if (Happens("slow", rates.Slow))
        {
            clock.Pause(TimeSpan.FromMilliseconds(_random.Next(1_000)));
        }

        if (_burst > 0 || Happens("throttled", rates.Throttled))
        {
            _burst = _burst > 0 ? _burst - 1 : (int)_random.Next(BurstMax);
            throw new ObjectStoreException(ObjectErrorKind.Throttled, $"{what}: simulated 503 SlowDown");
        }

        if (Happens("unavailable", rates.Unavailable))
        {
            throw new ObjectStoreException(
                ObjectErrorKind.Unavailable, $"{what}: simulated 500 InternalError", outcomeIsUnknown: effect is not null);
        }

        if (isConditional && Happens("conflict", rates.Conflict))
        {
            throw new ObjectStoreException(ObjectErrorKind.Conflict, $"{what}: simulated 409 ConditionalRequestConflict");
        }

        if (Happens("time-out before", rates.TimeOutBefore))
        {
            throw TimeOut(what, effect);
        }

        if (effect is not null && Happens("time-out after", rates.TimeOutAfter))
        {
            Quietly(effect);
            throw TimeOut(what, effect);
        }

        if (effect is not null && Happens("time-out late", rates.TimeOutLate))
        {
            _late.Add((_calls + 1 + _random.Next(LateCallsMax), effect));
            throw TimeOut(what, effect);
        }
    }

    private static ObjectStoreException TimeOut(string what, Action? effect) =>
        new(ObjectErrorKind.TimedOut, $"{what}: simulated time-out", outcomeIsUnknown: effect is not null);

    private static void Quietly(Action effect)
    {
        try
        {
            effect();
        }
        catch (ObjectStoreException)
        {
            // Nobody hears the answer.
        }
    }

    private bool Happens(string fault, int ofThousand)
    {
        if (ofThousand == 0 || _random.Next(1_000) >= ofThousand || IsCalm)
        {
            return false;
        }

        Faults[fault] = Faults.GetValueOrDefault(fault) + 1;
        return true;
    }

    private void Flip(Span<byte> bytes)
    {
        if (bytes.Length > 0 && Happens("bit flipped", rates.BitFlipped))
        {
            bytes[(int)_random.Next(bytes.Length)] ^= (byte)(1 << (int)_random.Next(8));
        }
    }

    /// <summary>Keeps what a key was before a change, for stale listings.</summary>
    private void Remember(string key)
    {
        _changes.AddFirst((key, inner.Head(key)?.Length));
        if (_changes.Count > MemoryOfListings)
        {
            _changes.RemoveLast();
        }
    }

    /// <summary>The listing as it was some changes ago.</summary>
    private ObjectPage Earlier(string prefix, string after, int countMax)
    {
        var entries = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var page = inner.List(prefix, after, countMax); ; page = inner.List(prefix, page.Entries[^1].Key, countMax))
        {
            foreach (var entry in page.Entries)
            {
                entries[entry.Key] = entry.Length;
            }

            if (!page.HasMore || page.Entries.Count == 0)
            {
                break;
            }
        }

        foreach (var (key, before) in _changes.Take((int)_random.Next(MemoryOfListings)))
        {
            if (before is null)
            {
                entries.Remove(key);
            }
            else if (key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0)
            {
                entries[key] = before.Value;
            }
        }

        return new ObjectPage([.. entries.Take(countMax).Select(e => new ObjectEntry(e.Key, e.Value))], entries.Count > countMax);
    }

    private sealed class FaultyUpload(FaultyObjectStore store, string key, IObjectUpload inner) : IObjectUpload
    {
        private bool _isCommitted;

        public long BytesWritten => inner.BytesWritten;

        public void Write(ReadOnlySpan<byte> bytes) => inner.Write(bytes);

        public void Commit(PutCondition condition = default)
        {
            lock (store._gate)
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
                try
                {
                    store.Fail("commit", condition != PutCondition.None, Effect);
                }
                catch (ObjectStoreException)
                {
                    store._late.RemoveAll(l => l.Effect == Effect);
                    throw;
                }

                Effect();
            }
        }

        public void Dispose() => inner.Dispose();
    }
}
