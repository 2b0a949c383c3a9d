using System.Globalization;
using Vectorized.Storage.Objects;

namespace Vectorized.Fuzz.Simulation.Store;

/// <summary>
/// An object store in memory that never fails: what stands behind the faults. It outlives all machines. One thread at a time.
/// </summary>
internal sealed class SimulatedStore : IObjectStore
{
    private readonly SortedDictionary<string, (byte[] Bytes, long Version)> _objects = new(StringComparer.Ordinal);
    private long _versions;

    public string Name => "sim://store";

    public byte[] Get(string key) => Existing(key).Bytes.ToArray();

    public void Read(string key, long offset, Span<byte> into)
    {
        byte[] bytes = Existing(key).Bytes;
        if (offset + into.Length > bytes.Length)
        {
            throw new ObjectStoreException(ObjectErrorKind.Corrupt, $"{key} ends at {bytes.Length}");
        }

        bytes.AsSpan((int)offset, into.Length).CopyTo(into);
    }

    public ObjectInfo? Head(string key) =>
        _objects.TryGetValue(key, out var found) ? new ObjectInfo(key, found.Bytes.Length, Tag(found.Version)) : null;

    public string Put(string key, ReadOnlySpan<byte> bytes, PutCondition condition = default)
    {
        bool exists = _objects.TryGetValue(key, out var found);
        if ((condition.IsAbsent && exists) || (condition.Tag is { } tag && (!exists || Tag(found.Version) != tag)))
        {
            throw new ObjectStoreException(ObjectErrorKind.PreconditionFailed, $"{key} is not as the put asks for");
        }

        _objects[key] = (bytes.ToArray(), ++_versions);
        return Tag(_versions);
    }

    public IObjectUpload Upload(string key) => new Pieces(this, key);

    public ObjectPage List(string prefix, string after = "", int countMax = ObjectPage.CountMax)
    {
        var entries = _objects
            .Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal) && !o.Key.AsSpan(prefix.Length).Contains('/')
                && string.CompareOrdinal(o.Key, after) > 0)
            .Select(o => new ObjectEntry(o.Key, o.Value.Bytes.Length)).Take(countMax + 1).ToList();
        return new ObjectPage([.. entries.Take(countMax)], entries.Count > countMax);
    }

    public void Delete(string key) => _objects.Remove(key);

    public void RemoveAbandonedUploads()
    {
    }

    public void Dispose()
    {
    }

    private static string Tag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private (byte[] Bytes, long Version) Existing(string key) => _objects.TryGetValue(key, out var found)
        ? found
        : throw new ObjectStoreException(ObjectErrorKind.NotFound, $"there is no {key}");

    private sealed class Pieces(SimulatedStore store, string key) : IObjectUpload
    {
        private readonly MemoryStream _bytes = new();

        public long BytesWritten => _bytes.Length;

        public void Write(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

        public void Commit(PutCondition condition = default) => store.Put(key, _bytes.ToArray(), condition);

        public void Dispose()
        {
        }
    }
}
