namespace Vectorized.Connectors.Generators;

/// <summary>
/// Nexmark's short texts: each character is a separator with probability 1/13, else a uniform letter a..z.
/// </summary>
internal static class SpacedText
{
    private const int LengthMin = 3;

    /// <summary>Room that <see cref="Write"/> needs for texts below a length.</summary>
    internal static int Room(int lengthMax) => lengthMax + Letters.GroupBytes;

    /// <summary>
    /// A text of 3 to lengthMax - 1 characters before spaces at its ends are trimmed, written from the first byte on;
    /// returns its length, 0 included.
    /// </summary>
    internal static int Write(Span<byte> target, int lengthMax, ref ulong lengths, ulong key)
    {
        int length = LengthMin + (int)CounterRandom.Take(ref lengths, (uint)(lengthMax - LengthMin));
        Letters.FillSpaced(target, length, key, (byte)' ');
        while (length > 0 && target[length - 1] == ' ')
        {
            length--;
        }

        if (length == 0 || target[0] != ' ')
        {
            return length;
        }

        int start = target[..length].IndexOfAnyExcept((byte)' ');
        target[start..length].CopyTo(target);
        return length - start;
    }
}
