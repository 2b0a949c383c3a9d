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

    /// <summary>Another name of the same values.</summary>
    public void Rename(int from, int to)
    {
        if (_sizes.TryGetValue(from, out double size))
        {
            _sizes.TryAdd(to, size);
        }
    }

    /// <summary>Columns equated by any of the conditions take no more values than the smallest known domain among them.</summary>
    public void Equate(IReadOnlyList<ScalarExpression> conditions)
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (var condition in conditions)
            {
                if (condition is CallExpression { Function.Name: "=", Arguments: [ColumnExpression a, ColumnExpression b] })
                {
                    changed |= Lend(a.Index, b.Index) | Lend(b.Index, a.Index);
                }
            }
        }
    }

    private bool Lend(int from, int to) => _sizes.TryGetValue(from, out double size) && _sizes.TryAdd(to, size);
}
