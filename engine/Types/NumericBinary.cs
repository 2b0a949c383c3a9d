using System.Buffers.Binary;

namespace Vectorized.Engine.Types;

/// <summary>
/// numeric's wire form: int16 count of base-10000 digits, weight of the first, sign (or NaN, infinity), decimals to
/// show, the digits.
/// </summary>
internal static class NumericBinary
{
    private const int Negative = 0x4000;
    private const int NaN = 0xC000;
    private const int PositiveInfinity = 0xD000;
    private const int NegativeInfinity = 0xF000;

    internal static void Append(FreeNumeric value, ref TextSink sink)
    {
        if (value.IsFinite)
        {
            Append(value.IsNegative, value.Coefficient, value.Scale, ref sink);
            return;
        }

        sink.WriteInt32(0);
        sink.WriteInt16(unchecked((short)(value.IsNaN ? NaN : value.IsNegative ? NegativeInfinity : PositiveInfinity)));
        sink.WriteInt16(0);
    }

    internal static void Append(bool negative, UInt128 coefficient, int scale, ref TextSink sink)
    {
        // Decimal digits, the point falling on a border of four: pad them on the right, then take fours from the right.
        int padding = (4 - (scale & 3)) & 3;
        Span<short> groups = stackalloc short[16];
        int first = groups.Length;
        if (padding > 0)
        {
            int unit = (int)PowersOfTen.Int64[4 - padding];
            (coefficient, var rest) = UInt128.DivRem(coefficient, (ulong)unit);
            groups[--first] = (short)((int)rest * (int)PowersOfTen.Int64[padding]);
        }

        while (coefficient > ulong.MaxValue)
        {
            (coefficient, var rest) = UInt128.DivRem(coefficient, 10_000);
            groups[--first] = (short)(int)rest;
        }

        for (ulong low = (ulong)coefficient; low != 0;)
        {
            ulong quotient = low / 10_000;
            groups[--first] = (short)(low - (quotient * 10_000));
            low = quotient;
        }

        int weight = groups.Length - first - ((scale + 3) / 4) - 1;
        int end = groups.Length;
        while (first < end && groups[first] == 0)
        {
            first++;
            weight--;
        }

        while (end > first && groups[end - 1] == 0)
        {
            end--;
        }

        sink.WriteInt16((short)(end - first));
        sink.WriteInt16((short)(end == first ? 0 : weight));
        sink.WriteInt16((short)(negative && end > first ? Negative : 0));
        sink.WriteInt16((short)scale);
        for (int i = first; i < end; i++)
        {
            sink.WriteInt16(groups[i]);
        }
    }

    internal static ValueStatus TryRead(ReadOnlySpan<byte> bytes, SqlType type, out Int128 raw)
    {
        raw = 0;
        if (bytes.Length < 8 || (bytes.Length & 1) != 0)
        {
            return ValueStatus.InvalidBinary;
        }

        int count = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        int weight = BinaryPrimitives.ReadInt16BigEndian(bytes[2..]);
        int sign = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        int scale = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        if (bytes.Length != 8 + (2 * count) || sign is not (0 or Negative or NaN or PositiveInfinity or NegativeInfinity) || scale > 0x3FFF)
        {
            return ValueStatus.InvalidBinary;
        }

        if (sign is NaN or PositiveInfinity or NegativeInfinity)
        {
            var special = sign == NaN ? FreeNumeric.NaN
                : sign == PositiveInfinity ? FreeNumeric.PositiveInfinity : FreeNumeric.NegativeInfinity;
            raw = special.Bits;
            return type.NumericForm == NumericForm.Free ? ValueStatus.Ok : ValueStatus.NumericOverflow;
        }

        if (count > 0 && weight > 10)
        {
            return ValueStatus.NumericOverflow;
        }

        return TryReadDigits(bytes[8..], count, weight, sign == Negative, scale, type, out raw);
    }

    /// <summary>Spells the digits out and reads them as text: rare, and the rounding rules are in one place.</summary>
    private static ValueStatus TryReadDigits(
        ReadOnlySpan<byte> groups, int count, int weight, bool negative, int scale, SqlType type, out Int128 raw)
    {
        Span<byte> room = stackalloc byte[256];
        var text = new TextSink(room);
        raw = 0;
        if (negative)
        {
            text.WriteByte((byte)'-');
        }

        int last = -((Math.Min(scale, 80) + 3) / 4);
        for (int position = Math.Max(weight, 0); position >= last; position--)
        {
            if (position == -1)
            {
                text.WriteByte((byte)'.');
            }

            int index = weight - position;
            int group = index >= 0 && index < count ? BinaryPrimitives.ReadInt16BigEndian(groups[(2 * index)..]) : 0;
            if (group is < 0 or > 9999)
            {
                return ValueStatus.InvalidBinary;
            }

            var digits = text.GetSpan(4);
            TemporalText.WritePair(digits, 0, group / 100);
            TemporalText.WritePair(digits, 2, group % 100);
            text.Advance(4);
        }

        int extra = scale <= 80 && last < 0 ? (-last * 4) - scale : 0;
        var status = TextParse.TryParseNumeric(text.Written[..^extra], type, out raw);
        text.Dispose();
        return status;
    }
}
