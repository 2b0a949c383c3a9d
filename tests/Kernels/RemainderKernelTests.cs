using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vector = Vectorized.Engine.Columns.Vector;

namespace Vectorized.Tests.Kernels;

public sealed class RemainderKernelTests
{
    [Fact]
    public void ByConstant_AnySizeOfNumberAndDivisor_EqualsDivision()
    {
        using var arena = new Arena();
        var random = new Random(11);
        long[] divisors = [2, 3, 7, 10, 123, -123, 1000, 65_537, 1L << 31, (1L << 31) - 1, -(1L << 40), (1L << 51) - 1, -(1L << 51) + 1];
        for (int round = 0; round < 2_000; round++)
        {
            long divisor = round < divisors.Length ? divisors[round] : Number(random);
            divisor = divisor is 0 or -1 ? 3 : divisor;
            int length = random.Next(1, 40);
            var vector = Vector.Allocate(arena, SqlType.Int64, length + 8).Slice(8, length);
            var result = Vector.Allocate(arena, SqlType.Int64, length);
            for (int i = 0; i < length; i++)
            {
                // Multiples and their neighbours are where a quotient that is off by one shows.
                vector.Values<long>()[i] = random.Next(3) == 0
                    ? unchecked((Number(random) / divisor * divisor) + random.Next(-1, 2)) : Number(random);
            }

            var constant = Datum.OfRaw(SqlType.Int64, divisor).ToConstant(arena, length);
            int failure = ArithmeticKernel.Apply<long, ModuloIntegers<long>>(vector, constant, length, default, ref result);
            Assert.Equal(-1, failure);
            for (int i = 0; i < length; i++)
            {
                Assert.Equal(vector.Values<long>()[i] % divisor, result.Values<long>()[i]);
            }

            arena.Reset();
        }
    }

    /// <summary>Of any number of bits, either sign; now and then an edge of what is done without dividing.</summary>
    private static long Number(Random random)
    {
        long size = random.Next(8) == 0 ? (1L << 51) + random.Next(-2, 3) : random.NextInt64() >> random.Next(63);
        return random.Next(2) == 0 ? size : random.Next(50) == 0 ? long.MinValue : -size;
    }
}
