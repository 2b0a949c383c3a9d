using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Vectorized.Engine.Types;

/// <summary>
/// Integers as text, both ways. Input as PostgreSQL's int2in, int4in, int8in, oidin: white space around, one sign,
/// decimal digits.
/// </summary>
public static class IntegerText
{
    public static void Append(long value, ref TextSink sink)
    {
        Utf8Formatter.TryFormat(value, sink.GetSpan(20), out int written);
        sink.Advance(written);
    }

    public static ValueStatus TryParseInt16(ReadOnlySpan<byte> text, out short value)
    {
        var status = TryParseInt64(text, out long wide);
        value = unchecked((short)wide);
        return status != ValueStatus.Ok ? status : value == wide ? ValueStatus.Ok : ValueStatus.OutOfRange;
    }

    public static ValueStatus TryParseInt32(ReadOnlySpan<byte> text, out int value)
    {
        var status = TryParseInt64(text, out long wide);
        value = unchecked((int)wide);
        return status != ValueStatus.Ok ? status : value == wide ? ValueStatus.Ok : ValueStatus.OutOfRange;
    }

    public static ValueStatus TryParseInt64(ReadOnlySpan<byte> text, out long value)
    {
        // The usual input is at most 18 digits with at most a sign: no overflow is possible.
        int at = text.Length > 0 && text[0] == (byte)'-' ? 1 : 0;
        int digits = text.Length - at;
        if ((uint)(digits - 1) < 18)
        {
            ulong sum = 0;
            for (int i = at; i < text.Length; i++)
            {
                uint digit = (uint)(text[i] - '0');
                if (digit > 9)
                {
                    return TryParseSlow(text, out value);
                }

                sum = (sum * 10) + digit;
            }

            value = at == 0 ? (long)sum : -(long)sum;
            return ValueStatus.Ok;
        }

        return TryParseSlow(text, out value);
    }

    /// <summary>oid: unsigned, a minus wraps as in PostgreSQL.</summary>
    public static ValueStatus TryParseOid(ReadOnlySpan<byte> text, out uint value)
    {
        var status = TryParseInt64(text, out long wide);
        value = unchecked((uint)wide);
        return status != ValueStatus.Ok ? status
            : wide is >= int.MinValue and <= uint.MaxValue ? ValueStatus.Ok : ValueStatus.OutOfRange;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ValueStatus TryParseSlow(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        text = TextScan.Trim(text);
        bool negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == (byte)'-';
            text = text[1..];
        }

        if (text.IsEmpty)
        {
            return ValueStatus.InvalidText;
        }

        ulong sum = 0;
        bool overflow = false;
        foreach (byte b in text)
        {
            uint digit = (uint)(b - '0');
            if (digit > 9)
            {
                return ValueStatus.InvalidText;
            }

            if (sum > (ulong.MaxValue - digit) / 10)
            {
                overflow = true;
            }

            sum = unchecked((sum * 10) + digit);
        }

        if (overflow || sum > (negative ? 1UL << 63 : long.MaxValue))
        {
            return ValueStatus.OutOfRange;
        }

        value = negative ? unchecked((long)(0 - sum)) : (long)sum;
        return ValueStatus.Ok;
    }
}
