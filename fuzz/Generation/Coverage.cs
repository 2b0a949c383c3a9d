namespace Vectorized.Fuzz.Generation;

/// <summary>
/// How often each production of the generator was in a case that both sides executed. A name that is not registered is a bug of
/// the generator; a registered one that is never hit is a hole in it.
/// </summary>
internal sealed class Coverage
{
    private readonly SortedDictionary<string, long> _hits = new(StringComparer.Ordinal);

    internal Coverage(Features features)
    {
        foreach (string name in Productions.Names(features))
        {
            _hits.TryAdd(name, 0);
        }
    }

    internal void Add(IEnumerable<string> productions)
    {
        foreach (string name in productions)
        {
            _hits[name] = _hits.TryGetValue(name, out long hits) ? hits + 1
                : throw new InvalidOperationException($"the production \"{name}\" is not registered");
        }
    }

    internal IEnumerable<string> Missing => _hits.Where(h => h.Value == 0).Select(h => h.Key);

    /// <summary>One line a family, names with their hits.</summary>
    internal void Print(TextWriter output)
    {
        foreach (var family in _hits.GroupBy(h => h.Key[..h.Key.IndexOf(':', StringComparison.Ordinal)]))
        {
            output.WriteLine($"  {family.Key}: {string.Join("  ", family.Select(h => $"{h.Key[(family.Key.Length + 1)..]} {h.Value}"))}");
        }
    }
}
