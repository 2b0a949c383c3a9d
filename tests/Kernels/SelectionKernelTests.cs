using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Kernels;

public sealed class SelectionKernelTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(50)]
    [InlineData(100)]
    public void Select_AnyLength_EqualsPlainLoop(int percent)
    {
        using var arena = new Arena();
        for (int length = 0; length <= 200; length++)
        {
            foreach (bool nulls in new[] { false, true })
            {
                var values = RandomVectors.Create(arena, SqlType.Boolean, length, nulls ? 30 : 0, length * 7 + percent);
                for (int row = 0; row < length; row++)
                {
                    Bitmap.Put(values.Bits, row, (row * 7919 + length) % 100 < percent);
                }

                int[] rows = new int[length];
                int count = SelectionKernel.Select(values, length, rows);
                var expected = Enumerable.Range(0, length).Where(r => values.IsValid(r) && values.Bit(r));
                Assert.Equal(expected, rows.Take(count));
            }
        }
    }

    [Fact]
    public void Select_OddByteOffset_EqualsPlainLoop()
    {
        using var arena = new Arena();
        var values = RandomVectors.Create(arena, SqlType.Boolean, 1000, 25, 5);
        for (int start = 0; start < 64; start += 8)
        {
            var slice = values.Slice(start, 900);
            int[] rows = new int[900];
            int count = SelectionKernel.Select(slice, 900, rows);
            Assert.Equal(Enumerable.Range(0, 900).Where(r => slice.IsValid(r) && slice.Bit(r)), rows.Take(count));
        }
    }

    [Fact]
    public void Select_ConstantAndDictionary_FollowTheEncoding()
    {
        using var arena = new Arena();
        int[] rows = new int[100];
        Assert.Equal(100, SelectionKernel.Select(Datum.OfBoolean(true).ToConstant(arena, 100), 100, rows));
        Assert.Equal(0, SelectionKernel.Select(Datum.OfBoolean(false).ToConstant(arena, 100), 100, rows));
        Assert.Equal(0, SelectionKernel.Select(Datum.Null(SqlType.Boolean).ToConstant(arena, 100), 100, rows));

        var dictionary = RandomVectors.Encode(arena, RandomVectors.Create(arena, SqlType.Boolean, 100, 20, 3));
        int count = SelectionKernel.Select(dictionary, 100, rows);
        Assert.Equal(Enumerable.Range(0, 100).Where(r => dictionary.IsValid(r) && dictionary.Bit(r)), rows.Take(count));
    }

    [Fact]
    public void Select_LongInput_EntersTheVectorBody()
    {
        using var arena = new Arena();
        long before = KernelCounters.VectorCalls;
        SelectionKernel.Select(RandomVectors.Create(arena, SqlType.Boolean, 500, 0, 1), 500, new int[500]);
        Assert.Equal(System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated, KernelCounters.VectorCalls > before);
    }
}
