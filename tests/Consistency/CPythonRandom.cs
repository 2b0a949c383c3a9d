namespace Vectorized.Tests.Consistency;

/// <summary>
/// CPython's `random` seeded with a small integer: MT19937 (Matsumoto, Nishimura 1998) seeded by init_by_array, the
/// 53-bit random() and randint() by rejection. The published consistency test's data come from it.
/// </summary>
internal sealed class CPythonRandom
{
    private const int Size = 624;
    private const int Middle = 397;
    private readonly uint[] _state = new uint[Size];
    private int _index = Size;

    internal CPythonRandom(uint seed)
    {
        _state[0] = 19650218;
        for (int i = 1; i < Size; i++)
        {
            _state[i] = unchecked((1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i);
        }

        int position = 1;
        for (int k = 0; k < Size; k++)
        {
            _state[position] = unchecked((_state[position] ^ ((_state[position - 1] ^ (_state[position - 1] >> 30)) * 1664525)) + seed);
            position = Advance(position);
        }

        for (int k = 0; k < Size - 1; k++)
        {
            _state[position] = unchecked(
                (_state[position] ^ ((_state[position - 1] ^ (_state[position - 1] >> 30)) * 1566083941)) - (uint)position);
            position = Advance(position);
        }

        _state[0] = 0x80000000;
    }

    /// <summary>random.uniform(low, high).</summary>
    internal double Uniform(double low, double high)
    {
        uint a = Next() >> 5;
        uint b = Next() >> 6;
        return low + ((high - low) * (((a * 67108864.0) + b) / 9007199254740992.0));
    }

    /// <summary>random.randint(0, 9).</summary>
    internal int Digit()
    {
        uint value;
        do
        {
            value = Next() >> 28;
        }
        while (value >= 10);

        return (int)value;
    }

    private int Advance(int position)
    {
        if (position + 1 < Size)
        {
            return position + 1;
        }

        _state[0] = _state[Size - 1];
        return 1;
    }

    private uint Next()
    {
        if (_index == Size)
        {
            for (int i = 0; i < Size; i++)
            {
                uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
                _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0dfu);
            }

            _index = 0;
        }

        uint word = _state[_index++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }
}
