namespace Vectorized.Engine.State;

/// <summary>
/// Where joins find the arrangement of a relation they read: a table whose columns change goes on with another one.
/// Changed between ticks on the main lane only.
/// </summary>
internal sealed class ArrangementSlot(Arrangement current)
{
    internal Arrangement Current { get; set; } = current;
}
