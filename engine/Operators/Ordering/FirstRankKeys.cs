using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// A batch's order keys as numbers, whole: for orders whose keys are no longer than these are. One integer column, the usual case, is
/// read without being written as bytes first. One thread.
/// </summary>
internal sealed class FirstRankKeys : IDisposable
{
    private readonly NormalizedKeyEncoder _encoder;
    private readonly NormalizedKeys _keys = new();
    private readonly int _column = -1;
    private readonly bool _isDescending;
    private readonly bool _nullsFirst;
    private Batch _batch = new();

    internal FirstRankKeys(TopNSpec spec)
    {
        _encoder = spec.OrderEncoder();
        if (spec.Order is [var key] && spec.Types[key.Column] is { Layout: Layout.Fixed8 } type && type.Id != TypeId.Float64)
        {
            (_column, _isDescending, _nullsFirst) = (key.Column, key.Descending, key.NullsFirst);
        }
    }

    internal static bool Fit(TopNSpec spec) => spec.OrderEncoder() is { HasStrings: false, FixedBytes: <= OrderPrefix.Bytes };

    internal OrderPrefix this[int row] => _column < 0 ? OrderPrefix.Of(_keys[row])
        : _batch[_column].IsValid(row) ? OrderPrefix.OfInteger(_batch[_column].Value<long>(row), _isDescending)
        : OrderPrefix.OfNull(_nullsFirst);

    /// <summary>From here on keys are those of the batch, as long as it is there.</summary>
    internal void Read(Batch batch)
    {
        _batch = batch;
        if (_column < 0)
        {
            _encoder.Encode(batch, _keys);
        }
    }

    public void Dispose() => _keys.Dispose();
}
