using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>Compares two rows by the order of a top-N and then its ties: for the rows whose key prefixes agree. One thread.</summary>
internal sealed class RowOrder(TopNSpec spec)
{
    private readonly SortKey[] _keys =
        [.. spec.Order, .. spec.Ties.Select(c => new SortKey(c, Descending: false, NullsFirst: false))];

    internal ReadOnlySpan<SortKey> Keys => _keys;

    /// <summary>Below zero: the left row comes first.</summary>
    internal int Compare(Batch left, int leftRow, Batch right, int rightRow)
    {
        foreach (ref readonly var key in _keys.AsSpan())
        {
            int order = Compare(in key, in left[key.Column], leftRow, in right[key.Column], rightRow);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>Compares two values as a sort key orders them.</summary>
    internal static int Compare(in SortKey key, in Vector left, int leftRow, in Vector right, int rightRow)
    {
        bool isLeft = left.IsValid(leftRow);
        bool isRight = right.IsValid(rightRow);
        if (!isLeft || !isRight)
        {
            return isLeft == isRight ? 0 : isLeft == key.NullsFirst ? 1 : -1;
        }

        int order = ValueOrder.Compare(in left, leftRow, in right, rightRow);
        return key.Descending ? -order : order;
    }
}
