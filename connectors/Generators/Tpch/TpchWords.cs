using System.Text;
using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>
/// A list of words, each as often as its weight, so that a uniform draw picks by weight. The text stands in memory of the
/// process's life and is shared by all batches; a row copies a view.
/// </summary>
internal sealed class TpchWords
{
    private static readonly Arena _arena = new();

    private readonly StringView[] _views;
    private readonly byte[][] _bytes;

    /// <param name="list">Words parted by `|`, each followed by `*weight` where that is not 1.</param>
    internal TpchWords(string list)
        : this(list.Split('|').SelectMany(Repeat))
    {
    }

    internal TpchWords(IEnumerable<string> words)
    {
        _bytes = [.. words.Select(Encoding.ASCII.GetBytes)];
        lock (_arena)
        {
            _views = Array.ConvertAll(_bytes, bytes => _arena.AddString(bytes));
        }
    }

    internal int Count => _views.Length;

    internal StringView this[int index] => _views[index];

    internal ReadOnlySpan<byte> Bytes(int index) => _bytes[index];

    /// <summary>Draws once.</summary>
    internal StringView Pick(ref TpchRandom random) => _views[random.Next(0, _views.Length - 1)];

    /// <summary>Draws once.</summary>
    internal ReadOnlySpan<byte> PickBytes(ref TpchRandom random) => _bytes[random.Next(0, _bytes.Length - 1)];

    /// <summary>Every combination, the first list varying slowest, parted by spaces.</summary>
    internal static TpchWords Combine(params string[][] lists) => new(lists.Aggregate(
        Enumerable.Repeat("", 1),
        (some, list) => some.SelectMany(head => list.Select(word => head.Length == 0 ? word : $"{head} {word}"))));

    private static IEnumerable<string> Repeat(string item)
    {
        int star = item.IndexOf('*', StringComparison.Ordinal);
        return star < 0
            ? [item]
            : Enumerable.Repeat(item[..star], int.Parse(item.AsSpan(star + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}
