using Vectorized.Storage.Platform;

namespace Vectorized.Fuzz.Generation;

/// <summary>Choices drawn from one seed: the same seed makes the same case on every machine. One thread.</summary>
internal sealed class Dice(ulong seed)
{
    private readonly SeededRandom _random = new(seed);

    /// <summary>Uniform in [0, bound).</summary>
    internal int Next(int bound) => (int)_random.Next(bound);

    /// <summary>Uniform in [low, high].</summary>
    internal int Between(int low, int high) => low + (int)_random.Next(high - low + 1);

    internal bool Chance(double probability) => _random.NextDouble() < probability;

    internal T Pick<T>(IReadOnlyList<T> items) => items[(int)_random.Next(items.Count)];

    /// <summary>An item, each as likely as its weight says.</summary>
    internal T Pick<T>(IReadOnlyList<T> items, Func<T, double> weight)
    {
        double at = _random.NextDouble() * items.Sum(weight);
        foreach (var item in items)
        {
            at -= weight(item);
            if (at < 0)
            {
                return item;
            }
        }

        return items[^1];
    }

    /// <summary>Count items without repetition, in random order.</summary>
    internal List<T> Sample<T>(IReadOnlyList<T> items, int count)
    {
        var left = items.ToList();
        var taken = new List<T>();
        while (taken.Count < count && left.Count > 0)
        {
            int at = Next(left.Count);
            taken.Add(left[at]);
            left.RemoveAt(at);
        }

        return taken;
    }

    /// <summary>A seed for an independent stream.</summary>
    internal ulong Fork() => _random.NextUInt64();
}
