namespace Vectorized.Engine.Types;

/// <summary>10^n for the scaled numerics.</summary>
public static class PowersOfTen
{
    /// <summary>10^0 .. 10^18.</summary>
    public static ReadOnlySpan<long> Int64 =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];

    private static readonly Int128[] _wide = Build();

    /// <summary>10^0 .. 10^38.</summary>
    public static ReadOnlySpan<Int128> Wide => _wide;

    private static Int128[] Build()
    {
        var powers = new Int128[39];
        powers[0] = 1;
        for (int i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
