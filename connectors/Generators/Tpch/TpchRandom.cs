using System.Runtime.CompilerServices;

namespace Vectorized.Connectors.Generators.Tpch;

/// <summary>
/// One column's numbers: Lehmer's generator x * 16807 mod 2^31 - 1 from the column's own seed, of which every row owns the
/// same number of draws, used or not; so any row is reached by one modular power. A value in a range is the quotient as
/// a double times the range.
/// </summary>
internal struct TpchRandom
{
    private const long Multiplier = 16807;
    private const long Modulus = int.MaxValue;
    private const int DrawsMax = 92;

    private static readonly long[] _powers = Powers();

    private readonly int _drawsPerRow;
    private long _state;
    private int _used;

    /// <param name="seed">The column's seed.</param>
    /// <param name="drawsPerRow">Draws a row owns, at most 92.</param>
    /// <param name="row">The row to start at, from 0.</param>
    internal TpchRandom(long seed, int drawsPerRow, long row)
    {
        _drawsPerRow = drawsPerRow;
        _state = seed * Power(drawsPerRow * row) % Modulus;
    }

    /// <summary>The next number of [low, high].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Next(int low, int high)
    {
        _state = _state * Multiplier % Modulus;
        _used++;
        return low + (int)((double)_state / Modulus * (high - (long)low + 1));
    }

    /// <summary>Skips what is left of the row's draws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void EndRow()
    {
        if (_used != _drawsPerRow)
        {
            _state = _state * _powers[_drawsPerRow - _used] % Modulus;
        }

        _used = 0;
    }

    private static long Power(long exponent)
    {
        long result = 1;
        for (long square = Multiplier; exponent > 0; exponent >>= 1, square = square * square % Modulus)
        {
            if ((exponent & 1) != 0)
            {
                result = result * square % Modulus;
            }
        }

        return result;
    }

    private static long[] Powers()
    {
        var powers = new long[DrawsMax + 1];
        for (int i = 0; i < powers.Length; i++)
        {
            powers[i] = Power(i);
        }

        return powers;
    }
}
