namespace Vectorized.Engine.Operators;

/// <summary>Where tumbling and hopping windows begin.</summary>
internal static class WindowMath
{
    /// <summary>The start of the newest window of a slide (shifted by an offset) that begins at or before a time.</summary>
    internal static long Start(long micros, long slide, long offset)
    {
        long past = (micros - offset) % slide;
        return micros - (past < 0 ? past + slide : past);
    }
}
