using System.Diagnostics.CodeAnalysis;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// Named things of a session, found by their name's UTF-8 bytes without making a string; the unnamed one (empty name)
/// stands apart. One thread.
/// </summary>
internal sealed class NameTable<T> where T : class
{
    private Dictionary<byte[], T>? _named;

    public T? Unnamed { get; set; }

    public int NamedCount => _named?.Count ?? 0;

    public IReadOnlyCollection<T> Named => (IReadOnlyCollection<T>?)_named?.Values ?? [];

    public bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out T? found)
    {
        if (name.IsEmpty)
        {
            found = Unnamed;
            return found is not null;
        }

        if (_named is null)
        {
            found = null;
            return false;
        }

        return _named.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out found);
    }

    public void Set(byte[] name, T value)
    {
        if (name.Length == 0)
        {
            Unnamed = value;
        }
        else
        {
            _named ??= new Dictionary<byte[], T>(new NameComparer());
            _named[name] = value;
        }
    }

    /// <summary>Takes the thing out, if it is there.</summary>
    public T? Remove(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            var unnamed = Unnamed;
            Unnamed = null;
            return unnamed;
        }

        T? removed = null;
        _named?.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name, out _, out removed);
        return removed;
    }

    public void Clear()
    {
        Unnamed = null;
        _named?.Clear();
    }

    private sealed class NameComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] name) => GetHashCode((ReadOnlySpan<byte>)name);

        public bool Equals(ReadOnlySpan<byte> name, byte[] other) => name.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> name)
        {
            var hash = default(HashCode);
            hash.AddBytes(name);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> name) => name.ToArray();
    }
}
