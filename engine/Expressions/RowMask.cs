using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Expressions;

/// <summary>A set of rows as the bits of a flat boolean vector in arena memory; the default is "all rows".</summary>
public readonly struct RowMask(Vector booleans)
{
    private readonly Vector _booleans = booleans;

    public bool IsAll => _booleans.Length == 0;

    /// <summary>One bit a row; empty when all rows are meant.</summary>
    public ReadOnlySpan<byte> Bits => IsAll ? default : _booleans.Bits;

    /// <summary>The boolean vector behind the mask, for kernels.</summary>
    internal Vector Booleans => _booleans;

    /// <summary>Rows the mask speaks of; 0 when it means all.</summary>
    internal int RowCount => _booleans.Length;

    public bool Contains(int row) => IsAll || _booleans.Bit(row);

    /// <summary>The rows of the mask below a count, ascending: for kernels that go row by row.</summary>
    public RowEnumerator Rows(int rowCount) => new(Bits, rowCount);
}

/// <summary>Walks the rows of a mask, a byte of it at a time.</summary>
public ref struct RowEnumerator
{
    private readonly ReadOnlySpan<byte> _bits;
    private readonly int _rowCount;
    private int _row;
    private uint _pending;
    private int _base;

    internal RowEnumerator(ReadOnlySpan<byte> bits, int rowCount)
    {
        _bits = bits;
        _rowCount = rowCount;
        _row = -1;
        _base = -8;
    }

    public readonly int Current => _row;

    public readonly RowEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_bits.IsEmpty)
        {
            return ++_row < _rowCount;
        }

        while (_pending == 0)
        {
            _base += 8;
            if (_base >= _rowCount)
            {
                return false;
            }

            _pending = _bits[_base >> 3];
        }

        _row = _base + System.Numerics.BitOperations.TrailingZeroCount(_pending);
        _pending &= _pending - 1;
        return _row < _rowCount;
    }
}
