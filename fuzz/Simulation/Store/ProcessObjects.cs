using Vectorized.Fuzz.Simulation.Files;
using Vectorized.Fuzz.Simulation.Scheduling;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Simulation.Store;

/// <summary>
/// The object store as one process reaches it: every call is a seam, takes its time, and may be the process's last, before or after its
/// effect, or be refused. What a process that has died still calls does nothing.
/// </summary>
internal sealed class ProcessObjects(
    SimulatedProcess process, StoreWorld world, FaultPlan plan, SeededRandom random, ObjectsMutant? mutant) : IObjectStore
{
    public string Name => world.Whole.Name;

    /// <summary>A call has failed because nothing got through.</summary>
    internal bool WasDown { get; private set; }

    /// <summary>The process serves while it reads its state from here.</summary>
    internal Func<bool> IsLoading { get; init; } = static () => false;

    public byte[] Get(string key) => Asking("get", key, () => world.Faulty.Get(key));

    public void Read(string key, long offset, Span<byte> into)
    {
        int length = into.Length;
        Asking("read", key, () =>
        {
            byte[] bytes = new byte[length];
            world.Faulty.Read(key, offset, bytes);
            return bytes;
        }).CopyTo(into);
    }

    public ObjectInfo? Head(string key) => Asking("head", key, () => world.Faulty.Head(key));

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        byte[] copy = bytes.ToArray();
        string tag = "";
        Point("put", key, copy, () => tag = Put(key, copy, condition, world.Faulty));
        return tag;
    }

    public IObjectUpload Upload(string key) => new Pieces(this, key, Asking("upload", key, () => world.Faulty.Upload(key)));

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax) =>
        Asking("list", prefix, () => world.Faulty.List(prefix, after, countMax));

    public void Delete(string key) => Point("drop", key, [], () =>
    {
        world.Faulty.Delete(key);
        string folder = key[..(key.IndexOf('/', StringComparison.Ordinal) + 1)];
        foreach (var other in world.Whole.List(folder).Entries.Where(e => mutant?.TakesAlong(key, e.Key) == true))
        {
            world.Whole.Delete(other.Key);
        }
    });

    public void RemoveAbandonedUploads() => Point("clean", "", [], world.Faulty.RemoveAbandonedUploads);

    public void Dispose()
    {
    }

    private string Put(string key, byte[] bytes, PutCondition condition, FaultyObjectStore store)
    {
        if (mutant is null)
        {
            return store.Put(key, bytes, condition);
        }

        try
        {
            return mutant.Skips(key, bytes) ? "" : store.Put(key, bytes, mutant.Conditions(key, condition));
        }
        catch (ObjectStoreException e) when (mutant.TakesSilenceForSuccess && e.Kind == ObjectErrorKind.TimedOut)
        {
            return "";
        }
    }

    private T Asking<T>(string kind, string key, Func<T> ask)
    {
        process.Seam("a look at objects");
        process.CheckAlive();
        process.Scheduler.Sleep(random.Next(world.LatencyNanosMax));
        if (plan.Reads++ == plan.ReadFailsAt)
        {
            throw Refused(kind, key);
        }

        return Called(ask);
    }

    private void Point(string kind, string key, byte[] bytes, Action effect)
    {
        bool dies = plan.Passes(kind, out long point);
        process.Scheduler.Trace.Add(kind, key, bytes);
        process.Seam(kind);
        process.CheckAlive();
        process.Scheduler.Sleep(random.Next(world.LatencyNanosMax));
        if (dies && !plan.DiesAfterEffect)
        {
            Die(kind, key, "before");
        }

        if (point == plan.FailsAt)
        {
            throw Refused(kind, key);
        }

        Called(() =>
        {
            effect();
            return 0;
        });
        if (dies)
        {
            Die(kind, key, "after");
        }
    }

    private T Called<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (ObjectStoreException e)
        {
            WasDown |= world.Faulty.IsDown;
            if (IsLoading() && e.Kind != ObjectErrorKind.NotFound)
            {
                process.Scheduler.Trace.Add("fault while loading", e.Message);
            }

            throw;
        }
    }

    private ObjectStoreException Refused(string kind, string key)
    {
        plan.HasFailed = true;
        process.Scheduler.Trace.Add("fault", $"{kind} of {key} is refused");
        return new ObjectStoreException(ObjectErrorKind.Denied, $"simulated: {kind} of {key}: access denied");
    }

    private void Die(string kind, string key, string when)
    {
        process.Kill($"{when} {kind} of {key}");
        throw new ProcessDeathException();
    }

    private sealed class Pieces(ProcessObjects objects, string key, IObjectUpload inner) : IObjectUpload
    {
        public long BytesWritten => inner.BytesWritten;

        public void Write(ReadOnlySpan<byte> bytes)
        {
            objects.Asking("write", key, () => 0);
            inner.Write(bytes);
        }

        public void Commit(PutCondition condition = default) => objects.Point("commit", key, [], () => inner.Commit(condition));

        public void Dispose() => inner.Dispose();
    }
}
