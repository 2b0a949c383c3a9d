using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// A numeric of <see cref="NumericForm.Free"/>: 96-bit coefficient, scale 0..28 and sign in System.Decimal's bit layout
/// (so finite values reinterpret as <see cref="decimal"/>), NaN and the infinities tagged in the flag bits System.Decimal
/// leaves unused. 16 bytes, reinterpretable over a Fixed16 column. Equality, order and hash are by value: 1.0 = 1.00,
/// NaN = NaN and greater than everything else, as PostgreSQL orders numeric. Arithmetic stands in
/// <see cref="Numerics"/> and returns a status.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public readonly struct FreeNumeric : IEquatable<FreeNumeric>, IComparable<FreeNumeric>
{
    public const int ScaleMax = 28;
    private const int SignBit = int.MinValue;
    private const int NaNTag = 1;
    private const int InfinityTag = 2;
    private const int TagMask = 3;

    private readonly int _flags;
    private readonly uint _high;
    private readonly ulong _low;

    private FreeNumeric(int flags, uint high, ulong low)
    {
        _flags = flags;
        _high = high;
        _low = low;
    }

    /// <summary>The largest coefficient: 2^96 - 1, 29 digits.</summary>
    public static UInt128 CoefficientMax => new(uint.MaxValue, ulong.MaxValue);

    public static FreeNumeric Zero => default;

    public static FreeNumeric NaN => new(NaNTag, 0, 0);

    public static FreeNumeric PositiveInfinity => new(InfinityTag, 0, 0);

    public static FreeNumeric NegativeInfinity => new(InfinityTag | SignBit, 0, 0);

    public bool IsFinite => (_flags & TagMask) == 0;

    public bool IsNaN => (_flags & NaNTag) != 0;

    public bool IsInfinity => (_flags & InfinityTag) != 0;

    public bool IsZero => (_high | _low) == 0 && IsFinite;

    /// <summary>True for finite values below 0 and for -Infinity; a zero has no sign.</summary>
    public bool IsNegative => _flags < 0 && !IsZero;

    public int Scale => (_flags >> 16) & 0x1F;

    public UInt128 Coefficient => new(_high, _low);

    /// <summary>The bit pattern, as <see cref="Datum.Raw"/> and a Fixed16 column hold it.</summary>
    public Int128 Bits => Unsafe.BitCast<FreeNumeric, Int128>(this);

    /// <summary>The value as System.Decimal; only for finite ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal decimal ToDecimal() => Unsafe.BitCast<FreeNumeric, decimal>(this);

    public static FreeNumeric FromBits(Int128 bits) => Unsafe.BitCast<Int128, FreeNumeric>(bits);

    /// <summary>The coefficient must be at most <see cref="CoefficientMax"/>, the scale 0..28.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FreeNumeric Create(bool negative, UInt128 coefficient, int scale) => new(
        (scale << 16) | (negative && coefficient != 0 ? SignBit : 0), (uint)(ulong)(coefficient >> 64), (ulong)coefficient);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FreeNumeric FromInt64(long value, int scale = 0) => new(
        (scale << 16) | (value < 0 ? SignBit : 0), 0, value < 0 ? unchecked(0 - (ulong)value) : (ulong)value);

    internal static FreeNumeric FromDecimal(decimal value)
    {
        var bits = Unsafe.BitCast<decimal, FreeNumeric>(value);
        return bits.IsZero ? new FreeNumeric(bits._flags & ~SignBit, 0, 0) : bits;
    }

    /// <summary>The same value without trailing zeros: equal values have equal bits, so keys hash and compare as 16 bytes.</summary>
    public FreeNumeric Canonical()
    {
        if (!IsFinite)
        {
            return IsNaN ? NaN : this;
        }

        int scale = Scale;
        if (_high != 0)
        {
            return CanonicalWide(scale);
        }

        ulong low = _low;
        while (scale > 0)
        {
            ulong quotient = low / 10;
            if (quotient * 10 != low)
            {
                break;
            }

            low = quotient;
            scale--;
        }

        return new FreeNumeric((scale << 16) | (low == 0 ? 0 : _flags & SignBit), 0, low);
    }

    private FreeNumeric CanonicalWide(int scale)
    {
        var coefficient = Coefficient;
        while (scale > 0)
        {
            var quotient = coefficient / 10;
            if (quotient * 10 != coefficient)
            {
                break;
            }

            coefficient = quotient;
            scale--;
        }

        return Create(IsNegative, coefficient, scale);
    }

    public bool Equals(FreeNumeric other)
    {
        if (_flags == other._flags && IsFinite)
        {
            return _low == other._low && _high == other._high;
        }

        return CompareTo(other) == 0;
    }

    public int CompareTo(FreeNumeric other)
    {
        if (IsFinite && other.IsFinite)
        {
            return decimal.Compare(ToDecimal(), other.ToDecimal());
        }

        return Rank().CompareTo(other.Rank());
    }

    /// <summary>-Infinity, finite, Infinity, NaN.</summary>
    private int Rank() => IsFinite ? 1 : IsNaN ? 3 : _flags < 0 ? 0 : 2;

    public override bool Equals(object? obj) => obj is FreeNumeric other && Equals(other);

    public override int GetHashCode() => Canonical().Bits.GetHashCode();

    public override string ToString()
    {
        var sink = new TextSink(64);
        NumericText.Append(this, ref sink);
        string text = sink.ToString();
        sink.Dispose();
        return text;
    }

    public static bool operator ==(FreeNumeric left, FreeNumeric right) => left.Equals(right);

    public static bool operator !=(FreeNumeric left, FreeNumeric right) => !left.Equals(right);

    public static bool operator <(FreeNumeric left, FreeNumeric right) => left.CompareTo(right) < 0;

    public static bool operator <=(FreeNumeric left, FreeNumeric right) => left.CompareTo(right) <= 0;

    public static bool operator >(FreeNumeric left, FreeNumeric right) => left.CompareTo(right) > 0;

    public static bool operator >=(FreeNumeric left, FreeNumeric right) => left.CompareTo(right) >= 0;
}
