namespace Vectorized.Engine.Types;

/// <summary>Words and digits that date and time input shares.</summary>
internal static class DateTimeWords
{
    /// <summary>Nine bytes a name.</summary>
    private static ReadOnlySpan<byte> MonthNames =>
        "january  february march    april    may      june     july     august   septemberoctober  november december "u8;

    private static ReadOnlySpan<byte> WeekdayNames => "sunday   monday   tuesday  wednesdaythursday friday   saturday "u8;

    /// <summary>Digits after a point as microseconds; may be 1,000,000 after rounding up.</summary>
    internal static int FractionMicros(ReadOnlySpan<byte> digits)
    {
        int micros = 0;
        for (int i = 0; i < 6; i++)
        {
            micros = (micros * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }

        if (digits.Length > 6 && digits[6] >= '5')
        {
            bool isHalf = digits[6] == '5' && digits[7..].IndexOfAnyExcept((byte)'0') < 0;
            micros += isHalf ? micros & 1 : 1;
        }

        return micros;
    }

    internal static int MonthOf(ReadOnlySpan<byte> word)
    {
        if (word.Length < 3)
        {
            return 0;
        }

        for (int i = 0; i < 12; i++)
        {
            var name = MonthNames.Slice(i * 9, 9).TrimEnd((byte)' ');
            if (word.Length <= name.Length && (word.Length == 3 || word.Length == name.Length || (i == 8 && word.Length == 4))
                && TextScan.Is(word, name[..word.Length]))
            {
                return i + 1;
            }
        }

        return 0;
    }

    internal static bool IsWeekday(ReadOnlySpan<byte> word)
    {
        for (int i = 0; i < 7; i++)
        {
            var name = WeekdayNames.Slice(i * 9, 9).TrimEnd((byte)' ');
            if (TextScan.IsPrefixOf(word, name, 3))
            {
                return true;
            }
        }

        return false;
    }
}
