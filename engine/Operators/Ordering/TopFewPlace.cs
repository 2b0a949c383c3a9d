using System.Runtime.InteropServices;

namespace Vectorized.Engine.Operators.Ordering;

/// <summary>
/// A place among the first rows of a partition: the start of the row's order key, and its number, or, below zero, the batch and row
/// of the tick it came in.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct TopFewPlace(OrderPrefix key, int batch, int row)
{
    internal const int Bytes = OrderPrefix.Bytes + 16;

    internal readonly OrderPrefix Key = key;
    private long _row = -1 - (((long)batch << 32) | (uint)row);

    internal readonly bool IsNew => _row < 0;

    internal readonly int Batch => (int)((-1 - _row) >> 32);

    internal readonly int Row => (int)(-1 - _row);

    /// <summary>The number of a row that is not new.</summary>
    internal int Number
    {
        readonly get => (int)_row;
        set => _row = value;
    }
}
