namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// What a function keeps of all rows by page of the ordered set, so that a region need not hold the rows in front of it or
/// behind it that frames without a bound reach: pages come to O(log n) of them. What is kept follows from the rows and is
/// computed again where a page has changed. Regions are numbered through until they have been evaluated.
/// </summary>
internal abstract class RangeCarrier
{
    /// <summary>Summarises the rows of a leaf.</summary>
    internal abstract void Leaf(int page, RangeRows rows);

    /// <summary>Summarises an inner page from its children, which are up to date.</summary>
    internal abstract void Inner(int page, ReadOnlySpan<int> children);

    /// <summary>Forgets all regions.</summary>
    internal abstract void Clear();

    /// <summary>Takes what lies in front of a region, or behind it.</summary>
    internal abstract void Carry(int region, bool isBefore, WindowRange range);
}
