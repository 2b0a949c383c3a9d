using Vectorized.Engine.Columns;

namespace Vectorized.Pgwire.Encoding;

/// <summary>
/// Writes one column's values into DataRow messages, a column at a time: first every row's size, then every row's
/// bytes at its place. Stateless and shared; what a column needs between the two passes stands in its scratch. A
/// value is its length in four bytes and its bytes; NULL is length -1. One virtual call a batch and pass.
/// </summary>
internal abstract class ColumnEncoder
{
    protected const int LengthBytes = 4;
    protected const int NullLength = -1;

    /// <summary>Adds what rows [start, start + sizes.Length) take to their sizes.</summary>
    public abstract void Measure(in Vector column, int start, Span<int> sizes, ColumnScratch scratch);

    /// <summary>Writes the first rows of those measured at their positions, which move past what was written.</summary>
    public abstract void Write(in Vector column, int start, Span<byte> into, Span<int> positions, ColumnScratch scratch);
}
