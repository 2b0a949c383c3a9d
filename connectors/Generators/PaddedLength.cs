using System.Runtime.CompilerServices;

namespace Vectorized.Connectors.Generators;

/// <summary>The length of an `extra` column that pads a record to an average size, a fifth more or less.</summary>
internal readonly struct PaddedLength
{
    private readonly int _smallest;
    private readonly uint _spread;

    internal PaddedLength(int bytesBefore, int bytesAvg)
    {
        int missing = Math.Max(bytesAvg - bytesBefore, 0);
        int delta = (missing + 2) / 5;
        _smallest = missing - delta;
        _spread = (uint)Math.Max(2 * delta, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Choose(ref ulong word) => _smallest + (int)CounterRandom.Take(ref word, _spread);
}
