using Vectorized.Engine.Columns;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>The forms of text that several tables share, written into a batch's arena.</summary>
internal static class TpchText
{
    private const int AddressLengthMin = 10;
    private const int AddressLengthMax = 40;

    /// <summary>Draws an address owns: its length and a number for five letters each.</summary>
    internal const int AddressDraws = 9;
    internal const int PhoneDraws = 3;

    private static ReadOnlySpan<byte> Letters => "0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ,"u8;

    /// <summary>A name, `#` included, and a number of nine digits.</summary>
    internal static StringView Numbered(ref TextRegion text, ReadOnlySpan<byte> name, long number)
    {
        var room = text.Room(name.Length + 9);
        name.CopyTo(room);
        Digits(room.Slice(name.Length, 9), number);
        return text.Close(name.Length + 9);
    }

    internal static StringView Address(ref TextRegion text, ref TpchRandom random)
    {
        int length = random.Next(AddressLengthMin, AddressLengthMax);
        var room = text.Room(length);
        int bits = 0;
        for (int i = 0; i < length; i++)
        {
            if (i % 5 == 0)
            {
                bits = random.Next(0, int.MaxValue);
            }

            room[i] = Letters[bits & 63];
            bits >>= 6;
        }

        return text.Close(length);
    }

    internal static StringView Phone(ref TextRegion text, ref TpchRandom random, int nation)
    {
        var room = text.Room(15);
        room[2] = room[6] = room[10] = (byte)'-';
        Digits(room[..2], 10 + nation);
        Digits(room.Slice(3, 3), random.Next(100, 999));
        Digits(room.Slice(7, 3), random.Next(100, 999));
        Digits(room.Slice(11, 4), random.Next(1000, 9999));
        return text.Close(15);
    }

    private static void Digits(Span<byte> target, long number)
    {
        for (int i = target.Length - 1; i >= 0; i--)
        {
            target[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
