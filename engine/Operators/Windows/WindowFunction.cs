using Vectorized.Engine.Columns;

namespace Vectorized.Engine.Operators.Windows;

/// <summary>
/// Computes one or more calls of a window node over a side: a vector of outputs each. Frames are computed before, once for
/// all functions that share them.
/// </summary>
internal abstract class WindowFunction : IDisposable
{
    /// <summary>What it needs of rows outside of regions, in views.</summary>
    internal virtual RangeCarrier? Carrier => null;

    /// <summary>Writes the results of this function's calls at their places.</summary>
    internal abstract void Compute(WindowSide side, OperatorContext context, Vector[] results);

    /// <summary>Gives memory back.</summary>
    internal virtual void Drop()
    {
    }

    void IDisposable.Dispose() => Drop();
}
