namespace Vectorized.Engine.Types;

/// <summary>The last field of an interval's qualifier: interval '5' month, interval '1 2:03' day to minute.</summary>
public enum IntervalField : byte
{
    /// <summary>No qualifier: a bare number counts seconds.</summary>
    None,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}
