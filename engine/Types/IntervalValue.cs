using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// An interval: months, days and microseconds, kept apart because a month is not a number of days nor a day of hours.
/// 16 bytes, reinterpretable over a Fixed16 column (Arrow's MonthDayNano has the same first words, nanoseconds in the
/// last). Equality, order and hash are normalised as PostgreSQL's: a month counts 30 days, a day 24 hours.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
public readonly struct IntervalValue(int months, int days, long micros) : IEquatable<IntervalValue>, IComparable<IntervalValue>
{
    public const int DaysPerMonth = 30;
    private const long MicrosPerMonth = DaysPerMonth * Temporal.MicrosPerDay;

    public readonly int Months = months;
    public readonly int Days = days;
    public readonly long Micros = micros;

    /// <summary>The normalised length in microseconds: the key to hash and compare by.</summary>
    public Int128 Normalized => (Int128)Micros + ((Int128)((Months * (long)DaysPerMonth) + Days) * Temporal.MicrosPerDay);

    public Int128 Bits => Unsafe.BitCast<IntervalValue, Int128>(this);

    public static IntervalValue FromBits(Int128 bits) => Unsafe.BitCast<Int128, IntervalValue>(bits);

    /// <summary>
    /// The one representative of all equal intervals: as many months, then days, as fit, all of one sign. What a
    /// grouping key of intervals shows.
    /// </summary>
    public IntervalValue Canonical()
    {
        var rest = Normalized;
        int canonicalMonths = Clamp(rest / MicrosPerMonth);
        rest -= (Int128)canonicalMonths * MicrosPerMonth;
        int canonicalDays = Clamp(rest / Temporal.MicrosPerDay);
        rest -= (Int128)canonicalDays * Temporal.MicrosPerDay;
        return new IntervalValue(canonicalMonths, canonicalDays, (long)Int128.Clamp(rest, long.MinValue, long.MaxValue));
    }

    public bool Equals(IntervalValue other) => Bits == other.Bits || Normalized == other.Normalized;

    public int CompareTo(IntervalValue other) => Normalized.CompareTo(other.Normalized);

    public override bool Equals(object? obj) => obj is IntervalValue other && Equals(other);

    public override int GetHashCode() => Normalized.GetHashCode();

    public override string ToString()
    {
        var sink = new TextSink(64);
        IntervalText.Append(this, ref sink);
        string text = sink.ToString();
        sink.Dispose();
        return text;
    }

    public static bool operator ==(IntervalValue left, IntervalValue right) => left.Equals(right);

    public static bool operator !=(IntervalValue left, IntervalValue right) => !left.Equals(right);

    public static bool operator <(IntervalValue left, IntervalValue right) => left.CompareTo(right) < 0;

    public static bool operator <=(IntervalValue left, IntervalValue right) => left.CompareTo(right) <= 0;

    public static bool operator >(IntervalValue left, IntervalValue right) => left.CompareTo(right) > 0;

    public static bool operator >=(IntervalValue left, IntervalValue right) => left.CompareTo(right) >= 0;

    private static int Clamp(Int128 value) => (int)Int128.Clamp(value, int.MinValue, int.MaxValue);
}
