namespace Vectorized.Engine.Types;

/// <summary>The three forms of numeric, chosen by the planner's precision bound (DESIGN.md section 3).</summary>
public enum NumericForm : byte
{
    /// <summary>Not a numeric.</summary>
    None,

    /// <summary>Up to 18 digits: an int64 of value * 10^scale, the scale standing in the type.</summary>
    Scaled64,

    /// <summary>Up to 38 digits: an Int128 of value * 10^scale (Arrow Decimal128), the scale standing in the type.</summary>
    Scaled128,

    /// <summary>
    /// Unbounded: 16 bytes, a 96-bit coefficient with scale 0..28 and sign as in System.Decimal's bit layout, whose
    /// unused flag bits tag NaN and the infinities.
    /// </summary>
    Free,
}
