using Vectorized.Engine.Kernels;

namespace Vectorized.Tests.Kernels;

/// <summary>Both exact float sums against integer arithmetic of any size.</summary>
public class FloatSumTests
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 60)]
    [InlineData(3, 400)]
    [InlineData(4, 2000)]
    public void Sum_RandomValuesInAnyOrder_IsRoundedOnce(int seed, int spread)
    {
        for (int round = 0; round < 400; round++)
        {
            int runSeed = (seed * 1000) + round;
            var random = new Random(runSeed);
            var values = Enumerable.Range(0, random.Next(1, 40)).Select(_ => RandomDouble(random, spread)).ToList();
            // Cancellation: most values leave again.
            values.AddRange(values.Take(random.Next(values.Count + 1)).Select(v => -v).ToList());
            double expected = ExactSum.Round(values);
            for (int order = 0; order < 3; order++)
            {
                var shuffled = values.ToArray();
                random.Shuffle(shuffled);
                Assert.True(expected.Equals(SumOf(shuffled)), $"seed {runSeed}: {SumOf(shuffled):R} is not {expected:R}");
            }
        }
    }

    [Fact]
    public void Expansion_SmallSpread_NeverOverflows()
    {
        var random = new Random(5);
        var sum = default(FloatExpansion);
        for (int i = 0; i < 1_000_000; i++)
        {
            double value = Math.Round(random.NextDouble() * 1e6, 2) * (random.Next(2) == 0 ? 1 : -1);
            Assert.True(sum.TryAdd(value));
        }
    }

    [Fact]
    public void Expansion_HalfwayTie_LooksAtLowestPart()
    {
        var sum = default(FloatExpansion);
        Assert.True(sum.TryAdd(1.0) && sum.TryAdd(Math.Pow(2, -53)) && sum.TryAdd(Math.Pow(2, -140)));
        Assert.Equal(1.0 + Math.Pow(2, -52), sum.Rounded());
        Assert.True(sum.TryAdd(-Math.Pow(2, -139)));
        Assert.Equal(1.0, sum.Rounded());
    }

    [Fact]
    public void Single_DoubleRoundingTrap_IsRoundedOnce()
    {
        // 1 + 2^-24 is a tie in single precision; a grain more must round up, though not in a double.
        var sum = default(FloatExpansion);
        Assert.True(sum.TryAdd(1.0) && sum.TryAdd(Math.Pow(2, -24)) && sum.TryAdd(Math.Pow(2, -90)));
        Assert.Equal(1f + MathF.Pow(2, -23), sum.RoundedToSingle());
        var words = new ulong[Superaccumulator.WordCount];
        Superaccumulator.Add(words, sum);
        Assert.Equal(1f + MathF.Pow(2, -23), Superaccumulator.RoundedToSingle(words));
    }

    [Fact]
    public void Superaccumulator_Weights_CountAsRepetition()
    {
        var weighted = new ulong[Superaccumulator.WordCount];
        var repeated = new ulong[Superaccumulator.WordCount];
        Superaccumulator.Add(weighted, double.MaxValue, 5);
        Superaccumulator.Add(weighted, -double.Epsilon, 3);
        Superaccumulator.Add(weighted, double.MaxValue, -4);
        Superaccumulator.Add(repeated, double.MaxValue, 1);
        for (int i = 0; i < 3; i++)
        {
            Superaccumulator.Add(repeated, -double.Epsilon, 1);
        }

        Assert.Equal(repeated, weighted);
        Assert.Equal(double.MaxValue, Superaccumulator.Rounded(weighted));
        Superaccumulator.Add(weighted, double.MaxValue, long.MinValue);
        Assert.Equal(double.NegativeInfinity, Superaccumulator.Rounded(weighted));
    }

    private static double SumOf(double[] values)
    {
        var sum = default(FloatExpansion);
        for (int i = 0; i < values.Length; i++)
        {
            if (!sum.TryAdd(values[i]))
            {
                var words = new ulong[Superaccumulator.WordCount];
                Superaccumulator.Add(words, sum);
                for (; i < values.Length; i++)
                {
                    Superaccumulator.Add(words, values[i], 1);
                }

                return Superaccumulator.Rounded(words);
            }
        }

        return sum.Rounded();
    }

    private static double RandomDouble(Random random, int spread)
    {
        long mantissa = random.NextInt64(1L << 53);
        int exponent = Math.Clamp(random.Next(-spread / 2, (spread / 2) + 1) - 52, -1100, 960);
        return Math.ScaleB(mantissa, exponent) * (random.Next(2) == 0 ? 1 : -1);
    }
}
