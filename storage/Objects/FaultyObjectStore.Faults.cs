using Vectorized.Storage.Platform;

namespace Vectorized.Storage.Objects;

/// <summary>Which faults a call meets.</summary>
public sealed partial class FaultyObjectStore
{
    /// <summary>
    /// Raises the fault this call meets, if any. The effect is what a change does: null for what changes nothing.
    /// </summary>
    private void Fail(string what, bool isConditional, Action? effect)
    {
        foreach (var late in DueNow())
        {
            Quietly(late);
        }

        if (Happens("slow", rates.Slow))
        {
            clock.Pause(TimeSpan.FromMilliseconds(Draw(1_000)));
        }

        if (IsDown)
        {
            Count("down");
            throw Draw(3) switch
            {
                0 => TimeOut(what, effect),
                1 => new ObjectStoreException(ObjectErrorKind.Throttled, $"{what}: simulated 503 SlowDown, for a while"),
                _ => new ObjectStoreException(
                    ObjectErrorKind.Unavailable, $"{what}: simulated 500, for a while", outcomeIsUnknown: effect is not null),
            };
        }

        if (_burst > 0 || Happens("throttled", rates.Throttled))
        {
            _burst = _burst > 0 ? _burst - 1 : Draw(BurstMax);
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
            Postpone(effect);
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

    private List<Action> DueNow()
    {
        lock (_gate)
        {
            _calls++;
            List<Action> due = [.. _late.Where(l => l.Due <= _calls).Select(l => l.Effect)];
            _late.RemoveAll(l => l.Due <= _calls);
            return due;
        }
    }

    private void Postpone(Action effect)
    {
        lock (_gate)
        {
            _late.Add((_calls + 1 + _random.Next(LateCallsMax), effect));
        }
    }

    private void Forget(Action effect)
    {
        lock (_gate)
        {
            _late.RemoveAll(l => l.Effect == effect);
        }
    }

    private int Draw(int bound)
    {
        lock (_gate)
        {
            return (int)_random.Next(bound);
        }
    }

    private void Count(string fault)
    {
        lock (_gate)
        {
            Faults[fault] = Faults.GetValueOrDefault(fault) + 1;
        }
    }

    private bool Happens(string fault, int ofThousand)
    {
        if (ofThousand == 0 || Draw(1_000) >= ofThousand || IsCalm)
        {
            return false;
        }

        Count(fault);
        return true;
    }

    private void Flip(Span<byte> bytes)
    {
        if (bytes.Length > 0 && Happens("bit flipped", rates.BitFlipped))
        {
            bytes[Draw(bytes.Length)] ^= (byte)(1 << Draw(8));
        }
    }

    /// <summary>Keeps what a key was before a change, for stale listings.</summary>
    private void Remember(string key)
    {
        long? before = inner.Head(key)?.Length;
        lock (_gate)
        {
            _changes.AddFirst((key, before));
            if (_changes.Count > MemoryOfListings)
            {
                _changes.RemoveLast();
            }
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

        foreach (var (key, before) in Recent())
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

    private List<(string Key, long? LengthBefore)> Recent()
    {
        lock (_gate)
        {
            return [.. _changes.Take((int)_random.Next(MemoryOfListings))];
        }
    }
}
