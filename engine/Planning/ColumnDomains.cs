using Vectorized.Engine.Binding;

namespace Vectorized.Engine.Planning;

/// <summary>
/// How many values columns may take, where that is known: a key of one column takes as many as its relation has rows, and a
/// column equated with it no more (foreign keys need not be declared). Estimates only.
/// </summary>
internal sealed class ColumnDomains
{
    private readonly Dictionary<int, double> _sizes = [];

    public double? Of(int column) => _sizes.TryGetValue(column, out double size) ? size : null;

    public void Set(int column, double size) => _sizes.TryAdd(column, size);

    /// <summary>
    /// Of columns equated with each other, those without a domain of their own take that of another: pairs are followed
    /// until nothing changes.
    /// </summary>
    public void Equate(IReadOnlyList<(int A, int B)> pairs)
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (var (a, b) in pairs)
            {
                changed |= Lend(a, b) | Lend(b, a);
            }
        }
    }

    private bool Lend(int from, int to) => _sizes.TryGetValue(from, out double size) && _sizes.TryAdd(to, size);
}
