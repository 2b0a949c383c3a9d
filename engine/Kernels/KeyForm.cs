using Vectorized.Engine.Types;

namespace Vectorized.Engine.Kernels;

/// <summary>How a type's values compare as keys: by which bits, after which canonicalisation.</summary>
internal enum KeyForm : byte
{
    Bit,
    Int2,
    Int4,
    Int8,

    /// <summary>float4: -0 equals 0, every NaN equals every NaN.</summary>
    Float4,

    /// <summary>float8, likewise.</summary>
    Float8,

    /// <summary>Sixteen plain bytes: uuid, numeric with a scale in its type.</summary>
    Raw16,

    /// <summary>Unbounded numeric: 1.0 equals 1.00.</summary>
    Numeric16,

    /// <summary>interval: 30 days equal a month, 24 hours a day.</summary>
    Interval16,

    /// <summary>Bytes by content.</summary>
    View,
}

internal static class KeyForms
{
    internal static KeyForm Of(SqlType type) => type.Layout switch
    {
        Layout.Bit => KeyForm.Bit,
        Layout.Fixed2 => KeyForm.Int2,
        Layout.Fixed4 => type.Id == TypeId.Float32 ? KeyForm.Float4 : KeyForm.Int4,
        Layout.Fixed8 => type.Id == TypeId.Float64 ? KeyForm.Float8 : KeyForm.Int8,
        Layout.Fixed16 => type.NumericForm == NumericForm.Free ? KeyForm.Numeric16
            : type.Id == TypeId.Interval ? KeyForm.Interval16 : KeyForm.Raw16,
        _ => KeyForm.View,
    };
}
