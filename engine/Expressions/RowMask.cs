using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Expressions;

/// <summary>A set of rows as the bits of a flat boolean vector in arena memory; the default is "all rows".</summary>
public readonly struct RowMask(Vector booleans)
{
    private readonly Vector _booleans = booleans;

    public bool IsAll => _booleans.Length == 0;

    /// <summary>One bit a row; empty when all rows are meant.</summary>
    public ReadOnlySpan<byte> Bits => IsAll ? default : _booleans.Bits;

    public bool Contains(int row) => IsAll || _booleans.Bit(row);
}
