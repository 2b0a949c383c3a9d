using System.Runtime.InteropServices;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// An exact sum of unbounded numerics: in units of 10^-28, with counts of what it cannot hold, and of the scales its values
/// have, for a sum shows the largest scale among them and values may leave again. Three scales stand here; a group with
/// more counts all of them in a <see cref="SpillTable"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FreeNumericSum
{
    internal Int256 Sum;
    internal long NaNCount;
    internal long PositiveInfinityCount;
    internal long NegativeInfinityCount;
    internal ScaleCount First;
    internal ScaleCount Second;
    internal ScaleCount Third;
    internal long IsSpilled;

    [StructLayout(LayoutKind.Sequential)]
    internal struct ScaleCount
    {
        internal long Scale;
        internal long Count;
    }

    internal readonly bool IsFinite => (NaNCount | PositiveInfinityCount | NegativeInfinityCount) == 0;

    internal readonly FreeNumeric Special => NaNCount != 0 || (PositiveInfinityCount != 0 && NegativeInfinityCount != 0)
        ? FreeNumeric.NaN : PositiveInfinityCount != 0 ? FreeNumeric.PositiveInfinity : FreeNumeric.NegativeInfinity;

    /// <summary>The largest scale of the values in the sum, unless spilled.</summary>
    internal readonly int ScaleMax => (int)Math.Max(
        First.Count != 0 ? First.Scale : 0, Math.Max(Second.Count != 0 ? Second.Scale : 0, Third.Count != 0 ? Third.Scale : 0));

    internal void CountSpecial(FreeNumeric value, long weight)
    {
        if (value.IsNaN)
        {
            NaNCount += weight;
        }
        else if (value.IsNegative)
        {
            NegativeInfinityCount += weight;
        }
        else
        {
            PositiveInfinityCount += weight;
        }
    }

    internal void AddFinite(FreeNumeric value, long weight)
    {
        // 96 bits times 10^28 (94 bits) times the weight stays within 256 bits.
        var coefficient = Int256.Product(
            value.Coefficient, (UInt128)NumericForms.Bound(FreeNumeric.ScaleMax - value.Scale), value.IsNegative);
        Sum += weight == 1 ? coefficient : coefficient.Times(weight);
    }

    /// <summary>Adds another's sum and counts of what it cannot hold; not its scales.</summary>
    internal void AddSums(in FreeNumericSum other)
    {
        Sum += other.Sum;
        NaNCount += other.NaNCount;
        PositiveInfinityCount += other.PositiveInfinityCount;
        NegativeInfinityCount += other.NegativeInfinityCount;
    }

    /// <summary>Counts a value's scale where that scale stands, else in a free place.</summary>
    internal bool TryCountScale(int scale, long weight) => IsSpilled == 0
        && (TryCount(ref First, scale, weight, isFree: false) || TryCount(ref Second, scale, weight, isFree: false)
            || TryCount(ref Third, scale, weight, isFree: false) || TryCount(ref First, scale, weight, isFree: true)
            || TryCount(ref Second, scale, weight, isFree: true) || TryCount(ref Third, scale, weight, isFree: true));

    private static bool TryCount(ref ScaleCount slot, int scale, long weight, bool isFree)
    {
        if (isFree ? slot.Count != 0 : slot.Count == 0 || slot.Scale != scale)
        {
            return false;
        }

        slot.Scale = scale;
        slot.Count += weight;
        return true;
    }
}

/// <summary>Sum of unbounded numerics; refuses a fourth scale.</summary>
internal readonly struct SumFreeNumeric : IAccumulate<FreeNumericSum, Int128>
{
    public static bool TryAdd(ref FreeNumericSum cell, Int128 value, long weight)
    {
        var number = FreeNumeric.FromBits(value);
        if (!number.IsFinite)
        {
            cell.CountSpecial(number, weight);
            return true;
        }

        if (!cell.TryCountScale(number.Scale, weight))
        {
            return false;
        }

        cell.AddFinite(number, weight);
        return true;
    }
}

/// <summary>An exact sum of intervals, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IntervalSum
{
    internal long Months;
    internal long Days;
    internal WideSum Micros;
}

internal readonly struct SumInterval : IAccumulate<IntervalSum, Int128>
{
    public static bool TryAdd(ref IntervalSum cell, Int128 value, long weight)
    {
        var interval = IntervalValue.FromBits(value);
        Int128 months = cell.Months + ((Int128)interval.Months * weight);
        Int128 days = cell.Days + ((Int128)interval.Days * weight);
        if (months != (long)months || days != (long)days)
        {
            return false;
        }

        cell.Months = (long)months;
        cell.Days = (long)days;
        return SumInt128.TryAdd(ref cell.Micros, interval.Micros, weight);
    }

    public static bool TryMerge(ref IntervalSum cell, ref IntervalSum other)
    {
        cell.Months += other.Months;
        cell.Days += other.Days;
        return SumInt128.TryMerge(ref cell.Micros, ref other.Micros);
    }
}
